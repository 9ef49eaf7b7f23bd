"""The trained half of the screen: plain arrays, numpy and two sentence encoders, no scikit-learn.

Its score of a piece says how much likelier any danger is than none: a linear score over n-grams, plus the mean of what
two small nets make of two sentence vectors, the shared encoder's and that of an encoder tuned for danger. A message's
is that of its most alarming piece. `gateway.safety.tune` makes the tuned encoder and its net, `gateway.safety.train`
the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from gateway.safety.features import ngrams, pieces
from language.encoder import ROOT, Encoder, shared

FOLDER = ROOT / "build" / "safety"
ENCODER = FOLDER / "encoder"
TRIAL = FOLDER / "trial"
ADAPTER = Path(__file__).parent / "adapter.npz"
"""What `gateway.safety.tune` leaves behind: an adapter of the sentence encoder, and the small net on top of it."""
SAFE = "safe"
MOST_WORDS = 170
"""At most so many words of one message go through the encoder, those first that the n-grams find most alarming."""
HOPELESS = -6.0
"""A piece to which the n-grams give less than this (and the rules nothing to add) is not encoded: of 1,947 red flags by
writers not learnt from that the classifier alone had caught, none had so little, but two in three ordinary pieces."""
FARTHEST = 5.0
"""So much, and hardly more, can the shared encoder's net add; without hope of an alarm it is not asked, which saves its
time for nearly every harmless piece."""


@dataclass(frozen=True)
class Encoders:
    """The encoder tuned for danger, and the shared one."""

    tuned: Encoder
    shared: Encoder

    def fingerprint(self) -> dict[str, dict[str, str]]:
        """What the numbers depend on."""
        return {"tuned": self.tuned.fingerprint(), "shared": self.shared.fingerprint()}


@lru_cache(maxsize=1)
def encoders() -> Encoders:
    """The process's own. Raises EncoderMissing."""
    return Encoders(Encoder(ENCODER), shared())


class HeadUnusable(RuntimeError):
    """The trained arrays cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Verdict:
    """What is known of a message: a score in log-odds, and the kinds of danger with theirs, the likeliest first."""

    score: float
    kinds: tuple[tuple[str, float], ...] = ()


NOTHING = Verdict(float("-inf"))


@dataclass(frozen=True)
class Net:
    """One hidden layer over a sentence vector."""

    hidden: np.ndarray
    """Dimensions x hidden units."""
    hidden_bias: np.ndarray
    out: np.ndarray
    """Hidden units x kinds."""
    out_bias: np.ndarray

    def logits(self, vector: np.ndarray) -> np.ndarray:
        """One for each kind."""
        return np.asarray(np.maximum(vector @ self.hidden + self.hidden_bias, 0) @ self.out + self.out_bias)


@dataclass(frozen=True)
class Head:
    """What training leaves behind."""

    words: np.ndarray
    """One weight for each n-gram bucket."""
    bias: float
    tuned: Net
    shared: Net
    kinds: tuple[str, ...]
    """The kinds of danger and SAFE, as both nets order them."""
    threshold: float
    rules: float
    """What the rules' alarm adds to the score."""
    doubt: float
    """What a reason for doubt that the rules see takes from it."""

    def cheap(self, buckets: np.ndarray, weights: np.ndarray) -> float:
        """The n-grams' share of the score."""
        return float(self.words[buckets] @ weights) + self.bias

    def odds(self, logits: np.ndarray) -> np.ndarray:
        """Of each kind of danger against none, in log-odds; -inf for SAFE."""
        safe = self.kinds.index(SAFE)
        odds: np.ndarray = logits - logits[safe]
        odds[safe] = -np.inf
        return odds


class Classifier:
    """Reads a message piece by piece, the most suspect first."""

    def __init__(self, head: Head, encoders: Encoders) -> None:
        self.head = head
        self._encoders = encoders

    def verdict(self, reading: str, enough: float = float("inf"), ruled: bool = False) -> Verdict:
        """That of the most alarming piece; the reading goes no further than the first that scores `enough`. `ruled`: a
        rule has raised its alarm, which makes more pieces worth a look."""
        highest = NOTHING
        for verdict in self._verdicts(reading, HOPELESS - (self.head.rules if ruled else 0)):
            if verdict.score > highest.score:
                highest = verdict
            if highest.score >= enough:
                break
        return highest

    def _verdicts(self, reading: str, hopeless: float) -> Iterator[Verdict]:
        ranked = [(self.head.cheap(*ngrams(piece)), piece) for piece in pieces(reading)]
        left = MOST_WORDS
        for cheap, piece in sorted(ranked, key=lambda one: -one[0]):
            left -= len(piece.split())
            if left < 0 or cheap < hopeless:
                return
            yield self._verdict(cheap, piece)

    def _verdict(self, cheap: float, piece: str) -> Verdict:
        head = self.head
        odds = head.odds(head.tuned.logits(self._encoders.tuned.encode(piece)))
        score = cheap + float(np.logaddexp.reduce(odds)) / 2
        if score >= head.threshold - head.rules - FARTHEST:
            others = head.odds(head.shared.logits(self._encoders.shared.encode(piece)))
            score += float(np.logaddexp.reduce(others)) / 2
            odds = (odds + others) / 2
        ranked = sorted(zip(head.kinds, odds.tolist(), strict=True), key=lambda one: -one[1])
        return Verdict(score, tuple(one for one in ranked if one[0] != SAFE))


def load_head(encoders: Encoders, folder: Path = FOLDER) -> Head:
    """The arrays of `folder`, made for these encoders. Raises HeadUnusable."""
    remedy = "Run `.venv-bot/bin/python -m gateway.safety.train`; until then the rules stand alone."
    arrays_file, notes_file = folder / "head.npz", folder / "head.json"
    try:
        notes: dict[str, Any] = json.loads(notes_file.read_text(encoding="utf-8"))
        with np.load(arrays_file, allow_pickle=False) as arrays:
            found = {name: np.ascontiguousarray(arrays[name], dtype=np.float32) for name in arrays.files}
    except (OSError, ValueError, KeyError) as wrong:
        raise HeadUnusable(f"{folder}: cannot be read ({type(wrong).__name__}). {remedy}") from None
    if notes.get("encoder") != encoders.fingerprint():
        raise HeadUnusable(f"{notes_file}: made for another encoder or onnxruntime. {remedy}")
    try:
        return Head(
            words=found["words"], bias=float(notes["bias"]), tuned=_net(found, "tuned"), shared=_net(found, "shared"),
            kinds=tuple(notes["kinds"]), threshold=float(notes["threshold"]), rules=float(notes["rules"]),
            doubt=float(notes["doubt"]),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise HeadUnusable(f"{notes_file}: incomplete ({type(wrong).__name__}). {remedy}") from None


def _net(arrays: Mapping[str, np.ndarray], name: str) -> Net:
    return Net(**{field.name: arrays[f"{name}_{field.name}"] for field in fields(Net)})
