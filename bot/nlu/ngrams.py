"""TF-IDF of one text at serving time, number for number what scikit-learn's vectorisers of `bot.nlu.model` give.

Theirs cost 3 ms a text in sparse-matrix checks; a message is read in several parts, each a text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np

SIZES = (2, 5)
"""Shortest and longest group of characters, a word's edges counted as spaces."""
_WORD = re.compile(r"\b\w+\b")


class Ngrams:
    """Words, pairs of words and groups of characters inside words, as places in one table: words first."""

    def __init__(self, word: Mapping[str, int], char: Mapping[str, int], word_idf: np.ndarray,
                 char_idf: np.ndarray) -> None:
        self._word, self._char = word, char
        self._idf = np.concatenate([word_idf, char_idf]).astype(np.float32)
        self._chars_of = lru_cache(maxsize=20_000)(self._chars_of_word)

    def of(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        """The places that occur in the text and the weight of each; words and characters each have length 1."""
        lower = text.lower()
        words = _WORD.findall(lower)
        terms = [*words, *(f"{one} {other}" for one, other in pairwise(words))]
        found = [self._word[term] for term in terms if term in self._word]
        groups = [place for word in lower.split() for place in self._chars_of(word)]
        parts = [self._weighed(found), self._weighed(groups)]
        return np.concatenate([places for places, _ in parts]), np.concatenate([weights for _, weights in parts])

    def _weighed(self, found: list[int]) -> tuple[np.ndarray, np.ndarray]:
        places, counts = np.unique(np.array(found, dtype=np.intp), return_counts=True)
        weights = (1 + np.log(counts)) * self._idf[places]
        return places, (weights / max(np.linalg.norm(weights), 1e-12)).astype(np.float32)

    def _chars_of_word(self, word: str) -> tuple[int, ...]:
        padded = f" {word} "
        shortest, longest = SIZES
        groups = [padded[start:start + size] for size in range(shortest, min(longest, len(padded)) + 1)
                  for start in range(len(padded) - size + 1)]
        return tuple(len(self._word) + self._char[group] for group in groups if group in self._char)
