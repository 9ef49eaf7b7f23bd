"""How a message becomes outcomes: the questions in it, the best reading of each, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

from bot.nlu.ambiguous import Ambiguities
from bot.nlu.decision import Decision, Heard, Key, features, fitted, readings
from bot.nlu.entities import DOSE, Entity
from bot.nlu.labelled import Whole, named, shared
from bot.nlu.lexicon import CONDITION, LDN, MEDICINE, OPIOID
from bot.nlu.model import Model, Reading
from bot.nlu.outcome import (
    CONDITION_LISTED,
    CONDITION_NOT_LISTED,
    NOT_COVERED,
    OUT_OF_SCOPE,
    SUGGEST,
    Outcome,
)
from bot.nlu.ranking import about, asked_conditions, is_about_a_condition, rank
from bot.nlu.words import Prepared, Preparer
from language.labeller import Labeller
from language.spans import WHOLE, Span, spans, whole_of

MOST_QUESTIONS = 4
MOST_OPTIONS = 3
SURE = 1.5
"""In log-odds of the labeller: one thing has so much, everything else so much less than nothing."""
PLAIN = 0.9
"""So likely by its words alone, a reading stays the likeliest whatever examples are near: of 1,244 held-out messages
none was read otherwise at .8, and four in nine need not be compared with 52,000 examples."""
BEYOND_DOUBT = 0.9
"""From here on a message is foreign whatever it names; what staff taught is 1."""


@dataclass(frozen=True)
class Thresholds:
    """How sure a reading must be, as a probability: `answer` to be answered from the document, `other` for what
    cannot be wrong in that way (not covered, a person, small talk), `more` and `more_other` the same for each further
    question of a message; from `suggest` on it is offered among buttons, below, an honest no. A message that more
    likely has nothing to do with LDN than anything else is told so, unless it names LDN beside a condition or another
    medicine."""

    answer: float = 0.50
    suggest: float = 0.10
    other: float = 0.30
    more: float = 0.65
    more_other: float = 0.25


@dataclass(frozen=True)
class Part(Heard):
    """A part of a message with the entities found in it."""

    entities: tuple[Entity, ...] = ()


_INTRODUCES = re.compile(
    r"^\W*(?:hi|hiya|hello|hey|heya|good (?:morning|afternoon|evening))\b(?:\W+(?:there|all|everyone|folks|bello))?\W+"
    r"(?:(?:i'?m|i am|my name is|my name'?s|this is|it'?s) \w+|\w+ here)(?:\W+(?:here )?(?:from|in)(?: \w+){1,3})?\W*$",
    re.I,
)
"""A greeting with a name, perhaps a place, and nothing else: a name can look like anything."""


@dataclass(frozen=True)
class Candidate:
    """A reading that may have been asked, with the part that says it best and where in the message that is asked."""

    outcome: Outcome
    part: Part
    start: int = 0

    @property
    def score(self) -> float:
        """How likely it was asked."""
        return self.outcome.score


class Understanding:
    """Reads messages with a trained model."""

    def __init__(self, model: Model, preparer: Preparer, thresholds: Thresholds, labeller: Labeller | None = None,
                 decision: Decision | None = None, ambiguities: Ambiguities | None = None) -> None:
        self.model = model
        self.preparer = preparer
        self.thresholds = thresholds
        self.labeller = labeller or shared()
        self._beside = ThreadPoolExecutor(1, "labeller")
        self._decision = decision
        self._ambiguities = ambiguities or Ambiguities.load()

    def read(self, message: str) -> list[Outcome]:
        """The outcomes of the message in the order asked: one for each question that is sure enough, else one
        `suggest` with options, else `out_of_scope`. Never empty."""
        candidates = self.candidates(message)
        asked = self._asked(candidates)
        outcomes = ([outcome for candidate in asked for outcome in _named(candidate)]
                    or [self._unsure(candidates)])
        if outcomes[0].label == OUT_OF_SCOPE and outcomes[0].score < BEYOND_DOUBT and self._is_ours(message):
            outcomes = [_unanswered(candidates)]
        if outcomes[0].label in (OUT_OF_SCOPE, SUGGEST) and _INTRODUCES.match(message):
            outcomes = [Outcome("smalltalk:greet")]
        return self._ambiguities.asked_about(message, _each_once(outcomes))

    def _is_ours(self, message: str) -> bool:
        """Whether LDN is named beside a condition or another medicine: a question of a stranger ("LDN airport") rarely
        does that, and a long story may seem to ask nothing."""
        kinds = {entity.kind for entity in self.preparer.prepare(whole_of(message).text).entities if not entity.negated}
        return LDN in kinds and bool(kinds & {CONDITION, MEDICINE, OPIOID})

    def candidates(self, message: str) -> list[Candidate]:
        """What may have been asked, likeliest first. A message that is a training example means what that says: what
        staff teach holds at once. Where labeller and classifier agree on one thing in the whole message, its parts
        are not read either."""
        span = whole_of(message)
        prepared = self.preparer.prepare(span.text)
        learned = self.model.learned(prepared.text)
        if learned is not None:
            plain = self.model.plain(prepared.text, prepared.words)
            return [Candidate(_taught(learned, prepared.entities), _part(span, prepared, plain))]
        hearing = self._beside.submit(Whole.read, self.labeller, prepared.text)
        plain = self.model.plain(prepared.text, prepared.words)
        whole = _part(span, prepared, plain)
        said = hearing.result()
        clear = _clear(said, whole) if whole.best.share >= PLAIN else None
        if clear is None:
            whole = _part(span, prepared, *self.model.compared([plain]))
            clear = _clear(said, whole)
        if clear is not None:
            return [Candidate(clear, whole)]
        parts = [whole, *self._parts(spans(message)[1:])]
        found = readings(parts, said)
        rows = [features(key, found, parts, said) for key in found]
        chances = (self._decision or fitted()).probabilities(rows)
        candidates = [Candidate(_outcome(part, key, chance), part, _start(key, part, parts[1:]))
                      for (key, part), chance in zip(found.items(), chances)]
        return sorted(candidates, key=lambda candidate: -candidate.score)

    def said(self, message: str) -> Whole:
        """What the labeller hears in the whole message."""
        return Whole.read(self.labeller, self.preparer.prepare(whole_of(message).text).text)

    def parts(self, message: str) -> list[Part]:
        """The whole message and its parts, each with its ranking."""
        return self._parts(spans(message))

    def _parts(self, found: Sequence[Span]) -> list[Part]:
        if not found:
            return []
        prepared = [self.preparer.prepare(span.text) for span in found]
        readings = self.model.read_all([one.text for one in prepared], [one.words for one in prepared])
        return [_part(span, one, reading) for span, one, reading in zip(found, prepared, readings)]

    def _asked(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """What was asked surely enough, in the order of the message; small talk only where nothing else was."""
        if candidates[0].outcome.label == OUT_OF_SCOPE:
            return candidates[:1]
        asked: list[Candidate] = []
        for candidate in candidates:
            if candidate.outcome.label != OUT_OF_SCOPE and candidate.score >= self._needed(candidate, bool(asked)):
                asked.append(candidate)
        content = [candidate for candidate in asked if candidate.outcome.is_content] or asked[:1]
        return sorted(content[:MOST_QUESTIONS], key=lambda candidate: candidate.start)

    def _needed(self, candidate: Candidate, further: bool) -> float:
        limits = self.thresholds
        if candidate.outcome.is_answer:
            return limits.more if further else limits.answer
        return limits.more_other if further else limits.other

    def _unsure(self, candidates: Sequence[Candidate]) -> Outcome:
        options = [candidate.outcome for candidate in candidates
                   if candidate.outcome.is_content and candidate.outcome.label != OUT_OF_SCOPE][:MOST_OPTIONS]
        best = options[0].score if options else 0.0
        if best < self.thresholds.suggest:
            return Outcome(OUT_OF_SCOPE, candidates[0].score)
        return Outcome(SUGGEST, best, options=tuple(options))


def _part(span: Span, prepared: Prepared, reading: Reading) -> Part:
    entities = prepared.entities
    return Part(span, rank(reading, entities), any(entity.kind != DOSE for entity in entities), entities)


def _unanswered(candidates: Sequence[Candidate]) -> Outcome:
    """The likeliest subject that the document is silent on."""
    return next((candidate.outcome for candidate in candidates if candidate.outcome.label == NOT_COVERED),
                Outcome(NOT_COVERED, subject="other"))


def _taught(label: str, entities: Sequence[Entity]) -> Outcome:
    """What an example's label stands for, of the condition that the example names."""
    name, subject = named(label)
    outcome, conditions = Outcome(name, subject=subject), asked_conditions(entities)
    return about(outcome, conditions[-1]) if conditions and is_about_a_condition(outcome) else outcome


