"""How a message is judged: right, suggested, wrong or missed.

The rules are those of the project's evaluation files: outcomes of all replies together; `screening:*` counts as
`screening`, `handoff:requested` as `handoff:email`; a form's questions of the hand-off are left out, and small talk
where anything else is there. An answer to something that was not asked is wrong, whatever else was right.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

RIGHT, SUGGESTED, WRONG, MISSED = "right", "suggested", "wrong", "missed"
SAFETY = {"emergency", "crisis"}
Reply = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """One message with what a careful nurse would accept."""

    text: str
    accept: tuple[str, ...]
    must_all: tuple[str, ...] = ()
    subject: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What came of one case."""

    case: Case
    outcomes: tuple[str, ...]
    verdict: str
    subject: str | None = None


class UnknownCase(ValueError):
    """A line of an evaluation file that cannot be read; the text says file, line and what is missing."""


def read_cases(path: Path) -> list[Case]:
    """The cases of a JSON-lines file. Raises `UnknownCase` with file and line."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            cases.append(Case(entry["text"], tuple(entry["accept"]), tuple(entry.get("must_all") or ()),
                              entry.get("subject")))
        except (ValueError, KeyError, TypeError) as error:
            raise UnknownCase(f"{path}:{number}: not a case ({error}). A line is a JSON object with `text` and "
                              "`accept`.") from None
    return cases


def judge(case: Case, replies: Sequence[Reply]) -> Verdict:
    """The verdict on the replies to one case."""
    said = [_counted(label) for reply in replies for label in reply["outcomes"]]
    outcomes = [label for label in dict.fromkeys(said) if label]
    if any(not label.startswith("smalltalk:") for label in outcomes):
        outcomes = [label for label in outcomes if not label.startswith("smalltalk:")]
    subjects = [reply["subject"] for reply in replies if reply.get("subject")]
    return Verdict(case, tuple(outcomes), _verdict(case, set(outcomes), replies), subjects[0] if subjects else None)


def _verdict(case: Case, outcomes: set[str], replies: Sequence[Reply]) -> str:
    allowed = {*case.accept, *case.must_all}
    if any(label.startswith("answer:") and label not in allowed for label in outcomes):
        return WRONG
    if case.must_all:
        if set(case.must_all) <= outcomes:
            return RIGHT
    elif outcomes & set(case.accept):
        return RIGHT
    if outcomes == {"suggest"}:
        offered = {button["outcome"] for reply in replies for button in reply["buttons"]}
        if offered & set(case.accept):
            return SUGGESTED
    return MISSED


def _counted(label: str) -> str | None:
    if label.startswith("screening"):
        return "screening"
    if label == "handoff:requested":
        return "handoff:email"
    if label.startswith("handoff:ask"):
        return None
    return label


def shares(verdicts: Iterable[Verdict]) -> dict[str, float]:
    """The share of each verdict, and of `right` averaged over the first accepted label of each message."""
    listed = list(verdicts)
    counted = Counter(verdict.verdict for verdict in listed)
    by_label: dict[str, list[bool]] = defaultdict(list)
    for verdict in listed:
        by_label[verdict.case.accept[0]].append(verdict.verdict == RIGHT)
    average = sum(sum(rights) / len(rights) for rights in by_label.values()) / max(1, len(by_label))
    total = max(1, len(listed))
    return {**{name: counted[name] / total for name in (RIGHT, SUGGESTED, WRONG, MISSED)}, "averaged": average}


def always_not_covered(cases: Iterable[Case]) -> dict[str, float]:
    """What a bot that always says "not covered" would get."""
    reply = [{"outcomes": ["not_covered"], "subject": None, "buttons": []}]
    return shares(judge(case, reply) for case in cases)


def confusions(verdicts: Iterable[Verdict]) -> list[tuple[tuple[str, str], int]]:
    """The most frequent pairs of (accepted, what came instead)."""
    pairs = Counter((verdict.case.accept[0], " + ".join(verdict.outcomes) or "nothing")
                    for verdict in verdicts if verdict.verdict != RIGHT)
    return pairs.most_common(12)
