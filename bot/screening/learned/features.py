"""An answer as numbers: its marks and what the wording lists find, in buckets, and the sentence's vector.

The same code runs in training and in serving.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from bot.form.words import plain_text
from bot.screening.learned import marks
from language.encoder import Encoder

BUCKETS = 1 << 15
_WORDS, _LISTS, _SENTENCE = 3.0, 0.5, 4.0
"""How much each kind of number weighs."""
_FAR = 5
_LONGEST_WORD = 24


@dataclass(frozen=True)
class Features:
    """Buckets with their weights, and the vector."""

    buckets: np.ndarray
    weights: np.ndarray
    vector: np.ndarray

    def marked(self, mark: str) -> Features:
        """The same with one more mark."""
        return Features(np.append(self.buckets, np.int32(_bucket(f"e{mark}"))),
                        np.append(self.weights, np.float32(_LISTS)), self.vector)


def features(text: str, encoder: Encoder, more: Sequence[str] = ()) -> Features:
    """Those of an answer whose spelling is repaired, and `more` marks beside."""
    found = {name: _LISTS for name in (f"e{entry}" for entry in (*marks.evidence(text), *more))}
    grams = _grams(marks.tokens(text), plain_text(text))
    found.update({gram: _WORDS / math.sqrt(len(grams)) for gram in grams})
    total: dict[int, float] = {}
    for name, weight in found.items():
        bucket = _bucket(name)
        total[bucket] = total.get(bucket, 0.0) + weight
    return Features(np.fromiter(total, np.int32, len(total)), np.fromiter(total.values(), np.float32, len(total)),
                    encoder.encode(marks.typical(text)) * np.float32(_SENTENCE))


def _bucket(name: str) -> int:
    return crc32(name.encode()) % BUCKETS


def _grams(tokens: list[str], text: str) -> set[str]:
    """Words, pairs and triples, pairs with a gap, and letter groups."""
    row = ["<", *tokens, ">"]
    found = {f"w{' '.join(row[place:place + size])}" for size in (1, 2, 3) for place in range(len(row) - size + 1)}
    found |= {f"s{row[first]} {row[second]}" for first in range(len(row))
              for second in range(first + 2, min(first + _FAR, len(row)))}
    for word in text.split():
        padded = f"<{word[:_LONGEST_WORD]}>"
        found |= {f"c{padded[place:place + size]}" for size in (4, 5) for place in range(len(padded) - size + 1)}
    return found
