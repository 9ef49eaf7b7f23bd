"""What a message says as a whole, by outcome: the scores of the labeller that `bot.nlu.tune` makes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.nlu.outcome import NOT_COVERED
from language.encoder import ROOT
from language.labeller import Labeller

FOLDER = ROOT / "build" / "labeller"
ADAPTER = Path(__file__).resolve().parent / "labeller.npz"
Named = tuple[str, "str | None"]
"""An outcome's label and, of `not_covered`, its subject."""
UNKNOWN = -9.0
"""In log-odds, for what the labeller has no label for."""


class Whole:
    """The log-odds that a message says a thing, by outcome and subject."""

    def __init__(self, odds: Mapping[Named, float]) -> None:
        self.odds = odds
        self._ranked = sorted(odds, key=lambda name: -odds[name])
        self._of_label: dict[str, float] = {}
        for (label, _), value in odds.items():
            self._of_label[label] = max(value, self._of_label.get(label, UNKNOWN))

    @classmethod
    def read(cls, labeller: Labeller, text: str) -> Whole:
        """What the labeller makes of a text that `bot.nlu.words` has prepared."""
        return cls.of(labeller.labels, labeller.read(text))

    @classmethod
    def of(cls, labels: Iterable[str], scores: np.ndarray) -> Whole:
        """The scores of training labels ("answer/dose_range", "not_covered/food") by outcome."""
        return cls({named(label): float(score) for label, score in zip(labels, scores)})

    def of_label(self, label: str) -> float:
        """The highest of an outcome's subjects."""
        return self._of_label.get(label, UNKNOWN)

    def of_others(self, label: str) -> list[float]:
        """Those of every other outcome, the highest first."""
        return sorted((value for name, value in self._of_label.items() if name != label), reverse=True)

    def chance(self, label: str, subject: str | None) -> float:
        """The log-odds of one as a probability."""
        return 1 / (1 + math.exp(-self.odds[label, subject]))

    def only(self, surely: float) -> Named | None:
        """The one thing that the message surely says, where it surely says nothing else."""
        first, second = self._ranked[:2]
        return first if self.odds[first] >= surely and self.odds[second] <= -surely else None

    def likely(self, least: float) -> list[Named]:
        """What has these log-odds at least, the likeliest first."""
        return [name for name in self._ranked if self.odds[name] >= least]


def named(label: str) -> Named:
    """A training label as outcome and subject."""
    group, _, name = label.partition("/")
    return (NOT_COVERED, name) if group == NOT_COVERED else (label.replace("/", ":"), None)


@lru_cache(maxsize=1)
def shared() -> Labeller:
    """The process's one labeller, made at the first call. Raises `EncoderMissing` where it is not built."""
    return Labeller(FOLDER)
