"""The gateway's own cost: CPU a message, and the seconds from a kill until it answers again.

`.venv/bin/python -m bench.gateway_cost [MESSAGES]`. The real gateway with its journal, and the tests' stand-in bot, a
process of its own that is not counted. CPU is what /proc says that the gateway's process used: other work on the
machine makes it larger (caches), though not as much as it does times. The red-flag screen's share is the difference to
the same gateway with the tests' one-word screen. The bytecode is kept, as every way of deploying keeps it.
"""

from __future__ import annotations

import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.peer import messages
from bench.system import ROOT, free_ports

STAND_IN = ROOT / "tests" / "gateway" / "stand_in_bot.py"
NO_SCREEN = ROOT / "tests" / "gateway" / "gateway_with_safety.py"
GATEWAY = ["-m", "gateway"]
MESSAGES, WARM_UP, TURNS, TABS, STARTS = 1000, 200, 10, 4, 5
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A gateway's process and its address."""

    process: subprocess.Popen[bytes]
    address: str

    def cpu_ms(self) -> float:
        """Milliseconds of CPU that the process has used so far, in user and system mode."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * 1000 / TICKS


def main() -> int:
    """Prints the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory() as folder, stand_in() as bot:
        data = Path(folder)
        rest = _cost(data, bot, [str(NO_SCREEN)], count)
        print(f"CPU a message: {rest:.2f} ms without the red-flag screen (n={count}, {TABS} conversations at a time)")
        whole = _cost(data, bot, GATEWAY, count)
        print(f"               {whole:.2f} ms with it, so the screen is {whole - rest:.2f} ms")
        backs = [_back_after_a_kill(data, bot) for _ in range(STARTS)]
    print(f"back after a kill: median {statistics.median(backs):.2f} s, longest {max(backs):.2f} s (n={STARTS})")
    return 0


def _cost(data: Path, bot: str, arguments: list[str], count: int) -> float:
    """Milliseconds of CPU a message."""
    texts = messages()
    with gateway(data, bot, arguments) as running:
        _talk(running, texts, WARM_UP)
        before = running.cpu_ms()
        _talk(running, texts, count)
        return (running.cpu_ms() - before) / count


def _talk(running: Running, texts: list[str], count: int) -> None:
    def conversation(first: int) -> None:
        with httpx.Client(base_url=running.address, timeout=60, trust_env=False) as client:
            token = client.post("/api/v1/sessions", json={"save": True}).raise_for_status().json()["token"]
            headers = {"Authorization": f"Bearer {token}"}
            for number in range(first, min(first + TURNS, count)):
                body = {"id": str(uuid.uuid4()), "text": texts[number % len(texts)]}
                answer = client.post("/api/v1/messages", json=body, headers=headers).raise_for_status().json()
                if answer["replies"][0]["outcomes"] == ["unavailable"]:
                    raise RuntimeError("the bot did not answer: this would measure something else")

    with ThreadPoolExecutor(TABS) as tabs:
        list(tabs.map(conversation, range(0, count, TURNS)))


def _back_after_a_kill(data: Path, bot: str) -> float:
    with gateway(data, bot) as former:
        former.process.send_signal(signal.SIGKILL)
        former.process.wait()
    begun = time.monotonic()
    with gateway(data, bot):
        return time.monotonic() - begun


@contextmanager
def stand_in() -> Iterator[str]:
    (port,) = free_ports(1)
    with _process([str(STAND_IN), str(port)], {}, lambda: _answers(f"http://127.0.0.1:{port}/control")):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def gateway(data: Path, bot: str, arguments: list[str] = GATEWAY) -> Iterator[Running]:
    public, private = free_ports(2)
    settings = {"LDN_DATA_FOLDER": str(data), "LDN_PUBLIC__PORT": str(public), "LDN_PRIVATE__PORT": str(private),
                "LDN_BOT__URL": bot}
    address = f"http://127.0.0.1:{public}"
    with _process(arguments, settings, lambda: _answers(f"{address}/healthz")) as process:
        yield Running(process, address)


@contextmanager
def _process(
    arguments: list[str], settings: dict[str, str], ready: Callable[[], bool]
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, stderr=subprocess.DEVNULL, env=environment)
    with process:
        try:
            while not ready():
                if process.poll() is not None:
                    raise RuntimeError(f"{arguments[-1]} ended with {process.returncode} before it answered")
                time.sleep(0.02)
            yield process
        finally:
            process.terminate()


def _answers(address: str) -> bool:
    with suppress(OSError), socket.create_connection(_host_and_port(address), timeout=1):
        return httpx.get(address, timeout=30, trust_env=False).is_success
    return False


def _host_and_port(address: str) -> tuple[str, int]:
    url = httpx.URL(address)
    return url.host, url.port or 80


if __name__ == "__main__":
    sys.exit(main())
