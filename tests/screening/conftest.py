"""The real bot and action server on free ports, that tests may kill and start again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / ".venv-bot" / "bin" / "python"
READY_SECONDS, ANSWER_SECONDS = 600, 60
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "SANIC_HOST": "127.0.0.1", "PYTHONWARNINGS": "ignore",
         "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


class RealBot:
    """Rasa with the trained model and its action server, as `make run` starts them, on their own ports and data."""

    def __init__(self, folder: Path, model: Path) -> None:
        from bench.system import free_ports

        self._folder, self._model = folder, model
        self._port, self._actions_port = free_ports(2)
        self._endpoints = folder / "endpoints.yml"
        endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
        endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{self._actions_port}/webhook"
        self._endpoints.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Starts what does not run and waits until both answer."""
        commands = {
            "actions": [PYTHON, "-m", "rasa_sdk", "--actions", "actions", "--port", str(self._actions_port)],
            "bot": [PYTHON, "-m", "bot", "run", "--interface", "127.0.0.1", "--port", str(self._port),
                    "--endpoints", self._endpoints, "--model", self._model],
        }
        for name, command in commands.items():
            if name not in self._running:
                log = (self._folder / f"{name}.log").open("ab")
                self._running[name] = subprocess.Popen(
                    command, cwd=ROOT, stdout=log, stderr=log,
                    env={**os.environ, **QUIET, "BOT_DATABASE_URL": f"sqlite:///{self._folder}/bot.sqlite3"})
        _until_answers(f"http://127.0.0.1:{self._actions_port}/health")
        _until_answers(f"http://127.0.0.1:{self._port}/webhooks/loopback/ready")

    def kill(self, name: str) -> None:
        """kill -9 of `bot` or `actions`."""
        process = self._running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """Ends both."""
        for name in list(self._running):
            self.kill(name)

    def turn(self, conversation: str, text: str, choice: dict[str, Any] | None = None,
             message_id: str | None = None) -> tuple[int, dict[str, Any]]:
        """Status and body of one turn; status 0 where nothing listens."""
        body = {"conversation_id": conversation, "message_id": message_id or str(uuid.uuid4()), "text": text,
                "choice": choice}
        request = Request(f"http://127.0.0.1:{self._port}/webhooks/loopback/turns", json.dumps(body).encode(),
                          {"Content-Type": "application/json"})
        try:
            with urlopen(request, timeout=ANSWER_SECONDS) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)
        except (URLError, ConnectionError):
            return 0, {}

    def logs(self) -> str:
        """All that both have logged."""
        return "".join(path.read_text(encoding="utf-8", errors="replace") for path in self._folder.glob("*.log"))


def _until_answers(address: str) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.3)
    raise RuntimeError(f"{address} does not answer")


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealBot]:
    """The real bot with the model that fits what is here; trains first where something changed."""
    model = os.environ.get("SCREENING_MODEL")
    if not model:
        trained = subprocess.run([ROOT / ".venv" / "bin" / "python", "-m", "run.training"], cwd=ROOT, text=True,
                                 capture_output=True, check=True)
        model = str(ROOT / trained.stdout.strip().splitlines()[-1].removeprefix("model: ")) \
            if ".tar.gz" in trained.stdout else str(max((ROOT / "models").glob("*.tar.gz"), key=os.path.getmtime))
    running = RealBot(tmp_path_factory.mktemp("bot"), Path(model))
    running.start()
    yield running
    running.stop()
