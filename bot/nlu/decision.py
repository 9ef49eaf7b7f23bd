"""How likely it is that an outcome was asked: small decision trees over what the parts of a message say.

They are fitted by `python -m bench.understanding_fit` on messages that the classifier did not learn from, so a score
of .9 means that nine in ten such readings were right. They live in `decision.json` beside this file.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from bot.nlu.labelled import Whole
from bot.nlu.outcome import CONDITION_LISTED, NOT_COVERED, OUT_OF_SCOPE, SCREENING, Outcome
from bot.nlu.ranking import Ranked
from language.spans import CUT, EDGE, FRAGMENT, SENTENCE, WHOLE, Span

WEIGHTS = Path(__file__).resolve().parent / "decision.json"
_KINDS = (WHOLE, SENTENCE, CUT, FRAGMENT, EDGE)
_EDGE_TRUST = 0.9
_RUNNERS_UP = 2
_WORTH_A_LOOK = -1.0
"""In log-odds of the labeller."""
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
_NOTHING = (0.0, 0.0)
Key = tuple[str, "str | None", "str | None"]


@dataclass(frozen=True)
class Heard:
    """A part of a message with its ranking; `named` where the lexicons know a word of it."""

    span: Span
    ranked: Sequence[Ranked]
    named: bool = False

    @property
    def best(self) -> Ranked:
        """The first of the ranking."""
        return self.ranked[0]

    @property
    def label(self) -> str:
        """The label of the best reading."""
        return self.best.outcome.label

    def of(self, label: str) -> tuple[float, float]:
        """Share and cosine of an outcome's label in this part."""
        return next(((one.share, one.cosine) for one in self.ranked if one.outcome.label == label), _NOTHING)


def is_question(text: str) -> bool:
    """Whether the text has the form of a question or a request."""
    return bool(_QUESTION.search(text))


def readings(heard: Sequence[Heard], said: Whole) -> dict[Key, Heard]:
    """What may have been asked (`Outcome.key`), each with the part that says it best: what any part reads first, the
    whole's runners-up, what the labeller hears in the whole, and "out of scope" always. `heard` starts with the whole
    message."""
    found: dict[Key, Heard] = {}
    for part in heard:
        known = found.get(part.best.outcome.key)
        trust = _EDGE_TRUST if part.span.kind == EDGE else 1.0
        if known is None or part.best.share * trust > known.best.share:
            found[part.best.outcome.key] = part
    for ranked in heard[0].ranked[1:1 + _RUNNERS_UP]:
        found.setdefault(ranked.outcome.key, heard[0])
    for label, subject in said.likely(_WORTH_A_LOOK):
        if not any(key[:2] == (label, subject) for key in found):
            found[_key(heard[0], label, subject)] = heard[0]
    found.setdefault(Outcome(OUT_OF_SCOPE).key, heard[0])
    return found


def _key(whole: Heard, label: str, subject: str | None) -> Key:
    """That of the whole's own reading, which may name a condition, or of the label alone."""
    own = (one.outcome.key for one in whole.ranked if one.outcome.label == label and one.outcome.subject == subject)
    return next(own, Outcome(label, subject=subject).key)


