"""How a message becomes outcomes: the questions in it, the best reading of each, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.nlu.ambiguous import Ambiguities
from bot.nlu.decision import (
    FOREIGN,
    PIECE,
    SINGLE,
    WHOLE,
    Decision,
    Unit,
    features,
    fitted,
    foreign_features,
)
from bot.nlu.entities import DOSE, Entity
from bot.nlu.model import Model
from bot.nlu.outcome import (
    CONDITION_LISTED,
    CONDITION_NOT_LISTED,
    NOT_COVERED,
    OUT_OF_SCOPE,
    SUGGEST,
    Outcome,
)
from bot.nlu.ranking import about, asked_conditions, is_about_a_condition, rank
from bot.nlu.words import Preparer
from language.segments import questions

MOST_PIECES = 10
MOST_QUESTIONS = 4
MOST_OPTIONS = 3
PLAINLY_OURS = 0.8


@dataclass(frozen=True)
class Thresholds:
    """How sure a reading must be, as a probability: `answer` to be answered from the document, `other` for what
    cannot be wrong in that way (not covered, a person, small talk), `more` and `more_other` the same for each question
    of a message that has several; from `suggest` on it is offered among buttons, below, an honest no; from `foreign`
    on, a message that more likely has nothing to do with LDN than anything else is told so."""

    answer: float = 0.55
    suggest: float = 0.15
    other: float = 0.40
    more: float = 0.50
    more_other: float = 0.35
    foreign: float = 0.30


@dataclass(frozen=True)
class Piece:
    """One piece of a message with the outcomes it may have, best first."""

    text: str
    ranked: tuple[Outcome, ...]
    entities: tuple[Entity, ...]
    unit: Unit

    @property
    def best(self) -> Outcome:
        """The first of the ranking."""
        return self.ranked[0]


@dataclass(frozen=True)
class Candidate:
    """A reading that may be answered: the best of a piece, or of the whole, with how likely it was asked."""

    outcome: Outcome
    piece: Piece
    kind: str

    @property
    def score(self) -> float:
        """How likely it was asked."""
        return self.outcome.score


class Understanding:
    """Reads messages with a trained model."""

    def __init__(self, model: Model, preparer: Preparer, thresholds: Thresholds,
                 decision: Decision | None = None, ambiguities: Ambiguities | None = None) -> None:
        self.model = model
        self.preparer = preparer
        self.thresholds = thresholds
        self.decision = decision or fitted()
        self._ambiguities = ambiguities or Ambiguities.load()

    def read(self, message: str) -> list[Outcome]:
        """The outcomes of the message in the order asked: one for each question that is sure enough, else one
        `suggest` with options, else `out_of_scope`. Never empty."""
        candidates = self.candidates(message)
        if self._is_foreign(candidates):
            return [Outcome(OUT_OF_SCOPE, self._foreignness(candidates[0]))]
        asked = self._asked(candidates[1:]) or [candidates[0]]
        if len(asked) == 1 and not self._is_sure(asked[0]):
            outcomes = [self._unsure(candidates)]
        else:
            outcomes = _each_once(outcome for candidate in asked for outcome in _named(candidate))
        return self._ambiguities.asked_about(message, outcomes)

    def candidates(self, message: str) -> list[Candidate]:
        """The reading of the whole message, then those of its pieces, where it has several."""
        whole = self.piece(message)
        texts = questions(message)[:MOST_PIECES]
        pieces = [self.piece(text) for text in texts] if len(texts) > 1 else []
        units = [piece.unit for piece in pieces]
        return [self._candidate(whole, WHOLE if pieces else SINGLE, whole.unit, units),
                *[self._candidate(piece, PIECE, whole.unit, units) for piece in pieces]]

    def piece(self, text: str) -> Piece:
        """The ranked outcomes of one piece of text."""
        prepared = self.preparer.prepare(text)
        ranked = rank(self.model.read(prepared.text, prepared.words), prepared.entities)
        return Piece(text, tuple(one.outcome for one in ranked), prepared.entities,
                     Unit(text, ranked, any(entity.kind != DOSE for entity in prepared.entities)))

    def _candidate(self, piece: Piece, kind: str, whole: Unit, units: Sequence[Unit]) -> Candidate:
        row = features(piece.unit.best, piece.unit, whole, units)
        return Candidate(replace(piece.best, score=self.decision.probability(kind, row)), piece, kind)

    def _asked(self, pieces: Sequence[Candidate]) -> list[Candidate]:
        found: dict[tuple[str, str | None], Candidate] = {}
        for candidate in pieces:
            outcome = candidate.outcome
            needed = self.thresholds.more if outcome.is_answer else self.thresholds.more_other
            if outcome.is_content and outcome.label != OUT_OF_SCOPE and candidate.score >= needed:
                found.setdefault((outcome.label, outcome.subject), candidate)
        return list(found.values())[:MOST_QUESTIONS]

    def _foreignness(self, whole: Candidate) -> float:
        return self.decision.probability(FOREIGN, foreign_features(whole.piece.unit))

    def _is_foreign(self, candidates: Sequence[Candidate]) -> bool:
        """Foreign as a whole, and no piece of it is plainly ours."""
        foreignness = self._foreignness(candidates[0])
        ours = [candidate.score for candidate in candidates[1:]
                if candidate.outcome.is_content and candidate.outcome.label != OUT_OF_SCOPE]
        return foreignness >= self.thresholds.foreign and foreignness > candidates[0].score and (
            max(ours, default=0.0) < PLAINLY_OURS)

    def _is_sure(self, candidate: Candidate) -> bool:
        needed = self.thresholds.answer if candidate.outcome.is_answer else self.thresholds.other
        return candidate.score >= needed

    def _unsure(self, candidates: Sequence[Candidate]) -> Outcome:
        first = candidates[0].outcome
        best = max((candidate.score for candidate in candidates if candidate.outcome.is_content), default=first.score)
        if best < self.thresholds.suggest or (first.label == OUT_OF_SCOPE and len(candidates) == 1):
            return replace(first, label=OUT_OF_SCOPE, subject=None, condition=None)
        options = _options(candidates)
        return Outcome(SUGGEST, best, options=options) if options else first


def _options(candidates: Sequence[Candidate]) -> tuple[Outcome, ...]:
    pooled = [candidate.outcome for candidate in sorted(candidates[1:], key=lambda each: -each.score)][:1]
    pooled += candidates[0].piece.ranked[:2 * MOST_OPTIONS]
    offered: dict[str, Outcome] = {}
    for outcome in pooled:
        if outcome.is_content and outcome.label != OUT_OF_SCOPE:
            offered.setdefault(outcome.label, outcome)
    return tuple(offered.values())[:MOST_OPTIONS]


def _named(candidate: Candidate) -> list[Outcome]:
    """One outcome for each condition that the piece asks about, else the candidate's own."""
    conditions = asked_conditions(candidate.piece.entities)
    if not is_about_a_condition(candidate.outcome) or len(conditions) < 2 or len(conditions) > MOST_QUESTIONS:
        return [candidate.outcome]
    return [about(candidate.outcome, condition) for condition in conditions]


def _each_once(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return list({outcome.key: outcome for outcome in outcomes}.values())


def labels(outcomes: Iterable[Outcome]) -> list[str]:
    """The labels of the outcomes, in order."""
    return [outcome.label for outcome in outcomes]


__all__ = ["CONDITION_LISTED", "CONDITION_NOT_LISTED", "NOT_COVERED", "OUT_OF_SCOPE", "SUGGEST", "Candidate", "Outcome",
           "Piece", "Thresholds", "Understanding", "labels"]
