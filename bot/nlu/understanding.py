"""How a message becomes outcomes: the questions in it, the best reading of each, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from bot.nlu.entities import Entity
from bot.nlu.lexicon import AMBIGUOUS, CONDITION, MEDICINE, OPIOID
from bot.nlu.model import Model, Reading
from bot.nlu.words import Prepared, Preparer
from language.segments import questions

NOT_COVERED, OUT_OF_SCOPE, SUGGEST = "not_covered", "out_of_scope", "suggest"
CONDITION_LISTED, CONDITION_NOT_LISTED = "answer:condition_listed", "condition_not_listed"
ANSWER, UNSURE, NO = "answer", "suggest", "no"
COSINE_SHARPNESS = 6.0
MOST_QUESTIONS = 4


@dataclass(frozen=True)
class Thresholds:
    """From `answer` on a reading is answered; from `suggest` on it is offered among buttons; below, an honest no."""

    answer: float = 0.62
    suggest: float = 0.40


@dataclass(frozen=True)
class Outcome:
    """One thing that a message comes to.

    `label` is the outcome of docs/outcomes; `subject` goes with not_covered; `condition` is a canonical name and
    `answer_as`/`group` say how the document sees it; `score` in 0..1; `options` are the next best, for buttons.
    """

    label: str
    score: float = 1.0
    subject: str | None = None
    condition: str | None = None
    answer_as: str | None = None
    group: str | None = None
    more: bool = False
    term: str | None = None
    options: tuple[Outcome, ...] = field(default=())

    @property
    def key(self) -> tuple[str, str | None, str | None]:
        """What makes two outcomes the same thing asked."""
        return self.label, self.subject, self.condition


@dataclass(frozen=True)
class Piece:
    """One piece of a message with the outcomes it may have, best first."""

    text: str
    ranked: tuple[Outcome, ...]
    entities: tuple[Entity, ...]

    @property
    def best(self) -> Outcome:
        return self.ranked[0]


class Understanding:
    """Reads messages with a trained model."""

    def __init__(self, model: Model, preparer: Preparer, thresholds: Thresholds) -> None:
        self._model = model
        self._preparer = preparer
        self._thresholds = thresholds

    def read(self, message: str) -> list[Outcome]:
        """The outcomes of the message in the order asked: one for each question that is sure enough, else one
        `suggest` with options, else `out_of_scope`. Never empty."""
        whole = self.piece(message)
        texts = questions(message)
        pieces = [self.piece(text) for text in texts] if len(texts) > 1 else []
        asked = self._asked(pieces, whole)
        if asked:
            return asked
        best = max([whole, *[piece for piece in pieces if _is_content(piece.best)]],
                   key=lambda piece: piece.best.score + (0.05 if piece is whole else 0.0))
        return [self._decide(best, whole)]

    def piece(self, text: str) -> Piece:
        """The ranked outcomes of one piece of text."""
        prepared = self._preparer.prepare(text)
        ranked = rank(self._model.read(prepared.text, prepared.words))
        return Piece(text, tuple(_with_entities(ranked, prepared)), prepared.entities)

    def _asked(self, pieces: Sequence[Piece], whole: Piece) -> list[Outcome]:
        found: list[Outcome] = []
        for piece in pieces:
            outcome = piece.best
            if outcome.score >= self._thresholds.answer and _is_content(outcome) and outcome.label != OUT_OF_SCOPE:
                if all(outcome.key != other.key for other in found):
                    found.append(outcome)
        return found[:MOST_QUESTIONS] if len(found) >= 2 else []

    def _decide(self, piece: Piece, whole: Piece) -> Outcome:
        best = piece.best
        if best.score >= self._thresholds.answer:
            return best
        if best.score < self._thresholds.suggest:
            return replace(best, label=OUT_OF_SCOPE, subject=None, condition=None)
        options = [option for option in piece.ranked if option.label != OUT_OF_SCOPE and _is_content(option)][:3]
        if not options or best.label == OUT_OF_SCOPE:
            return best
        return Outcome(SUGGEST, best.score, options=tuple(options))


def rank(reading: Reading) -> list[Outcome]:
    """The outcomes by p·exp(6 cos), the subjects of `not_covered` added up, each with a score in 0..1."""
    probability: dict[str, float] = {}
    nearest: dict[str, float] = {}
    subject: dict[str, tuple[float, str]] = {}
    weights = reading.probability * np.exp(COSINE_SHARPNESS * reading.nearest)
    for label, weight, cosine in zip(reading.labels, weights, reading.nearest):
        group, _, name = label.partition("/")
        outcome = group if group == NOT_COVERED else label.replace("/", ":")
        probability[outcome] = probability.get(outcome, 0.0) + float(weight)
        nearest[outcome] = max(nearest.get(outcome, -1.0), float(cosine))
        if group == NOT_COVERED and weight > subject.get(outcome, (-1.0, ""))[0]:
            subject[outcome] = (float(weight), name)
    total = sum(probability.values())
    return sorted(
        (Outcome(label, score=max(0.0, (weight / total + 2 * nearest[label]) / 3),
                 subject=subject[label][1] if label in subject else None)
         for label, weight in probability.items()),
        key=lambda outcome: -probability[outcome.label],
    )


def _with_entities(ranked: list[Outcome], prepared: Prepared) -> list[Outcome]:
    """The ranking with what the lexicons know: which condition, which kind of medicine."""
    kinds = {entity.kind for entity in prepared.entities}
    conditions = [entity for entity in prepared.entities if entity.kind == CONDITION and not entity.negated]
    return [_settled(outcome, kinds, conditions) for outcome in ranked]


def _settled(outcome: Outcome, kinds: set[str], conditions: Sequence[Entity]) -> Outcome:
    about_condition = outcome.label == CONDITION_LISTED or outcome.subject == CONDITION_NOT_LISTED
    if about_condition and conditions:
        entity = conditions[-1]
        covered = entity.answer_as in ("listed", "kind")
        return replace(outcome, label=CONDITION_LISTED if covered else NOT_COVERED,
                       subject=None if covered else CONDITION_NOT_LISTED, condition=entity.canonical,
                       answer_as=entity.answer_as, group=entity.group)
    if outcome.subject == "other_medicine" and OPIOID in kinds and MEDICINE not in kinds:
        return replace(outcome, label="answer:opioids", subject=None)
    if outcome.label == "answer:opioids" and MEDICINE in kinds and not kinds & {OPIOID, AMBIGUOUS}:
        return replace(outcome, label=NOT_COVERED, subject="other_medicine")
    return outcome


def _is_content(outcome: Outcome) -> bool:
    return not outcome.label.startswith("smalltalk:")


def labels(outcomes: Iterable[Outcome]) -> list[str]:
    """The labels of the outcomes, in order."""
    return [outcome.label for outcome in outcomes]
