"""Wrong readings as training examples: checked against what the bot has learned, redacted, exported.

An example begins as a draft when staff say what a message should have come to. It is ready once somebody has read
its words again, and they hold no contact data. It hangs on its conversation and goes with it; what was exported is
in the hands of whoever took the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, select, update

from gateway.console.labels import FILE
from gateway.console.masking import masked
from gateway.console.tables import reviews, staff

LATER = FILE.parent / "later"
STATES = ("draft", "ready", "ignored")
ON_A_PAGE = 100
LONGEST = 1_000
_INTENT = re.compile(r"^\s*- intent: (\S+)\s*$")
_EXAMPLE = re.compile(r"^\s{6}- (.+?)\s*$")
_ENTITY = re.compile(r"\](?=[(\[{])")


class NotReady(Exception):
    """The words cannot be used as they are; the text says why."""


@dataclass(frozen=True)
class Draft:
    """An example to be, with what speaks against it."""

    conversation_id: str
    seq: int
    text: str
    label: str
    state: str
    by: str
    objections: list[str]


@lru_cache(maxsize=1)
def learned() -> Mapping[str, frozenset[str]]:
    """What the bot has learned: for each example's words, the labels that it stands under. Read once."""
    found: dict[str, set[str]] = {}
    label = ""
    for path in (FILE, *sorted(LATER.glob("*.yml"))):
        for line in path.read_text(encoding="utf-8").splitlines():
            intent, example = _INTENT.match(line), _EXAMPLE.match(line)
            if intent:
                label = intent.group(1)
            elif example and label:
                found.setdefault(key(example.group(1)), set()).add(label)
    return {text: frozenset(labels) for text, labels in found.items()}


def key(text: str) -> str:
    """The form of an example in which two of them are the same: without case, punctuation and spacing."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def drafts(connection: Connection, state: str) -> list[Draft]:
    """Examples in this state, newest first, each with its objections."""
    rows = connection.execute(
        select(reviews, staff.c.name)
        .join(staff)
        .where(reviews.c.example_state == state)
        .order_by(reviews.c.at.desc())
        .limit(ON_A_PAGE)
    ).all()
    among = _labels_among(connection)
    return [
        Draft(
            row.conversation_id, row.seq, row.example, row.label, row.example_state, row.name,
            objections(row.example, row.label, among),
        )
        for row in rows
    ]  # fmt: skip


def objections(text: str, label: str, among: Mapping[str, frozenset[str]]) -> list[str]:
    """Why the example would do nothing or harm; `among` are the labels of the other examples here, by their words."""
    found = []
    words = key(text)
    if not words:
        found.append("There are no words left in it.")
    known = learned().get(words, frozenset())
    if label in known:
        found.append("The bot has learned exactly these words already.")
    if known - {label}:
        found.append(f"The bot has learned these words as {', '.join(sorted(known - {label}))}: one of them is wrong.")
    others = among.get(words, frozenset()) - {label}
    if others:
        found.append(f"Another example here says {', '.join(sorted(others))} for the same words.")
    if masked(text) != text:
        found.append("It still holds what looks like contact data.")
    return found


def settle(connection: Connection, conversation_id: str, seq: int, text: str, state: str) -> None:
    """Writes the words down as staff corrected them, and what becomes of the example. Raises NotReady."""
    row = connection.execute(
        select(reviews).where(
            reviews.c.conversation_id == conversation_id, reviews.c.seq == seq, reviews.c.example_state.is_not(None)
        )
    ).one_or_none()
    if row is None:
        raise NotReady("This example is gone: its conversation was erased, or its review was changed.")
    text = " ".join(text.split())
    if state == "ready":
        against = objections(text, row.label, _labels_among(connection))
        if against:
            raise NotReady(" ".join(against))
    connection.execute(
        update(reviews)
        .where(reviews.c.conversation_id == conversation_id, reviews.c.seq == seq)
        .values(example=text, example_state=state)
    )


def ready(connection: Connection) -> Sequence[tuple[str, str]]:
    """The examples that are ready: label and words, by label, each once."""
    once = {(row.label, key(row.example)): row.example for row in ready_rows(connection)}
    return sorted((label, text) for (label, _), text in once.items())


def ready_rows(connection: Connection) -> Sequence[Any]:
    """The same with the messages that they are of, the same words as often as they were sent."""
    return connection.execute(
        select(reviews.c.conversation_id, reviews.c.seq, reviews.c.label, reviews.c.example)
        .where(reviews.c.example_state == "ready")
        .order_by(reviews.c.conversation_id, reviews.c.seq)
    ).all()


def as_nlu(examples: Sequence[tuple[str, str]]) -> str:
    """The examples as Rasa reads them, to be added to data/nlu.yml."""
    lines = ['version: "3.1"', "", "nlu:"]
    before = None
    for label, text in examples:
        if label != before:
            lines += ["", f"  - intent: {label}", "    examples: |"]
        # What Rasa would take for an entity's marks is kept apart.
        lines.append(f"      - {_ENTITY.sub('] ', text)}")
        before = label
    return "\n".join(lines) + "\n"


def as_evaluation(examples: Sequence[tuple[str, str]]) -> str:
    """The examples as lines that `make evaluate FILE=...` reads. One is for learning or for measuring, not for both."""
    return "".join(json.dumps(_line(label, text), ensure_ascii=False) + "\n" for label, text in examples)


def _line(label: str, text: str) -> dict[str, Any]:
    group, _, name = label.partition("/")
    covered = group != "not_covered"
    return {
        "text": text,
        "accept": [label.replace("/", ":") if covered else group],
        "must_all": [],
        "condition": None,
        "subject": None if covered else name,
        "note": "",
    }


def _labels_among(connection: Connection) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in connection.execute(
        select(reviews.c.label, reviews.c.example).where(reviews.c.example_state.in_(("draft", "ready")))
    ):
        found.setdefault(key(row.example), set()).add(row.label)
    return {words: frozenset(labels) for words, labels in found.items()}
