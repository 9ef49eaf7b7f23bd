"""One visitor sends message after message from many tabs; how long does another one wait?

`.venv/bin/python -m bench.flood [MESSAGES]`. Both come from loopback, where no limit protects one from the other: what
is measured is the gateway's own fairness. The bot is the tests' stand-in, the red-flag screen the real one. The same
visitor talks before the flood and during it, so that the machine's other work is in both figures.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from bench.gateway_cost import GATEWAY, gateway, stand_in

MESSAGES, TABS, QUIET = 10_000, 16, 50


def main() -> int:
    """Prints the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    with tempfile.TemporaryDirectory() as folder, stand_in() as bot, gateway(Path(folder), bot, GATEWAY) as running:
        bystander = _Visitor(running.address)
        before = [bystander.say() for _ in range(QUIET)]
        statuses, during = _flood(running.address, bystander, count)
    for name, times in (("before", before), ("during", during)):
        times.sort()
        print(f"the other visitor {name}: p50 {statistics.median(times) * 1000:.0f} ms, "
              f"p95 {times[int(len(times) * 0.95)] * 1000:.0f} ms (n={len(times)})")
    print(f"the flood: {sum(statuses.values())} messages, answered with {dict(statuses)}")
    return 0


def _flood(address: str, bystander: _Visitor, count: int) -> tuple[Counter[int], list[float]]:
    flooding = _Visitor(address)
    statuses: Counter[int] = Counter()
    over = threading.Event()
    during: list[float] = []

    def watch() -> None:
        while not over.is_set():
            during.append(bystander.say())

    watching = threading.Thread(target=watch)
    watching.start()
    with ThreadPoolExecutor(TABS) as tabs:
        for status in tabs.map(lambda _: flooding.send(), range(count)):
            statuses[status] += 1
    over.set()
    watching.join()
    return statuses, during


class _Visitor:
    def __init__(self, address: str) -> None:
        self._client = httpx.Client(base_url=address, timeout=60, trust_env=False)
        token = self._client.post("/api/v1/sessions", json={"save": True}).raise_for_status().json()["token"]
        self._headers = {"Authorization": f"Bearer {token}"}

    def send(self) -> int:
        """The status of one message's answer."""
        body = {"id": str(uuid.uuid4()), "text": "is it safe with my other medicines?"}
        return self._client.post("/api/v1/messages", json=body, headers=self._headers).status_code

    def say(self) -> float:
        """The seconds that one message took; it must be answered."""
        begun = time.monotonic()
        status = self.send()
        if status != 200:
            raise RuntimeError(f"the other visitor got {status}")
        return time.monotonic() - begun


if __name__ == "__main__":
    sys.exit(main())
