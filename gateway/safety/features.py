"""What the classifier sees of a message: its cleanest reading in stretches, and pieces of it as n-grams.

The same code runs in training and in serving, on both Pythons.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from zlib import crc32

import numpy as np

from gateway.safety.disguise import BREAK

BUCKETS = 1 << 15
WHOLE = 30
WINDOW = 22
STRIDE = 11
SHORTEST = 3
TAIL = 14
STRETCH, OVERLAP = 160, 40
"""Words. A labeller that had learnt texts of ninety words raised, in stretches of 80, an alarm for 27 of 211 harmless
stories of sixty words and more, in these for 14."""
_LONGEST_WORD = 30


def pieces(reading: str) -> list[str]:
    """The reading in pieces that are short enough for a danger in them not to drown; the first is the whole, if short.

    A short message is one piece; a long one is cut into overlapping windows that do not heed sentences, since people
    leave the full stops out. Each sentence is a piece, each two neighbours, what follows a "but", and the last
    words of anything longer, where people put what they hardly dare to say.
    """
    sentences = [part.split() for part in f" {reading} ".split(f" {BREAK} ")]
    sentences = [words for words in sentences if words]
    words = [word for sentence in sentences for word in sentence]
    if not words:
        return []
    if len(words) <= WHOLE:
        found = [words]
    else:
        found = [words[start:start + WINDOW] for start in range(0, max(len(words) - STRIDE, 1), STRIDE)]
    parts = sentences if len(sentences) > 1 else []
    if len(sentences) > 2:
        parts = [*parts, *(one + other for one, other in pairwise(sentences))]
    parts = [*parts, *(part[part.index("but") + 1:] for part in [*found, *parts] if "but" in part)]
    parts = [*parts, *(part[-TAIL:] for part in [*found, *parts] if TAIL + SHORTEST < len(part) <= WHOLE)]
    found += [part for part in parts if SHORTEST <= len(part) <= WHOLE]
    return list(dict.fromkeys(" ".join(part) for part in found))


def windows(reading: str) -> list[str]:
    """The reading as the labeller hears it: as it stands, or a long one in overlapping stretches."""
    words = reading.split()
    starts = range(0, max(len(words) - OVERLAP, 1), STRETCH - OVERLAP)
    return [reading] if len(words) <= STRETCH else [" ".join(words[start:start + STRETCH]) for start in starts]


def ngrams(piece: str) -> tuple[np.ndarray, np.ndarray]:
    """Buckets and weights of the piece's words, word pairs, triples and letter groups; the weights have length 1."""
    words = piece.split()
    counts: Counter[int] = Counter()
    for size in (1, 2, 3):
        for place in range(len(words) - size + 1):
            counts[_bucket("w" + " ".join(words[place:place + size]))] += 1
    for word in words:
        padded = f"<{word[:_LONGEST_WORD]}>"
        for size in (4, 5):
            for place in range(len(padded) - size + 1):
                counts[_bucket("c" + padded[place:place + size])] += 1
    if not counts:
        return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
    weights = [1 + math.log(count) for count in counts.values()]
    length = math.sqrt(sum(weight * weight for weight in weights))
    return np.fromiter(counts, np.int32, len(counts)), np.array([w / length for w in weights], dtype=np.float32)


def _bucket(gram: str) -> int:
    return crc32(gram.encode()) % BUCKETS
