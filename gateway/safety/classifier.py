"""The trained half of the screen: plain arrays, numpy and a labeller of danger, no scikit-learn.

Its score of a message says how much likelier any danger is than none: what the labeller hears in the message as it
stands, plus a part of the highest of linear scores over the n-grams of its pieces. `gateway.safety.tune` makes the
labeller, `gateway.safety.train` the rest.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gateway.safety.features import ngrams, pieces, windows
from language.encoder import ROOT
from language.labeller import Labeller

FOLDER = ROOT / "build" / "safety"
LABELLER = FOLDER / "labeller"
TRIAL = FOLDER / "trial"
LABELS = Path(__file__).parent / "labeller.npz"
"""What `gateway.safety.tune` leaves behind for `LABELLER`."""
SAFE = "safe"
MOST_WINDOWS, MOST_PIECES = 3, 2
"""At most so many stretches of one long message are heard, those first that the n-grams find most alarming, and beside
them its most alarming pieces, lest a danger drown."""

@lru_cache(maxsize=1)
def labeller() -> Labeller:
    """The process's own. Raises EncoderMissing."""
    return Labeller(LABELLER)


class HeadUnusable(RuntimeError):
    """The trained arrays cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Verdict:
    """What is known of a message: a score in log-odds, and the kinds of danger with theirs, the likeliest first."""

    score: float
    kinds: tuple[tuple[str, float], ...] = ()



@dataclass(frozen=True)
class Head:
    """What training leaves behind."""

    words: np.ndarray
    """One weight for each n-gram bucket."""
    bias: float
    threshold: float
    rules: float
    """What the rules' alarm adds to the score."""
    doubt: float
    """What a reason for doubt that the rules see takes from it."""

    def cheap(self, piece: str) -> float:
        """The n-grams' share of the score of one piece."""
        buckets, weights = ngrams(piece)
        return float(self.words[buckets] @ weights) + self.bias


class Classifier:
    """Reads a message."""

    def __init__(self, head: Head, labeller: Labeller) -> None:
        self.head = head
        self._labeller = labeller

    def verdict(self, reading: str) -> Verdict:
        """What is known of the message."""
        scored = {piece: self.head.cheap(piece) for piece in pieces(reading)}
        heard = windows(reading)
        if len(heard) > MOST_WINDOWS:
            heard = sorted(heard, key=lambda window: max(map(self.head.cheap, pieces(window))), reverse=True)
        if len(heard) > 1:
            heard = [*heard[:MOST_WINDOWS], *sorted(scored, key=lambda piece: -scored[piece])[:MOST_PIECES]]
        odds = np.max([self._labeller.read(window) for window in heard], axis=0)
        kinds = sorted(zip(self._labeller.labels, odds.tolist(), strict=True), key=lambda one: -one[1])
        cheap = max(scored.values(), default=float("-inf"))
        return Verdict(cheap + float(np.logaddexp.reduce(odds)), tuple(kinds))


def load_head(labeller: Labeller, folder: Path = FOLDER) -> Head:
    """The arrays of `folder`, made for this labeller. Raises HeadUnusable."""
    remedy = "Run `.venv-bot/bin/python -m gateway.safety.train`; until then the rules stand alone."
    arrays_file, notes_file = folder / "head.npz", folder / "head.json"
    try:
        notes: dict[str, Any] = json.loads(notes_file.read_text(encoding="utf-8"))
        with np.load(arrays_file, allow_pickle=False) as arrays:
            words = np.ascontiguousarray(arrays["words"], dtype=np.float32)
    except (OSError, ValueError, KeyError) as wrong:
        raise HeadUnusable(f"{folder}: cannot be read ({type(wrong).__name__}). {remedy}") from None
    if notes.get("labeller") != labeller.fingerprint():
        raise HeadUnusable(f"{notes_file}: made for another labeller or onnxruntime. {remedy}")
    try:
        return Head(words, *(float(notes[name]) for name in ("bias", "threshold", "rules", "doubt")))
    except (KeyError, TypeError, ValueError) as wrong:
        raise HeadUnusable(f"{notes_file}: incomplete ({type(wrong).__name__}). {remedy}") from None
