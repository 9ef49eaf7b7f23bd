"""Measures how free-text answers to the screening questions are read: `python -m bench.screening FILE...`.

One JSON object a line: `slot`, `text`, `expect` and `kind`. `expect` is a value of the form, a list of conditions,
`ask` (to be asked about before it counts) or `not_no` (anything but no). Each answer goes through a step of the form,
alone, with every earlier question answered with no. Run with the bot's Python.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.form.consent import CONSENT
from bot.form.hearing import Message
from bot.screening.answers import CONDITION_SLOT, FACTS, OPIOIDS, ORDER
from bot.screening.form import step
from bot.screening.state import State

ASK = "ask"
SAID_SO = "yes, said so"


def value_after(slot: str, text: str) -> Any:
    """What the form has noted for `slot` after the answer: a value, a list of conditions, `ask` where it asked, or
    `SAID_SO` where it noted yes against a no and told the visitor."""
    before = {CONSENT: "yes", **{fact: "no" for fact in FACTS if ORDER.index(fact) < ORDER.index(slot)}}
    state, turn = step(State(before, requested=slot), Message(text))
    if any(noted.how == "against" for noted in turn.noted):
        return SAID_SO
    return state.values.get(slot, ASK)


def is_right(answer: Mapping[str, Any], value: Any) -> bool:
    """Whether the value is what the writer of the answer expects."""
    expected = answer["expect"]
    if expected == "not_no":
        return bool(value != "no")
    if isinstance(expected, list):
        return isinstance(value, list) and _same(value, expected)
    if value == SAID_SO:
        return bool(expected == "yes" or (expected == ASK and "contradict" in answer.get("kind", "")))
    return bool(value == expected)


def wrong(answers: list[dict[str, Any]]) -> list[tuple[dict[str, Any], Any]]:
    """The answers that were read wrong, each with what was read."""
    read = [(answer, value_after(answer["slot"], answer["text"])) for answer in answers]
    return [(answer, value) for answer, value in read if not is_right(answer, value)]


def figures(answers: list[dict[str, Any]]) -> list[str]:
    """Lines to print: right by slot, and the three counts that matter most for the opioid question."""
    mistakes = wrong(answers)
    lines = []
    for slot in (*FACTS, CONDITION_SLOT):
        asked = sum(answer["slot"] == slot for answer in answers)
        failed = sum(answer["slot"] == slot for answer, _ in mistakes)
        if asked:
            lines.append(f"{slot}: {asked - failed} of {asked} right ({(asked - failed) / asked:.1%})")
    opioid = [(answer, value) for answer, value in mistakes if answer["slot"] == OPIOIDS]
    expected_no = sum(answer["slot"] == OPIOIDS and answer["expect"] == "no" for answer in answers)
    not_no = sum(answer["slot"] == OPIOIDS and answer["expect"] in ("not_no", "unsure") for answer in answers)
    expected_yes = sum(answer["slot"] == OPIOIDS and answer["expect"] == "yes" for answer in answers)
    for name, expects, value, of in (("taken, read as no", ("yes",), "no", expected_yes),
                                     ("stopped lately or unsure, read as no", ("not_no", "unsure"), "no", not_no),
                                     ("not taken, read as yes", ("no",), "yes", expected_no)):
        count = sum(answer["expect"] in expects and str(read).startswith(value) for answer, read in opioid)
        lines.append(f"{OPIOIDS}, {name}: {count} of {of}")
    kinds = Counter(answer["kind"] for answer, _ in opioid if answer.get("kind"))
    by_kind = ", ".join(f"{kind} {count}" for kind, count in kinds.most_common())
    return [*lines, f"{OPIOIDS}, mistakes by kind: {by_kind or 'none'}"]


def _same(noted: list[str], expected: list[str]) -> bool:
    """Whether the lists name the same: "Lyme" is "Lyme disease", "migraines" is "migraine"; words kept as they were
    said count where they hold every expected name."""
    mine, theirs = [_letters(name) for name in noted], [_letters(name) for name in expected]
    return all(any(name in one or one in name for one in mine) for name in theirs) and \
        all(any(name in one or one in name for name in theirs) for one in mine)


def _letters(name: str) -> str:
    plain = name.lower().split(" / ")[0].replace("ö", "o").removesuffix(" syndrome").removesuffix(" disease")
    return "".join(letter for letter in plain if letter.isalnum())


def main() -> None:
    """Prints the figures of each file; with `--mistakes`, what was read wrong too."""
    for path in [Path(argument) for argument in sys.argv[1:] if not argument.startswith("--")]:
        answers = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        print(f"{path.name}, {len(answers)} answers", *figures(answers), sep="\n  ")
        if "--mistakes" in sys.argv:
            for answer, value in wrong(answers):
                print(f"  {answer['slot']}: {answer['text']!r}: {value}, expected {answer['expect']}")


if __name__ == "__main__":
    main()