def features(key: Key, found: Mapping[Key, Heard], heard: Sequence[Heard], said: Whole) -> list[float]:
    """What the trees see of one reading; the order is that of `NAMES`."""
    label, subject, _ = key
    whole, part = heard[0], found[key]
    span, text = part.span, heard[0].span.text
    share, cosine = part.of(label)
    other = next((one for one in part.ranked if one.outcome.label != label), None)
    other_share, other_cosine = (other.share, other.cosine) if other else _NOTHING
    whole_share, whole_cosine = whole.of(label)
    around = min((one for one in heard if one.span.contains(span)), key=lambda one: len(one.span), default=None)
    inside = [one for one in heard if span.contains(one.span)]
    leading = [one for name, one in found.items() if name != key and one.best.outcome.key == name]
    rivals = [(one.best.share, one.best.cosine) for one in leading if one is not part and one.span.overlaps(span)]
    rival = max(rivals, default=_NOTHING)
    elsewhere = [one.best.share for one in leading if not one.span.overlaps(span)]
    units = [one for one in heard if one.span.kind in (SENTENCE, CUT)] or [whole]
    foreign_share, foreign_cosine = whole.of(OUT_OF_SCOPE)
    words, all_words = len(span.text.split()), max(1, len(text.split()))
    names_ldn, points = bool(_LDN.search(text)), bool(_POINTING.search(text))
    return [
        _logit(share), cosine, _log_ratio(share, other_share), cosine - other_cosine, float(part.label == label),
        _logit(whole_share), whole_cosine, float(whole.label == label), whole.best.cosine - cosine,
        _logit(whole.best.share),
        float(is_question(span.text)), sum(is_question(one.span.text) for one in units),
        math.log1p(words), math.log1p(all_words), words / all_words, len(heard), len(units), _KINDS.index(span.kind),
        float(around is not None and around.best.outcome.key == key), _logit(around.of(label)[0] if around else share),
        _logit(around.best.share) if around else 0.0,
        sum(one.best.outcome.key == key for one in inside), len(inside), _logit(rival[0]), rival[1],
        float(bool(elsewhere)), max(elsewhere, default=0.0),
        sum(one.best.outcome.key == key for one in heard) / len(heard), max(one.of(label)[0] for one in heard),
        max(one.of(label)[1] for one in heard), len({one.best.outcome.key for one in heard}),
        float(names_ldn), float(points), float(whole.named), float(part.named),
        float(names_ldn or points or whole.named),
        float(label == NOT_COVERED), float(label == OUT_OF_SCOPE), float(label.startswith("smalltalk:")),
        float(label == CONDITION_LISTED), float(label == SCREENING), float(label.startswith("handoff:")),
        max(one.best.cosine for one in heard), foreign_share, foreign_cosine, float(span.end >= len(text) - 2),
        float(sum(name[0] == label for name in found) > 1),
        *_labelled(label, subject, said),
    ]


def _labelled(label: str, subject: str | None, said: Whole) -> list[float]:
    """What the labeller says of the reading and of everything else."""
    own = said.odds.get((label, subject), said.of_label(label))
    first, second = said.of_others(label)[:2]
    return [own, said.of_label(label), first, own - first, second, len(said.likely(0)),
            sum(odds > own for odds in said.odds.values()), said.of_label(OUT_OF_SCOPE)]


NAMES = (
    "share", "cosine", "ahead of the next", "cosine ahead", "read first", "whole share", "whole cosine", "whole agrees",
    "nearer elsewhere", "whole's best share", "question", "questions", "words", "words of the whole",
    "part of the whole", "parts", "sentences", "kind", "around agrees", "share around", "best share around",
    "inside agree", "inside",
    "rival share", "rival cosine", "another elsewhere", "share elsewhere", "votes", "best share", "best cosine",
    "different readings", "names LDN", "points back", "named", "part named", "ours", "not covered", "is foreign",
    "small talk", "condition", "screening", "hand-off", "nearest", "foreign share", "foreign cosine", "last",
    "same label twice",
    "said", "said of the label", "said of another", "said ahead", "said of a third", "things said", "rank said",
    "said to be foreign",
)


class Decision:
    """Fitted trees: the sum of one leaf of each, squashed, is the probability.

    `trees` is a list of trees, each five columns of one length: feature (-1 for a leaf), threshold, left, right, value.
    """

    def __init__(self, trees: Sequence[Sequence[Sequence[float]]], start: float) -> None:
        depth = max(len(tree[0]) for tree in trees)
        columns = np.zeros((5, len(trees), depth))
        for number, tree in enumerate(trees):
            columns[:, number, :len(tree[0])] = tree
        self._feature, self._left, self._right = (columns[place].astype(int) for place in (0, 2, 3))
        self._threshold, self._value = columns[1], columns[4]
        self._start = start

    def probabilities(self, rows: Sequence[Sequence[float]]) -> list[float]:
        """How likely it is, for each row of `features`, that its label was asked."""
        matrix = np.asarray(rows, dtype=float)
        trees = np.arange(len(self._feature))[:, None]
        place = np.zeros((len(trees), len(matrix)), dtype=int)
        while True:
            feature = self._feature[trees, place]
            inner = feature >= 0
            if not inner.any():
                break
            goes_left = matrix[np.arange(len(matrix)), feature] <= self._threshold[trees, place]
            onward = np.where(goes_left, self._left[trees, place], self._right[trees, place])
            place = np.where(inner, onward, place)
        total = self._start + self._value[trees, place].sum(axis=0)
        return [float(one) for one in 1 / (1 + np.exp(-total))]


@lru_cache(maxsize=1)
def fitted() -> Decision:
    """The trees of `decision.json`."""
    described: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Decision(described["trees"], described["start"])


def _logit(share: float) -> float:
    share = min(max(share, 0.002), 0.998)
    return math.log(share / (1 - share))


def _log_ratio(share: float, other: float) -> float:
    return math.log(share + 1e-3) - math.log(other + 1e-3)
