"""The parts of a message that may each be a question: the whole, its sentences, cuts inside them, and fragments.

Spans overlap on purpose ("how much do i take, morning or night": the sentence, "how much do i take", "morning",
"night"); whoever reads them decides which of them were asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from language.segments import cuts, sentences

WHOLE, SENTENCE, CUT, FRAGMENT, EDGE = "whole", "sentence", "cut", "fragment", "edge"
MOST_SPANS = 20
_LONGEST_LIST, _MOST_FRAGMENTS = 30, 6
_LIST = re.compile(
    r"\s*[,;/&+]\s*(?:and\s+|or\s+|n\s+|also\s+|plus\s+)?|\s+(?:and also|oh and|and|or|plus|also|n|but|btw)\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Span:
    """A part of a message: its text, its kind, and where it stands (characters)."""

    text: str
    kind: str
    start: int
    end: int

    def contains(self, other: Span) -> bool:
        """Whether the other lies inside this one and is shorter."""
        return self.start <= other.start and other.end <= self.end and len(other) < len(self)

    def overlaps(self, other: Span) -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end

    def __len__(self) -> int:
        return self.end - self.start


def spans(text: str) -> list[Span]:
    """The whole message first, then its parts, each wording once, `MOST_SPANS` at most."""
    found: dict[str, Span] = {}
    for span in (whole_of(text), *_parts(text)):
        wording = span.text.lower().strip(" ?.!,")
        if wording:
            found.setdefault(wording, span)
    return list(found.values())[:MOST_SPANS]


def whole_of(text: str) -> Span:
    """The whole message."""
    return Span(text.strip(), WHOLE, 0, len(text))


def _parts(text: str) -> Iterator[Span]:
    of_text = _placed(sentences(text), text, 0, SENTENCE)
    yield from of_text
    for sentence in of_text:
        yield from _placed(cuts(sentence.text), text, sentence.start, CUT)
    for sentence in of_text:
        yield from _listed(sentence, text)


def _listed(sentence: Span, text: str) -> Iterator[Span]:
    """The members of a list, and what stays with its head or its end: "is it addictive | or dangerous"."""
    if len(sentence.text.split()) > _LONGEST_LIST:
        return
    members = [member.strip(" ,;") for member in _LIST.split(sentence.text) if member and re.search(r"\w", member)]
    if not 2 <= len(members) <= _MOST_FRAGMENTS:
        return
    placed = _placed(members, text, sentence.start, FRAGMENT)
    yield from placed
    for left, right in pairwise(placed):
        for start, end in ((right.start, placed[-1].end), (placed[0].start, left.end)):
            yield Span(text[start:end], EDGE, start, end)


def _placed(parts: list[str], text: str, start: int, kind: str) -> list[Span]:
    placed = []
    for part in parts:
        found = text.find(part, start)
        start = found if found >= 0 else start
        placed.append(Span(part, kind, start, start + len(part)))
        start += len(part)
    return placed
