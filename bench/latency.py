"""One client's latency and throughput through the whole path, beside Rasa's default configuration with its SQL store.

`make bench`. Both are asked the same messages in the same run, in turns of twenty, ten messages a conversation; ours go
through the gateway with its journal, the peer's straight to Rasa. Figures are ratios: these machines are noisy. A form
that a message opens takes the rest of its conversation; the peer has none, so the others are given by themselves, too.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from itertools import compress
from pathlib import Path

import httpx

from bench.client import Visitor
from bench.peer import messages, running_peer
from bench.system import System, running_system

ROUNDS, BLOCK, TURNS = 12, 20, 10
PROCESSES = (("-m bot run", "bot"), ("rasa_sdk", "actions"), ("-m gateway.console.grouper", "grouper"),
             ("-m gateway.handoff", "mailer"), ("-m gateway", "gateway"), ("supervisord", "supervisor"))
"""What stands in a process's command line, and its name."""


def main() -> int:
    """Prints the figures."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, running_system() as system:
        print(f"ready in {time.monotonic() - begun:.1f} s")
        with running_peer(Path(folder)) as address, httpx.Client(timeout=60) as client:
            ours, theirs = _Ours(system), _theirs(client, address)
            times: dict[str, list[float]] = {"ours": [], "default Rasa": []}
            texts = messages()
            for number in range(ROUNDS):
                block = [texts[(number * BLOCK + place) % len(texts)] for place in range(BLOCK)]
                times["ours"] += _timed(ours.say, block)
                times["default Rasa"] += _timed(theirs, block)
        outside = {name: statistics.median(compress(taken, (not formed for formed in ours.in_a_form))) * 1000
                   for name, taken in times.items()}
        for name, taken in times.items():
            taken.sort()
            p50, p95 = statistics.median(taken) * 1000, taken[int(len(taken) * 0.95)] * 1000
            print(f"{name:14} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   {len(taken) / sum(taken):6.1f} messages/s   "
                  f"(n={len(taken)})")
        ratio = statistics.median(times["ours"]) / statistics.median(times["default Rasa"])
        print(f"p50 ratio ours / default Rasa: {ratio:.2f}")
        print(f"outside of forms: p50 {outside['ours']:.1f} and {outside['default Rasa']:.1f} ms, ratio "
              f"{outside['ours'] / outside['default Rasa']:.2f} (n={ours.in_a_form.count(False)})")
        for name, size in memory(system).items():
            print(f"memory (PSS) {name}: {size:.0f} MB")
    return 0


class _Ours:
    def __init__(self, system: System) -> None:
        self._system = system
        self._client = httpx.Client(base_url=system.chat, timeout=60)
        self._asks = False
        self.in_a_form: list[bool] = []

    def say(self, text: str) -> None:
        if len(self.in_a_form) % TURNS == 0:
            self._visitor, self._asks = Visitor(self._system.chat, self._client), False
        self.in_a_form.append(self._asks)
        said = self._visitor.say(text)
        self._asks = any(":ask:" in outcome for reply in said for outcome in reply["outcomes"])


def _theirs(client: httpx.Client, address: str) -> Callable[[str], None]:
    asked = 0
    sender = ""

    def say(text: str) -> None:
        nonlocal asked, sender
        if asked % TURNS == 0:
            sender = uuid.uuid4().hex
        asked += 1
        client.post(address, json={"sender": sender, "message": text}).raise_for_status()

    return say


def _timed(say: Callable[[str], None], texts: list[str]) -> list[float]:
    taken = []
    for text in texts:
        begun = time.perf_counter()
        say(text)
        taken.append(time.perf_counter() - begun)
    return taken


def memory(system: System) -> dict[str, float]:
    """The proportional set size of each of the system's processes, in MB."""
    found: dict[str, float] = {}
    family = {system.process.pid}
    processes = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
    parents = {}
    for number, path in processes.items():
        try:
            parents[number] = int((path / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    while grown := {number for number, parent in parents.items() if parent in family} - family:
        family |= grown
    for number in family:
        try:
            command = (processes[number] / "cmdline").read_text().replace("\0", " ")
            size = sum(int(line.split()[1]) for line in (processes[number] / "smaps_rollup").read_text().splitlines()
                       if line.startswith("Pss:"))
        except (OSError, KeyError):
            continue
        name = next((name for mark, name in PROCESSES if mark in command), "make run")
        found[name] = found.get(name, 0.0) + size / 1024
    return found


if __name__ == "__main__":
    sys.exit(main())
