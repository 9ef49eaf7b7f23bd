"""Real processes for tests: the gateway, the stand-in bot, and a visitor who talks to them over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Any, Protocol

import httpx

import contract
from nursery import Child, Nursery
from records import Database, File, Record

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE_SECONDS = float(os.environ.get("PATIENCE_SECONDS", "120"))
"""How long a test waits for what must come; more of it for a machine that is not free."""


_plain = httpx.Client(trust_env=False, verify=False, timeout=PATIENCE_SECONDS)
"""For questions that are not held against the contract; making a client is slow, so there is one."""


def get(url: str) -> httpx.Response:
    """Asks any address."""
    return _plain.get(url)


def free_port() -> int:
    """A loopback port that nothing listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until[T](condition: Callable[[], T], what: str) -> T:
    """What `condition` says as soon as it says something true."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        try:
            found = condition()
        except (httpx.HTTPError, OSError):
            found = None
        if found:
            return found
        time.sleep(0.03)
    raise AssertionError(f"waited in vain: {what}")


def once_up(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """The first answer other than 503: on a busy machine the disk may be slower than a test's journal has patience."""

    def answer() -> httpx.Response | None:
        answered = ask()
        return None if answered.status_code == 503 else answered

    answered = until(answer, "the journal to be up")
    assert answered is not None
    return answered


