"""Names that are written as they sound: "perkaset" for Percocet, "fibromialga" for fibromyalgia."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache

from language.spelling import WORD

_SHORTEST, _LONG, _SHORTEST_SOUND = 6, 7, 3
_DIFFERENT = 0.42
"""More letters than this share of a name's must not differ: "swears" sounds like "psorasis" and is not it."""
_SAME_SOUND = tuple((re.compile(pattern), sound) for pattern, sound in (
    (r"ph", "f"), (r"^kn", "n"), (r"^ps", "s"), (r"sch", "sk"), (r"ch(?=[rl])", "k"), (r"rh", "r"), (r"gh", "g"),
    (r"th", "t"), (r"ck|q", "k"), (r"x", "ks"), (r"c(?=[eiy])|z", "s"), (r"c", "k"), (r"j|g(?=[eiy])", "j"),
    (r"v", "f"), (r"d(?=[td])", ""), (r"(?<=.)[aeiouyhw]+", ""), (r"(.)\1+", r"\1"),
))


class SoundSpeller:
    """Repairs words of six letters or more that sound like a known one and look like it.

    `is_a_word` tells ordinary words that must be left alone.
    """

    def __init__(self, known: Iterable[str], is_a_word: Callable[[str], bool]) -> None:
        self._known = {word for word in known if len(word) >= _SHORTEST}
        self._is_a_word = is_a_word
        self._by_sound: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            if len(sound_of(word)) >= _SHORTEST_SOUND + (len(word) < _LONG):
                self._by_sound[sound_of(word)].append(word)
        self._repaired = lru_cache(maxsize=50_000)(self._nearest)

    def repair(self, text: str) -> str:
        """The text with such words replaced; everything else as it stood."""
        return WORD.sub(lambda match: self._repaired(match.group()), text)

    def _nearest(self, word: str) -> str:
        lower = word.lower()
        if len(lower) < _SHORTEST or lower in self._known or self._is_a_word(lower):
            return word
        alike = [(edits, known) for known in self._by_sound.get(sound_of(lower), ())
                 if (edits := _edits(lower, known)) <= _DIFFERENT * len(known)]
        return min(alike, default=(0, word))[1]


def sound_of(word: str) -> str:
    """The consonants as they sound, the first letter kept: "percocet" and "perkaset" are both "prkst"."""
    sound = word.lower()
    for pattern, same in _SAME_SOUND:
        sound = pattern.sub(same, sound)
    return sound


def _edits(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        above, row[0] = row[0], place
        for column, theirs in enumerate(other, start=1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (letter != theirs))
    return row[-1]
