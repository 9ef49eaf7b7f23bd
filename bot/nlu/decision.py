"""How likely it is that an outcome was asked: a small logistic model over what the pieces and the whole say.

Its weights are fitted by `python -m bench.understanding_fit` on messages that the classifier did not learn from, so a
score of .9 means that nine in ten such readings were right. They live in `decision.json` beside this file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.nlu.ranking import Ranked

WEIGHTS = Path(__file__).resolve().parent / "decision.json"
SINGLE, WHOLE, PIECE, FOREIGN = "single", "whole", "piece", "foreign"
_QUESTION = re.compile(
    r"\?|^\W*(?:(?:so|and|also|but|ok|or|plus|n|hi|hey|hello|oh|then|well|like|please|pls)\W+)*"
    r"(?:what|wat|whats|how|hows|when|where|who|whos|why|which|is|are|does|do|did|can|could|will|would|should|has|have|"
    r"was|am|may|any|anyone|anything|tell|explain|wondering|curious|need to know|want to know|book|price|cost)\b"
    r"|\b(?:wonder(?:ing)?|want to know|need to know|curious|question is|asking|tell me|let me know|know if|sure if|"
    r"know how|know what|is it ok|can i|should i|could i|does it|will it|would it|how (?:much|long|do|does|is))\b",
    re.IGNORECASE,
)
_LDN = re.compile(r"\b(?:ldn|naltrexone)\b", re.IGNORECASE)
_POINTING = re.compile(r"\b(?:it|its|it's|this|that|these|them)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Unit:
    """A piece of a message, or the whole, with its ranking; `named` where the lexicons know a word of it."""

    text: str
    ranked: Sequence[Ranked]
    named: bool = False

    @property
    def best(self) -> Ranked:
        """The first of the ranking."""
        return self.ranked[0]

    def share(self, label: str) -> float:
        """The share of an outcome's label in this unit."""
        return next((ranked.share for ranked in self.ranked if ranked.outcome.label == label), 0.0)


def is_question(text: str) -> bool:
    """Whether the text has the form of a question or a request."""
    return bool(_QUESTION.search(text))


def features(candidate: Ranked, unit: Unit, whole: Unit, pieces: Sequence[Unit]) -> list[float]:
    """What the logistic model sees of one candidate; the order is that of `NAMES`."""
    label = candidate.outcome.label
    words = len(unit.text.split())
    asking = is_question(unit.text)
    asked = [float(is_question(piece.text)) for piece in pieces]
    others = [piece for piece in pieces if piece is not unit]
    second = unit.ranked[1].share if unit.ranked[0] is candidate and len(unit.ranked) > 1 else unit.best.share
    return [
        _logit(candidate.share),
        candidate.cosine,
        math.log(candidate.share + 1e-3) - math.log(second + 1e-3),
        _logit(whole.share(label)),
        max(ranked.cosine for ranked in whole.ranked) - candidate.cosine,
        float(whole.best.outcome.label == label),
        float(asking),
        sum(asked) - asking if pieces and unit is not whole else sum(asked),
        math.log1p(words),
        math.log1p(len(whole.text.split())),
        math.log1p(len(pieces)),
        float(bool(pieces) and unit is pieces[-1]),
        max((piece.share(label) for piece in others), default=0.0),
        _logit(whole.share("out_of_scope")),
        float(bool(_LDN.search(whole.text))),
        float(bool(_POINTING.search(unit.text))),
        float(label == "not_covered"),
        float(label == "out_of_scope"),
        float(label.startswith("smalltalk:")),
        float(label == "answer:condition_listed"),
        sum(asked) / len(asked) if asked else 0.0,
        float(asking and words <= 8),
        float(asking and sum(asked) == len(asked) <= 4),
        whole.best.share if whole.best.outcome.label != label else 0.0,
        float(not asking and sum(asked) > 0),
    ]


NAMES = ("share", "cosine", "margin", "whole share", "nearer elsewhere", "whole agrees", "question", "other questions",
         "words", "words of the whole", "pieces", "last piece", "another piece agrees", "foreign", "names LDN",
         "points back", "not covered", "is foreign", "small talk", "condition",
         "share of questions", "short question", "only questions", "another whole", "statement beside a question")


def foreign_features(whole: Unit) -> list[float]:
    """What the model sees when it asks whether a message has nothing to do with LDN or the clinic."""
    own = next((one for one in whole.ranked if one.outcome.label == "out_of_scope"), None)
    best = next(one for one in whole.ranked if one is not own)
    share, cosine = (own.share, own.cosine) if own else (0.0, 0.0)
    names_ldn, points = bool(_LDN.search(whole.text)), bool(_POINTING.search(whole.text))
    return [
        _logit(share), _logit(best.share), best.cosine, best.cosine - cosine, float(names_ldn), float(points),
        float(whole.named), float(whole.named and not names_ldn and not points), math.log1p(len(whole.text.split())),
        float(best.outcome.label.startswith("smalltalk:")), best.cosine * (not names_ldn),
        float(is_question(whole.text) and not names_ldn and not points),
    ]


FOREIGN_NAMES = ("share", "best share", "best cosine", "cosine ahead", "names LDN", "points back", "named",
                 "named alone", "words", "small talk", "cosine without LDN", "question without LDN")


class Decision:
    """The fitted weights: one set for messages of one piece, one for wholes of several pieces, one for pieces."""

    def __init__(self, weights: Mapping[str, Mapping[str, Sequence[float]]]) -> None:
        self._weights = weights

    def probability(self, kind: str, row: Sequence[float]) -> float:
        """How likely it is that the candidate of this row was asked."""
        weights = self._weights[kind]
        total = weights["intercept"][0] + sum(a * b for a, b in zip(weights["coefficients"], row))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@lru_cache(maxsize=1)
def fitted() -> Decision:
    """The weights of `decision.json`."""
    return Decision(json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"])


def _logit(share: float) -> float:
    share = min(max(share, 0.002), 0.998)
    return math.log(share / (1 - share))
