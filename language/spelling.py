"""Spelling repair to the words of the domain: "nalrexone" becomes "naltrexone", a rare word stays as it is."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import lru_cache

WORD = re.compile(r"[A-Za-z]+")
_SHORTEST = 4


class Speller:
    """Repairs words of four letters or more, at one edit (insert, delete, replace, swap) from a known one.

    `counts` says how often each lower-case word of the domain occurs; of several candidates the most frequent wins.
    `is_a_word` tells ordinary words that must be left alone though the domain lacks them.
    """

    def __init__(self, counts: Mapping[str, int], is_a_word: Callable[[str], bool]) -> None:
        self._counts = counts
        self._is_a_word = is_a_word
        self._by_deletion: dict[str, list[str]] = defaultdict(list)
        for word in counts:
            if len(word) >= _SHORTEST:
                for shorter in {word, *_deletions(word)}:
                    self._by_deletion[shorter].append(word)
        self.repaired = lru_cache(maxsize=50_000)(self._repaired)

    def repair(self, text: str) -> str:
        """The text with unknown words replaced by their nearest known one; everything else as it stood."""
        return WORD.sub(lambda match: self.repaired(match.group()), text)

    def _repaired(self, word: str) -> str:
        lower = word.lower()
        if len(lower) < _SHORTEST or lower in self._counts or self._is_a_word(lower):
            return word
        near = {known for shorter in {lower, *_deletions(lower)} for known in self._by_deletion.get(shorter, ())}
        near = {known for known in near if _is_one_edit(lower, known)}
        if not near:
            return word
        return max(sorted(near), key=lambda known: (known[0] == lower[0], self._counts[known]))


def _deletions(word: str) -> list[str]:
    return [word[:place] + word[place + 1:] for place in range(len(word))]


def _is_one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    if len(one) > len(other):
        one, other = other, one
    place = next((n for n, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), len(one))
    if len(one) < len(other):
        return one[place:] == other[place + 1:]
    swapped = one[:place] + one[place + 1:place + 2] + one[place:place + 1] + one[place + 2:]
    return one[place + 1:] == other[place + 1:] or swapped == other
