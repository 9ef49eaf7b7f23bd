"""The whole system as `make run` starts it, on free loopback ports with a data folder of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class System:
    """A running system: its public and private address, its bot's, its data folder and its front process."""

    chat: str
    private: str
    bot: str
    data: Path
    process: subprocess.Popen[str]

    def logs(self) -> str:
        """All that its processes have logged so far."""
        return "\n".join(path.read_text(encoding="utf-8", errors="replace") for path in self.data.rglob("*.log"))


@contextmanager
def running_system(settings: dict[str, str] | None = None) -> Iterator[System]:
    """Starts `python -m run`, waits until it says that it is ready, and stops it at the end.

    `settings` are further environment variables. Raises `RuntimeError` with its output where it does not get ready.
    """
    public, private, bot, actions = free_ports(4)
    with tempfile.TemporaryDirectory(prefix="ldn system ") as folder:
        process = subprocess.Popen(
            [sys.executable, "-m", "run"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env={**os.environ, "LDN_PUBLIC__PORT": str(public), "LDN_PRIVATE__PORT": str(private),
                 "LDN_BOT__URL": f"http://127.0.0.1:{bot}", "ACTIONS_PORT": str(actions),
                 "LDN_DATA_FOLDER": folder, **(settings or {})},
        )
        try:
            said = _until_ready(process)
            if process.poll() is not None:
                raise RuntimeError("the system did not start:\n" + said)
            yield System(f"http://127.0.0.1:{public}", f"http://127.0.0.1:{private}", f"http://127.0.0.1:{bot}",
                         Path(folder), process)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=60)


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that nothing listens on."""
    doors = [socket.socket() for _ in range(count)]
    try:
        for door in doors:
            door.bind(("127.0.0.1", 0))
        return [door.getsockname()[1] for door in doors]
    finally:
        for door in doors:
            door.close()


def _until_ready(process: subprocess.Popen[str]) -> str:
    said: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        said.append(line)
        if line.startswith("ready"):
            return "".join(said)
    process.wait()
    return "".join(said)


def seconds_to_ready() -> float:
    """How long `python -m run` takes from its start until it says ready."""
    begun = time.monotonic()
    with running_system():
        return time.monotonic() - begun