def _clear(said: Whole, whole: Part) -> Outcome | None:
    """The one thing that the message says beyond doubt, or None."""
    label, subject = said.only(SURE) or (None, None)
    best = whole.best.outcome
    if label != best.label:
        return None
    return replace(best, score=said.chance(label, subject), subject=best.subject if best.condition else subject)


def _start(key: Key, part: Part, parts: Sequence[Part]) -> int:
    """Where a reading is asked: of one that the whole says best, where the part stands that says it best of all."""
    label = key[0]
    if part.span.kind != WHOLE:
        return part.span.start
    saying = [one for one in parts if one.label == label]
    return max(saying, key=lambda one: one.best.share).span.start if saying else part.span.start


def _outcome(part: Part, key: Key, chance: float) -> Outcome:
    ranked = next((one.outcome for one in part.ranked if one.outcome.key == key), Outcome(key[0]))
    return replace(ranked, score=chance)


def _named(candidate: Candidate) -> list[Outcome]:
    """One outcome for each condition that the piece asks about, else the candidate's own."""
    conditions = asked_conditions(candidate.part.entities)
    if not is_about_a_condition(candidate.outcome) or len(conditions) < 2 or len(conditions) > MOST_QUESTIONS:
        return [candidate.outcome]
    return [about(candidate.outcome, condition) for condition in conditions]


def _each_once(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return list({outcome.key: outcome for outcome in outcomes}.values())


def labels(outcomes: Iterable[Outcome]) -> list[str]:
    """The labels of the outcomes, in order."""
    return [outcome.label for outcome in outcomes]


__all__ = ["CONDITION_LISTED", "CONDITION_NOT_LISTED", "NOT_COVERED", "OUT_OF_SCOPE", "SUGGEST", "Candidate", "Outcome",
           "Part", "Thresholds", "Understanding", "labels"]