class Process:
    """A process of ours on a port of its own. Where `quick_with` names its library, only the first start is slow."""

    def __init__(
        self, arguments: list[str], environment: dict[str, str], log: Path, quick_with: str | None = None
    ) -> None:
        self._arguments = arguments
        self._environment = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
        self.log = log
        self._quick_with = quick_with
        self._nursery: Nursery | None = None
        self._running: subprocess.Popen[bytes] | Child | None = None

    def start(self) -> None:
        """Starts it; its output is added to the log."""
        with self.log.open("ab") as output:
            if self._quick_with:
                self._nursery = self._nursery or Nursery(
                    self._quick_with, self._arguments, self._environment, output
                )
                self._running = self._nursery.start()
            else:
                self._running = subprocess.Popen(
                    [sys.executable, *self._arguments],
                    cwd=ROOT,
                    env=self._environment,
                    stdout=output,
                    stderr=output,
                )

    def signal(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        assert self._running
        self._running.send_signal(number)

    def listens_for(self, number: signal.Signals) -> bool:
        """Whether it has a handler for a signal."""
        assert self._running
        status = Path(f"/proc/{self._running.pid}/status").read_text()
        caught = next(line for line in status.splitlines() if line.startswith("SigCgt:"))
        return bool(int(caught.split()[1], 16) >> (number - 1) & 1)

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        assert self._running
        return self._running.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """Kills it as a power cut would."""
        if self._running and self._running.poll() is None:
            self._running.kill()
            self._running.wait()

    def end(self) -> None:
        """Ends it as a supervisor would."""
        if self._running and self._running.poll() is None:
            self._running.terminate()
            try:
                self._running.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()
        if self._nursery:
            self._nursery.close()
            self._nursery = None


class Bot(Process):
    """The stand-in bot."""

    def __init__(self, folder: Path, quick: bool = False) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        arguments = [str(HERE / "stand_in_bot.py"), str(self.port)]
        super().__init__(arguments, {}, folder / "bot.log", "aiohttp.web" if quick else None)
        self._control = httpx.Client(base_url=self.url, trust_env=False, verify=False)

    def start(self) -> None:
        super().start()
        until(lambda: self._control.get("/control").is_success, "the stand-in bot to listen")

    def behave(self, behaviour: str, forget: bool = False) -> None:
        """Chooses how it answers from now on; with `forget` it was never asked anything before."""
        self._control.put("/control", json={"behaviour": behaviour, "forget": forget}).raise_for_status()

    def told(self) -> dict[str, Any]:
        """What it was asked so far."""
        told: dict[str, Any] = self._control.get("/control").json()
        return told

    def texts(self) -> list[str]:
        """The texts that it was asked, in order."""
        return [asked["text"] for asked in self.told()["asked"]]


class Gateway(Process):
    """`python -m gateway`, or a script beside this file that is one, with settings from the environment."""

    def __init__(
        self, folder: Path, bot: Bot, script: str | None = None, quick: bool = False, **settings: object
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.port, self.private_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.private_url = f"http://127.0.0.1:{self.private_port}"
        environment = {
            "LDN_DATA_FOLDER": str(folder),
            "LDN_PUBLIC__PORT": str(self.port),
            "LDN_PRIVATE__PORT": str(self.private_port),
            "LDN_BOT__URL": bot.url,
            "LDN_BOT__LATE_SECONDS": "30",
            "LDN_BOT__READY_SECONDS": "1",
        }
        url = str(settings.get("journal__url") or "")
        self._record: Record = Database(url) if url else File(folder / "journal.sqlite3")
        environment |= {f"LDN_{name.upper()}": _written(value) for name, value in settings.items()}
        self.http = httpx.Client(
            base_url=self.url,
            trust_env=False,
            verify=False,
            timeout=PATIENCE_SECONDS,
            event_hooks={"response": [contract.check]},
        )
        arguments = [str(HERE / script)] if script else ["-m", "gateway"]
        log = folder / f"gateway-{self.port}.log"
        super().__init__(arguments, environment, log, "gateway.start" if quick else None)

    def start(self) -> None:
        super().start()
        self.wait_until_it_lives()

    def wait_until_it_lives(self) -> None:
        """Until it answers."""
        until(self.lives, "the gateway to live")

    def lives(self) -> bool:
        """Whether it answers. Raises httpx.HTTPError where nobody listens."""
        return get(f"{self.url}/healthz").is_success

    def restart(self) -> None:
        """Kills it and starts it again."""
        self.kill()
        self.start()

    def visitor(self, save: bool = True, headers: dict[str, str] | None = None) -> Visitor:
        """Somebody who has just started a session."""
        return Visitor(self, save, headers or {})

    @property
    def environment(self) -> dict[str, str]:
        """What it was started with, for commands beside it."""
        return self._environment

    @property
    def database(self) -> Path:
        """The journal's file."""
        return self.folder / "journal.sqlite3"

    def rows(self, query: str) -> list[Any]:
        """What the journal holds, read beside the gateway."""
        return self._record.rows(query)

    def change(self, statement: str) -> None:
        """Changes the journal beside the gateway."""
        self._record.change(statement)

    def locked_journal(self) -> AbstractContextManager[None]:
        """Keeps everybody else from writing to the journal."""
        return self._record.locked()

    def bytes_on_disk(self) -> bytes:
        """Everything that the journal keeps: SQLite's files byte by byte, or PostgreSQL's rows."""
        return self._record.all_bytes()

    def events(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]


class StartGateway(Protocol):
    """Starts a gateway with these settings; it is ended with the test."""

    def __call__(
        self, script: str | None = None, folder: Path | None = None, quick: bool = False, **settings: object
    ) -> Gateway: ...


class Visitor:
    """A page's side of one conversation."""

    def __init__(self, gateway: Gateway, save: bool, headers: dict[str, str]) -> None:
        self.gateway = gateway

        started = once_up(lambda: gateway.http.post("/api/v1/sessions", json={"save": save}, headers=headers))
        assert started.status_code == 201, started.text
        self.session: dict[str, Any] = started.json()
        self.conversation_id: str = self.session["conversation_id"]
        self.headers = {**headers, "Authorization": f"Bearer {self.session['token']}"}

    def send(self, body: object, **headers: str) -> httpx.Response:
        """Posts a message's body as it is."""
        return self.gateway.http.post("/api/v1/messages", json=body, headers={**self.headers, **headers})

    def say(self, text: str, message_id: str | None = None, **headers: str) -> httpx.Response:
        """Sends a text."""
        return self.send({"id": message_id or str(uuid.uuid4()), "text": text}, **headers)

    def press(self, button_id: str, message_id: str | None = None) -> httpx.Response:
        """Presses a button."""
        return self.send({"id": message_id or str(uuid.uuid4()), "choice": button_id})

    def read(self, after: int = 0) -> list[dict[str, Any]]:
        """The transcript after a message."""
        answer = self.gateway.http.get("/api/v1/messages", params={"after": after}, headers=self.headers)
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def lines(self) -> list[str]:
        """The transcript without the greeting, as `role: text`."""
        return [f"{message['role']}: {message['text'].splitlines()[0]}" for message in self.read()[1:]]

    def think(self, reply_id: str, helpful: bool, comment: str | None = None) -> httpx.Response:
        """Gives feedback."""
        body = {"reply_id": reply_id, "helpful": helpful, "comment": comment}
        return self.gateway.http.post("/api/v1/feedback", json=body, headers=self.headers)

    def erase(self) -> httpx.Response:
        """Ends it all."""
        return self.gateway.http.delete("/api/v1/sessions/current", headers=self.headers)


def outcomes(answer: httpx.Response) -> list[str]:
    """The outcomes of an answer's replies."""
    assert answer.status_code == 200, answer.text
    return [outcome for reply in answer.json()["replies"] for outcome in reply["outcomes"]]


def _written(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
