"""How soon a reference is shown after the message that confirms a request: `python -m bench.handoff [REQUESTS]`.

Through the chat API with the real bot, from pressing "send it" to the reply with the reference on disk and on screen.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Iterator

from bench.client import Visitor
from bench.system import running_system

TYPED = ("I would like to book a consult", "yes", "Jane Roe", "jane@example.ca", "weekday mornings", "no note")


def seconds_to_reference(address: str, requests: int) -> Iterator[float]:
    """For each request, the seconds from its confirmation to its reference."""
    for _ in range(requests):
        visitor = Visitor(address)
        for words in TYPED:
            replies = visitor.say(words)
        send = next(button for button in replies[-1]["buttons"] if button["outcome"] == "handoff:requested")
        begun = time.perf_counter()
        shown = visitor.press(send)
        took = time.perf_counter() - begun
        assert shown[-1]["reference"], shown
        yield took


def main(arguments: list[str]) -> int:
    """Prints p50, p95 and the load of the machine."""
    requests = int(arguments[0]) if arguments else 100
    with running_system() as system:
        took = list(seconds_to_reference(system.chat, requests))
    print(f"reference shown after the confirmation, {requests} requests: p50 {statistics.median(took) * 1000:.0f} ms, "
          f"p95 {statistics.quantiles(took, n=20)[-1] * 1000:.0f} ms (load {os.getloadavg()[0]:.1f})")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
