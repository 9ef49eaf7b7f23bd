"""The phrases of `knowledge/redflags.yml`: how a clinician writes them, and how they are found in a reading.

    want* to die          a word; a word's beginning
    chest/heart pain      one of several words
    {pills}               one entry of a list of the file
    really?               a word that may be missing
    chest .. tight        up to three words between;  ...  up to six

Every gap is bounded and a phrase never crosses the end of a sentence, so the time grows with the text's length alone.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gateway.safety.disguise import BREAK

GAPS = {"..": 3, "...": 6}
_PART = re.compile(r"[a-z0-9']+\*?(?:/[a-z0-9']+\*?)*\??|\{[a-z_]+\}\??|\.{2,3}")
_GAP_WORD = r"(?:(?!\. )\S+ )"


class PhraseError(ValueError):
    """A phrase cannot be read; the text says what to write."""


@dataclass(frozen=True)
class Span:
    """Where a phrase stands: number of its first word and of the first word after it."""

    start: int
    end: int


@dataclass(frozen=True)
class Phrase:
    """A phrase ready to be looked for."""

    source: str
    expression: re.Pattern[str]
    needed: tuple[frozenset[str], ...]
    """For each part that cannot be missing: words of which one must be there ("stem*" for beginnings)."""

    def found(self, reading: Reading) -> list[Span]:
        """Every place of the phrase in the reading, none overlapping another."""
        if not all(not reading.has.isdisjoint(part) for part in self.needed):
            return []
        return [reading.span(match) for match in self.expression.finditer(reading.padded)]


@dataclass(frozen=True)
class Reading:
    """One reading of a message, prepared for looking for many phrases."""

    text: str
    words: tuple[str, ...] = field(init=False)
    padded: str = field(init=False)
    has: frozenset[str] = field(init=False)
    _starts: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        words = tuple(self.text.split())
        starts, place = [], 1
        for word in words:
            starts.append(place)
            place += len(word) + 1
        has = {BREAK}
        for word in set(words):
            has.add(word)
            has.update(word[:length] + "*" for length in range(2, min(len(word), 24) + 1))
        object.__setattr__(self, "words", words)
        object.__setattr__(self, "padded", " " + " ".join(words) + " ")
        object.__setattr__(self, "has", frozenset(has))
        object.__setattr__(self, "_starts", tuple(starts))

    def span(self, match: re.Match[str]) -> Span:
        return Span(bisect_right(self._starts, match.start()) - 1, bisect_right(self._starts, match.end() - 1))

    def sentence(self, span: Span) -> Span:
        """The sentence that the span stands in."""
        start, end = span.start, span.end
        while start > 0 and self.words[start - 1] != BREAK:
            start -= 1
        while end < len(self.words) and self.words[end] != BREAK:
            end += 1
        return Span(start, end)


def compile_phrase(source: str, lists: Mapping[str, Iterable[str]]) -> Phrase:
    """A phrase as it stands in the file. Raises PhraseError."""
    parts = source.split()
    if not parts:
        raise PhraseError("an empty phrase; write at least one word")
    if parts[0] in GAPS or parts[-1] in GAPS:
        raise PhraseError(f'"{source}" begins or ends with a gap; write a word there')
    pieces: list[str] = []
    needed: list[frozenset[str]] = []
    for part in parts:
        if not _PART.fullmatch(part):
            raise PhraseError(
                f'"{part}" in "{source}" is not a word, a/b, word*, word?, {{list}}, .. or ...; '
                "write small letters and digits without apostrophe (do not for don't)"
            )
        if part in GAPS:
            pieces.append(_GAP_WORD + "{0," + str(GAPS[part]) + "}?")
            continue
        optional = part.endswith("?")
        entries = _entries(part.rstrip("?"), lists)
        alternatives = "|".join(_entry(entry) for entry in sorted(entries, key=lambda e: (-len(e), e)))
        pieces.append(f"(?:{alternatives})" + ("?" if optional else ""))
        if not optional:
            needed.append(frozenset(_first_word(entry) for entry in entries))
    if not needed:
        raise PhraseError(f'every word of "{source}" may be missing; leave out one question mark')
    return Phrase(source, re.compile("(?<= )" + "".join(pieces)), tuple(needed))


def _entries(part: str, lists: Mapping[str, Iterable[str]]) -> list[str]:
    if not part.startswith("{"):
        return part.split("/")
    name = part.strip("{}")
    if name not in lists:
        raise PhraseError(f'there is no list "{name}"; add it under lists or correct the name')
    return list(lists[name])


def _entry(entry: str) -> str:
    return "".join(
        re.escape(word[:-1]) + "[a-z0-9]* " if word.endswith("*") else re.escape(word) + " " for word in entry.split()
    )


def _first_word(entry: str) -> str:
    return entry.split()[0]
