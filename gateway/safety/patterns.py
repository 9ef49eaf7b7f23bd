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
from dataclasses import dataclass
from functools import cached_property

from gateway.safety.disguise import BREAK

GAPS = {"..": 3, "...": 6}
_WORD = r"[a-z0-9]+(?:\.[0-9]+)?\*?"
_PART = re.compile(rf"{_WORD}(?:/{_WORD})*\??|\{{[a-z_]+\}}\??|\.{{2,3}}")
PERSONS = {
    "i": ("i", "he", "she", "they"),
    "me": ("me", "him", "her", "them", "us"),
    "my": ("my", "his", "her", "their", "our"),
    "mine": ("mine", "his", "hers", "theirs"),
    "myself": ("myself", "himself", "herself", "themself", "themselves"),
    "am": ("am", "is", "are"),
}
"""Danger is the same whoever is in it, so the first person stands for the third as well."""
_LONGEST_STEM = 24
_NEGATIVE = {"not", "no", "never", "nothing", "nobody", "without", "none"}
_GAP_WORD = r"(?:(?!\. )\S+ )"


class PhraseError(ValueError):
    """A phrase cannot be read; the text says what to write."""


@dataclass(frozen=True)
class Span:
    """Where a phrase stands: number of its first word and of the first word after it."""

    start: int
    end: int
    plain: bool = True
    """Whether the phrase says no "not" of its own, so that one in a gap of it takes it back."""


class Parts:
    """Gives every part of a phrase that must be there a bit, so that one comparison tells whether all are."""

    def __init__(self) -> None:
        self._bits: dict[frozenset[str], int] = {}
        self._of_word: dict[str, int] = {}

    def bit(self, words: frozenset[str]) -> int:
        """The bit of a part, given as its words ("stem*" for beginnings)."""
        if words not in self._bits:
            self._bits[words] = 1 << len(self._bits)
            for word in words:
                self._of_word[word] = self._of_word.get(word, 0) | self._bits[words]
        return self._bits[words]

    def bits(self, words: Iterable[str]) -> int:
        """The bits of all parts that the words of a text meet."""
        found = 0
        for word in words:
            found |= self._of_word.get(word, 0)
            for length in range(2, min(len(word), _LONGEST_STEM) + 1):
                found |= self._of_word.get(word[:length] + "*", 0)
        return found

    def words(self) -> set[str]:
        """The words and beginnings of all parts."""
        return set(self._of_word)


@dataclass(frozen=True)
class Phrase:
    """A phrase ready to be looked for."""

    source: str
    pattern: str
    needed: int
    """The bits of the parts that must be there."""
    plain: bool

    @cached_property
    def expression(self) -> re.Pattern[str]:
        """Compiled when a text first has the needed words: all of them at once would double the time of a start."""
        return re.compile(self.pattern)


class Reading:
    """One reading of a message, prepared for looking for many phrases; remembers what was found."""

    def __init__(self, text: str, parts: Parts) -> None:
        self.words = tuple(text.split())
        self._padded = f" {' '.join(self.words)} "
        self._bits = parts.bits(set(self.words))
        self._known: dict[str, list[Span]] = {}
        self._starts: list[int] = []
        place = 1
        for word in self.words:
            self._starts.append(place)
            place += len(word) + 1

    def places(self, phrase: Phrase) -> list[Span]:
        """Every place of the phrase, none overlapping another."""
        if phrase.needed & ~self._bits:
            return []
        if phrase.pattern not in self._known:
            self._known[phrase.pattern] = [
                Span(bisect_right(self._starts, match.start()) - 1, bisect_right(self._starts, match.end() - 1),
                     phrase.plain)
                for match in phrase.expression.finditer(self._padded)
            ]
        return self._known[phrase.pattern]

    def sentence(self, span: Span) -> Span:
        """The sentence that the span stands in."""
        start, end = span.start, span.end
        while start > 0 and self.words[start - 1] != BREAK:
            start -= 1
        while end < len(self.words) and self.words[end] != BREAK:
            end += 1
        return Span(start, end)


def compile_phrase(source: str, lists: Mapping[str, Iterable[str]], index: Parts, persons: bool = True) -> Phrase:
    """A phrase as it stands in the file; with `persons`, "i" stands for "she" as well. Raises PhraseError."""
    parts = source.split()
    if not parts:
        raise PhraseError("an empty phrase; write at least one word")
    if parts[0] in GAPS or parts[-1] in GAPS:
        raise PhraseError(f'"{source}" begins or ends with a gap; write a word there')
    pieces: list[str] = []
    needed = 0
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
        entries = _entries(part.rstrip("?"), lists, persons)
        alternatives = "|".join(_entry(entry) for entry in sorted(entries, key=lambda e: (-len(e), e)))
        pieces.append(f"(?:{alternatives})" + ("?" if optional else ""))
        if not optional:
            needed |= index.bit(frozenset(entry.split()[0] for entry in entries))
    if not needed:
        raise PhraseError(f'every word of "{source}" may be missing; leave out one question mark')
    plain = _NEGATIVE.isdisjoint(re.split(r"[ /?*]", source))
    return Phrase(source, "(?<= )" + "".join(pieces), needed, plain)


def _entries(part: str, lists: Mapping[str, Iterable[str]], persons: bool) -> list[str]:
    if not part.startswith("{"):
        return [other for word in part.split("/") for other in (PERSONS.get(word, (word,)) if persons else (word,))]
    name = part.strip("{}")
    if name not in lists:
        raise PhraseError(f'there is no list "{name}"; add it under lists or correct the name')
    return list(lists[name])


def _entry(entry: str) -> str:
    return "".join(
        re.escape(word[:-1]) + "[a-z0-9]* " if word.endswith("*") else re.escape(word) + " " for word in entry.split()
    )

