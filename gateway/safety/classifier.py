"""The trained half of the screen: plain arrays, numpy and a sentence encoder, no scikit-learn.

Its score of a piece is a linear score over n-grams plus what a small net makes of the sentence vector: how much
likelier any danger is than none. A message's is that of its most alarming piece. `gateway.safety.tune` makes encoder
and net, `gateway.safety.train` the n-grams.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gateway.safety.features import ngrams, pieces
from language.encoder import ROOT, Encoder

FOLDER = ROOT / "build" / "safety"
ENCODER = FOLDER / "encoder"
TRIAL = FOLDER / "trial"
ADAPTER = Path(__file__).parent / "adapter.npz"
"""What `gateway.safety.tune` leaves behind: an adapter of the sentence encoder, and the small net on top of it."""
SAFE = "safe"
MOST_WORDS = 170
"""At most so many words of one message go through the encoder, those first that the n-grams find most alarming."""


@lru_cache(maxsize=1)
def own_encoder() -> Encoder:
    """The process's one encoder for danger: the shared one with the adapter in its weights. Raises EncoderMissing."""
    return Encoder(ENCODER)


class HeadUnusable(RuntimeError):
    """The trained arrays cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Verdict:
    """What is known of a message: a score in log-odds, and the kinds of danger with theirs, the likeliest first."""

    score: float
    kinds: tuple[tuple[str, float], ...] = ()


NOTHING = Verdict(float("-inf"))


@dataclass(frozen=True)
class Head:
    """What training leaves behind."""

    words: np.ndarray
    """One weight for each n-gram bucket."""
    bias: float
    hidden: np.ndarray
    """Dimensions x hidden units."""
    hidden_bias: np.ndarray
    out: np.ndarray
    """Hidden units x kinds."""
    out_bias: np.ndarray
    kinds: tuple[str, ...]
    """The kinds of danger and SAFE."""
    threshold: float
    rules: float
    """What the rules' alarm adds to the score."""
    doubt: float
    """What a reason for doubt that the rules see takes from it."""

    def cheap(self, buckets: np.ndarray, weights: np.ndarray) -> float:
        """The n-grams' share of the score."""
        return float(self.words[buckets] @ weights) + self.bias

    def verdict(self, cheap: float, vector: np.ndarray) -> Verdict:
        """The score of a piece with this vector."""
        logits = np.maximum(vector @ self.hidden + self.hidden_bias, 0) @ self.out + self.out_bias
        odds = {kind: float(logit) for kind, logit in zip(self.kinds, logits, strict=True)}
        safe = odds.pop(SAFE)
        score = cheap + float(np.logaddexp.reduce(np.array(list(odds.values())))) - safe
        return Verdict(score, tuple(sorted(odds.items(), key=lambda one: -one[1])))


class Classifier:
    """Reads a message piece by piece, the most suspect first."""

    def __init__(self, head: Head, encoder: Encoder) -> None:
        self.head = head
        self._encoder = encoder

    def verdict(self, reading: str, enough: float = float("inf")) -> Verdict:
        """That of the most alarming piece; the reading goes no further than the first that scores `enough`."""
        highest = NOTHING
        for verdict in self._verdicts(reading):
            if verdict.score > highest.score:
                highest = verdict
            if highest.score >= enough:
                break
        return highest

    def _verdicts(self, reading: str) -> Iterator[Verdict]:
        ranked = [(self.head.cheap(*ngrams(piece)), piece) for piece in pieces(reading)]
        left = MOST_WORDS
        for cheap, piece in sorted(ranked, key=lambda one: -one[0]):
            left -= len(piece.split())
            if left < 0:
                return
            yield self.head.verdict(cheap, self._encoder.encode(piece))


def load_head(encoder: Encoder, folder: Path = FOLDER) -> Head:
    """The arrays of `folder`, made for this encoder. Raises HeadUnusable."""
    remedy = "Run `.venv-bot/bin/python -m gateway.safety.train`; until then the rules stand alone."
    arrays_file, notes_file = folder / "head.npz", folder / "head.json"
    try:
        notes: dict[str, Any] = json.loads(notes_file.read_text(encoding="utf-8"))
        with np.load(arrays_file, allow_pickle=False) as arrays:
            found = {name: np.ascontiguousarray(arrays[name], dtype=np.float32) for name in arrays.files}
    except (OSError, ValueError, KeyError) as wrong:
        raise HeadUnusable(f"{folder}: cannot be read ({type(wrong).__name__}). {remedy}") from None
    if notes.get("encoder") != encoder.fingerprint():
        raise HeadUnusable(f"{notes_file}: made for another encoder or onnxruntime. {remedy}")
    try:
        return Head(
            words=found["words"], bias=float(notes["bias"]), hidden=found["hidden"], hidden_bias=found["hidden_bias"],
            out=found["out"], out_bias=found["out_bias"], kinds=tuple(notes["kinds"]),
            threshold=float(notes["threshold"]), rules=float(notes["rules"]), doubt=float(notes["doubt"]),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise HeadUnusable(f"{notes_file}: incomplete ({type(wrong).__name__}). {remedy}") from None
