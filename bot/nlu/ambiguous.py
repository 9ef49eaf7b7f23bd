"""Words that name two things, one of them an opioid: asked about, unless the message settles it.

The words are data: `knowledge/ambiguous.yml`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.lexicon import KNOWLEDGE, LexiconError
from bot.nlu.outcome import (
    CONDITION_LISTED,
    NOT_COVERED,
    OPIOIDS,
    OTHER_MEDICINE,
    OUT_OF_SCOPE,
    SCREENING,
    SUGGEST,
    Outcome,
)

FILE = KNOWLEDGE / "ambiguous.yml"
_DOSE_BEFORE = r"\d\s?(?:mg|mgs|milligrams?)\s+(?:of\s+)?"
_DOSE_BEHIND = r"\s+\d+(?:[.,]\d+)?\s?(?:mg|mgs|milligrams?)"
_ASKED_OF = {OPIOIDS, "answer:other_treatments", CONDITION_LISTED, SUGGEST, OUT_OF_SCOPE}


@dataclass(frozen=True)
class Ambiguity:
    """One such word: how it is found, what it may mean, and the words that settle each meaning."""

    term: str
    pattern: re.Pattern[str]
    options: tuple[Outcome, ...]
    settling: tuple[re.Pattern[str], ...]

    def meanings(self, message: str) -> list[Outcome]:
        """The meanings that the message leaves open; none where the word is not in it."""
        if not self.pattern.search(message):
            return []
        rest = self.pattern.sub(" ", message)
        settled = [option for option, words in zip(self.options, self.settling) if words.search(rest)]
        return settled if len(settled) == 1 else list(self.options)


class Ambiguities:
    """All of them."""

    def __init__(self, listed: Sequence[Ambiguity]) -> None:
        self._listed = listed

    @classmethod
    def load(cls, path: Path = FILE) -> Ambiguities:
        """Reads the file. Raises `LexiconError` with the entry's number where one cannot be used."""
        return _loaded(path)

    def asked_about(self, message: str, outcomes: Sequence[Outcome]) -> list[Outcome]:
        """The outcomes, with those that hang on an ambiguous word replaced by its meaning or by a question."""
        for ambiguity in self._listed:
            meanings = ambiguity.meanings(message)
            if meanings:
                return _replaced(ambiguity, meanings, outcomes)
        return list(outcomes)


def _replaced(ambiguity: Ambiguity, meanings: Sequence[Outcome], outcomes: Sequence[Outcome]) -> list[Outcome]:
    hanging = [outcome for outcome in outcomes if outcome.label in _ASKED_OF or outcome.subject == OTHER_MEDICINE]
    if not hanging:
        return list(outcomes)
    if len(meanings) > 1 and any(outcome.label == SCREENING for outcome in outcomes):
        return [outcome for outcome in outcomes if outcome not in hanging]  # the form asks which of them is taken
    if len(meanings) > 1:
        return [Outcome(SUGGEST, hanging[0].score, term=ambiguity.term, options=tuple(meanings))]
    if hanging[0].label in (CONDITION_LISTED, "answer:other_treatments", SUGGEST, OUT_OF_SCOPE):
        return list(outcomes)
    settled = Outcome(meanings[0].label, hanging[0].score, subject=meanings[0].subject,
                      condition=meanings[0].condition, answer_as=meanings[0].answer_as, group=meanings[0].group)
    return [settled if outcome is hanging[0] else outcome for outcome in outcomes]


@lru_cache(maxsize=4)
def _loaded(path: Path) -> Ambiguities:
    entries = (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).get("terms") or []
    return Ambiguities([_ambiguity(path, number, entry) for number, entry in enumerate(entries, start=1)])


def _ambiguity(path: Path, number: int, entry: dict[str, Any]) -> Ambiguity:
    try:
        written = _any_of(entry["written"])
        pattern = rf"(?<!\w)(?:{written})(?!\w)"
        if entry.get("beside_dose"):
            pattern = rf"(?:{_DOSE_BEFORE}{pattern}|{pattern}{_DOSE_BEHIND})"
        options = tuple(_option(option) for option in entry["options"])
        settling = tuple(
            re.compile(rf"(?<!\w)(?:{_any_of(option['settled_by'])})(?!\w)", re.IGNORECASE)
            for option in entry["options"]
        )
        flags = 0 if entry.get("exact_case") else re.IGNORECASE
        return Ambiguity(str(entry["term"]), re.compile(pattern, flags), options, settling)
    except (KeyError, TypeError) as problem:
        raise LexiconError(path, number, f"entry {number} cannot be used ({problem}). It needs term, written and "
                           "options, each option with title, outcome and settled_by.") from None


def _any_of(words: Sequence[Any]) -> str:
    return "|".join(re.escape(str(word)) for word in words)


def _option(option: dict[str, Any]) -> Outcome:
    condition = option.get("condition")
    subject = option.get("subject") if option["outcome"] == NOT_COVERED else None
    return Outcome(str(option["outcome"]), term=str(option["title"]), subject=subject, condition=condition,
                   answer_as="listed" if condition else None)
