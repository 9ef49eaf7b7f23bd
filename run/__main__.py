"""Starts bot, actions and gateway under supervisord, waits until the whole path answers, stops all on Ctrl-C."""

from __future__ import annotations

import os
import pwd
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from gateway.console import invite
from gateway.handoff.mailer import where_mails_go
from gateway.journal.store import JournalDown
from gateway.settings import Settings, load_settings
from gateway.settings_errors import SettingsError
from run.places import ACTIONS_PORT, BOT_PYTHON, ENCODER, LABELLER, QUIET_RASA, ROOT
from run.training import TrainingFailed, ensure_trained

READY_SECONDS = 300


class CannotStart(RuntimeError):
    """Something stands in the way of a start; the text says what and how to mend it."""


def main() -> int:
    """Runs the system until it is told to stop; exit code 2 where a mistake stops the start."""
    try:
        os.chdir(ROOT)
        settings = load_settings()
        _look_around(settings)
        model = ensure_trained()
        return _run(settings, model)
    except (CannotStart, SettingsError, TrainingFailed) as wrong:
        print(wrong, file=sys.stderr)
        return 2


def _look_around(settings: Settings) -> None:
    if not all(made.exists() for made in (BOT_PYTHON, ENCODER, LABELLER)):
        raise CannotStart("The environments or the encoders are not there yet. Start with `make run`; it makes them.")
    for name, host, port, remedy in _ports(settings):
        with socket.socket() as door:
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                door.bind((host, port))
            except OSError as wrong:
                raise CannotStart(f"port {port} on {host} (for the {name}) cannot be used: {wrong.strerror}. "
                                  f"Stop the program that uses it, or set {remedy}.") from None


def _ports(settings: Settings) -> Iterator[tuple[str, str, int, str]]:
    yield "chat", settings.public.host, settings.public.port, "public.port in settings.toml"
    yield "console", settings.private.host, settings.private.port, "private.port in settings.toml"
    yield "bot", "127.0.0.1", _bot_port(settings), "bot.url in settings.toml"
    yield "actions", "127.0.0.1", ACTIONS_PORT, "the environment variable ACTIONS_PORT"


def _bot_port(settings: Settings) -> int:
    return urlsplit(settings.bot.url).port or 80


def _run(settings: Settings, model: Path) -> int:
    logs = (settings.data_folder / "log").absolute()
    logs.mkdir(parents=True, exist_ok=True)
    print(f"starting bot, actions, gateway, mailer and grouper (their logs: {logs}) ...", flush=True)
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-c", ROOT / "run" / "supervisord.conf"],
        env=_environment(settings, model, logs), cwd=ROOT, start_new_session=True,
    )
    stopping: list[int] = []

    def stop(number: int, _: object) -> None:
        if not stopping:
            print("\nstopping ...", flush=True)
            supervisor.terminate()
        stopping.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    address = f"http://{settings.public.host}:{settings.public.port}"
    if _wait_until_ready(address, supervisor, stopping):
        print(f"\n  chat     {address}/\n  metrics  http://{settings.private.host}:{settings.private.port}/metrics\n"
              f"  mails    {where_mails_go(settings)}\n"
              f"  console  {_console(settings)}\n"
              "\nready. Ctrl-C stops everything.", flush=True)
    elif not stopping:
        supervisor.terminate()
        supervisor.wait()
        raise CannotStart(f"The system did not get ready in {READY_SECONDS} s. The last lines of its logs in {logs}:\n"
                          + _last_lines(logs))
    supervisor.wait()
    if not stopping:
        raise CannotStart(f"The supervisor ended by itself; {logs}/supervisor.log says why.")
    print("all stopped")
    return 0


def _console(settings: Settings) -> str:
    """Where staff sign in; as long as nobody has an account, a link that makes the first one."""
    address = f"http://{settings.private.host}:{settings.private.port}/"
    try:
        link = invite.link(settings, only_the_first=True)
    except JournalDown:
        return f"{address} (the journal cannot be read just now)"
    return f"{address} (nobody has an account yet; this link makes the first one, once: {link})" if link else address


def _environment(settings: Settings, model: Path, logs: Path) -> dict[str, str]:
    data = settings.data_folder.absolute()
    endpoints = yaml.safe_load((ROOT / "endpoints.yml").read_text(encoding="utf-8"))
    endpoints["action_endpoint"]["url"] = f"http://127.0.0.1:{ACTIONS_PORT}/webhook"
    written = data / "endpoints.yml"
    written.write_text(yaml.safe_dump(endpoints), encoding="utf-8")
    return {
        # A second thread for products as small as the bot's waits longer than it works.
        "OPENBLAS_NUM_THREADS": "1",
        **os.environ, **QUIET_RASA, "BOT_DATABASE_URL": os.environ.get("BOT_DATABASE_URL") or f"sqlite:///{data}/bot.sqlite3",
        "RUN_LOGS": str(logs), "RUN_BOT_PYTHON": str(BOT_PYTHON), "RUN_PYTHON": sys.executable,
        "RUN_BOT_PORT": str(_bot_port(settings)), "RUN_ACTIONS_PORT": str(ACTIONS_PORT), "RUN_MODEL": str(model),
        "RUN_ENDPOINTS": str(written), "RUN_USER": pwd.getpwuid(os.getuid()).pw_name,
    }


def _wait_until_ready(address: str, supervisor: subprocess.Popen[bytes], stopping: list[int]) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and supervisor.poll() is None and not stopping:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return True
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    return False


def _last_lines(logs: Path) -> str:
    return "\n".join(
        f"  {path.name}: {line}" for path in sorted(logs.glob("*.log"))
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
    )


if __name__ == "__main__":
    sys.exit(main())
