"""The trained half of the screen: plain arrays, numpy and the shared sentence encoder, no scikit-learn.

Its score of a piece is a linear score over n-grams and sentence vector plus the score of a kernel machine over the
sentence vector; a message's is that of its most alarming piece. `gateway.safety.train` makes the arrays.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gateway.safety.features import ngrams, pieces
from language.encoder import ROOT, Encoder

FOLDER = ROOT / "build" / "safety"
MOST_WORDS = 170
"""At most so many words of one message go through the encoder, those first that the n-grams find most alarming."""


class HeadUnusable(RuntimeError):
    """The trained arrays cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Head:
    """What training leaves behind."""

    words: np.ndarray
    """One weight for each n-gram bucket."""
    vector: np.ndarray
    bias: float
    supports: np.ndarray
    dual: np.ndarray
    gamma: float
    kernel_bias: float
    kernel_weight: float
    threshold: float
    doubt: float
    """So much more than the threshold a text must score where the rules see a reason for doubt."""
    categories: tuple[str, ...]
    category_words: np.ndarray
    category_vector: np.ndarray
    category_bias: np.ndarray

    def cheap(self, buckets: np.ndarray, weights: np.ndarray) -> float:
        """The n-grams' share of the score."""
        return float(self.words[buckets] @ weights)

    def score(self, cheap: float, vector: np.ndarray) -> float:
        distance = 2 - 2 * (self.supports @ vector)
        kernel = float(self.dual @ np.exp(-self.gamma * distance)) + self.kernel_bias
        return cheap + float(self.vector @ vector) + self.bias + self.kernel_weight * kernel

    def category(self, buckets: np.ndarray, weights: np.ndarray, vector: np.ndarray) -> str:
        scores = self.category_words[:, buckets] @ weights + self.category_vector @ vector + self.category_bias
        return self.categories[int(np.argmax(scores))]


class Classifier:
    """Reads a message piece by piece, the most suspect first, until one is over the threshold."""

    def __init__(self, head: Head, encoder: Encoder) -> None:
        self._head = head
        self._encoder = encoder

    def category(self, reading: str, doubtful: bool = False) -> str | None:
        """The kind of danger that the reading speaks of, or None."""
        least = self._head.threshold + (self._head.doubt if doubtful else 0)
        for score, buckets, weights, vector in self._scored(reading):
            if score >= least:
                return self._head.category(buckets, weights, vector)
        return None

    def score(self, reading: str) -> float:
        """The most alarming piece's score; for measuring."""
        return max((score for score, *_ in self._scored(reading)), default=float("-inf"))

    def _scored(self, reading: str) -> Iterator[tuple[float, np.ndarray, np.ndarray, np.ndarray]]:
        ranked = []
        for piece in pieces(reading):
            buckets, weights = ngrams(piece)
            ranked.append((self._head.cheap(buckets, weights), piece, buckets, weights))
        left = MOST_WORDS
        for cheap, piece, buckets, weights in sorted(ranked, key=lambda one: -one[0]):
            left -= len(piece.split())
            if left < 0:
                return
            vector = self._encoder.encode(piece)
            yield self._head.score(cheap, vector), buckets, weights, vector


def load_head(encoder: Encoder, folder: Path = FOLDER) -> Head:
    """The arrays of `folder`, made for this encoder. Raises HeadUnusable."""
    remedy = "Run `.venv-bot/bin/python -m gateway.safety.train`; until then the rules stand alone."
    arrays_file, notes_file = folder / "head.npz", folder / "head.json"
    try:
        notes: dict[str, Any] = json.loads(notes_file.read_text(encoding="utf-8"))
        with np.load(arrays_file, allow_pickle=False) as arrays:
            found = {name: arrays[name].astype(np.float32) for name in arrays.files}
    except (OSError, ValueError, KeyError) as wrong:
        raise HeadUnusable(f"{folder}: cannot be read ({type(wrong).__name__}). {remedy}") from None
    if notes.get("encoder") != encoder.fingerprint():
        raise HeadUnusable(f"{notes_file}: made for another encoder or onnxruntime. {remedy}")
    try:
        head = Head(
            words=found["words"], vector=found["vector"], bias=float(notes["bias"]),
            supports=np.ascontiguousarray(found["supports"]), dual=found["dual"], gamma=float(notes["gamma"]),
            kernel_bias=float(notes["kernel_bias"]), kernel_weight=float(notes["kernel_weight"]),
            threshold=float(notes["threshold"]),
            doubt=float(notes["doubt"]), categories=tuple(notes["categories"]),
            category_words=found["category_words"], category_vector=found["category_vector"],
            category_bias=found["category_bias"],
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise HeadUnusable(f"{notes_file}: incomplete ({type(wrong).__name__}). {remedy}") from None
    return head
