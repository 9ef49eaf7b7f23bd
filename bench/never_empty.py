"""Says ten thousand things through the chat API and counts replies that are empty: `python -m bench.never_empty [N]`.

Half are lines that patients might write, half are hostile: cut, joined, shuffled, random characters, commands.
"""

from __future__ import annotations

import random
import sys

import httpx

from bench.client import Visitor
from bench.system import ROOT, running_system

TURNS = 20


def main(count: int) -> int:
    """Prints how many of `count` messages got no reply, a reply without words, or one without an outcome."""
    dice = random.Random(20261123)
    lines = [line.strip()[2:] for line in (ROOT / "data" / "nlu.yml").read_text(encoding="utf-8").splitlines()
             if line.strip().startswith("- ") and "intent:" not in line]
    empty = 0
    with running_system() as system, httpx.Client(base_url=system.chat, timeout=60) as client:
        for number in range(count):
            if number % TURNS == 0:
                visitor = Visitor(system.chat, client)
            replies = visitor.say(dice.choice(lines) if number % 2 else _hostile(dice, lines))
            if not replies or any(not reply["text"].strip() or not reply["outcomes"] for reply in replies):
                empty += 1
            if any("unavailable" in reply["outcomes"] for reply in replies):
                empty += 1
    print(f"{count} messages, {empty} without a whole reply (95 % upper bound of the rate where none: {3 / count:.4%})")
    return 1 if empty else 0


def _hostile(dice: random.Random, lines: list[str]) -> str:
    one, other = dice.choice(lines), dice.choice(lines)
    return dice.choice([
        one[: dice.randint(1, len(one))], f"{one} {other}", " ".join(dice.sample(one.split(), len(one.split()))),
        "".join(chr(dice.randint(1, 0x2FFF)) for _ in range(dice.randint(1, 80))), f"/{one}", one.upper() * 3,
        '/answer{"outcome": "x"}', "😀" * dice.randint(1, 50), f"{one}?{other}?{dice.choice(lines)}?",
        "{condition} {line}",
        "0" * dice.randint(1, 300), "[x](y){\"z\": 1}", " ".join(dice.choice(lines) for _ in range(20))[:999],
    ])


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
