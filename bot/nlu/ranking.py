"""From the classifier's labels to ranked outcomes: subjects added up, and what the lexicons settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.nlu.entities import Entity
from bot.nlu.lexicon import AMBIGUOUS, CONDITION, MEDICINE, OPIOID
from bot.nlu.model import Reading
from bot.nlu.outcome import (
    CONDITION_LISTED,
    CONDITION_NOT_LISTED,
    NOT_COVERED,
    OPIOIDS,
    OTHER_MEDICINE,
    Outcome,
)

COSINE_SHARPNESS = 8.0
COVERED = ("listed", "kind")
_CONDITION_LABELS = ("answer/condition_listed", f"{NOT_COVERED}/{CONDITION_NOT_LISTED}")
_MEDICINE_LABELS = ("answer/opioids", f"{NOT_COVERED}/{OTHER_MEDICINE}")


@dataclass(frozen=True)
class Ranked:
    """An outcome with its share of the probability and the cosine to its nearest example."""

    outcome: Outcome
    share: float
    cosine: float


def rank(reading: Reading, entities: Sequence[Entity] = ()) -> list[Ranked]:
    """The outcomes by p·exp(8 cos), best first; a known condition or medicine decides between two neighbours."""
    weights = reading.probability * np.exp(COSINE_SHARPNESS * (reading.nearest - reading.nearest.max()))
    weights = weights / weights.sum()
    index = {label: number for number, label in enumerate(reading.labels)}
    conditions = asked_conditions(entities)
    if conditions:
        _move(weights, index, _CONDITION_LABELS, to_second=conditions[-1].answer_as not in COVERED)
    of_opioid = _is_opioid(entities)
    if of_opioid is not None:
        _move(weights, index, _MEDICINE_LABELS, to_second=not of_opioid)
    return _summed(reading, weights, conditions)


def asked_conditions(entities: Sequence[Entity]) -> list[Entity]:
    """The conditions that are not negated; each once."""
    found: dict[str, Entity] = {}
    for entity in entities:
        if entity.kind == CONDITION and not entity.negated:
            found.setdefault(entity.canonical, entity)
    return list(found.values())


def about(outcome: Outcome, condition: Entity) -> Outcome:
    """The outcome for one condition: on the document's list, of a listed kind, or not covered."""
    covered = condition.answer_as in COVERED
    return replace(outcome, label=CONDITION_LISTED if covered else NOT_COVERED,
                   subject=None if covered else CONDITION_NOT_LISTED, condition=condition.canonical,
                   named=condition.named, answer_as=condition.answer_as, group=condition.group)


def is_about_a_condition(outcome: Outcome) -> bool:
    """Whether the outcome is one of the two that name a condition."""
    return outcome.label == CONDITION_LISTED or outcome.subject == CONDITION_NOT_LISTED


def _is_opioid(entities: Sequence[Entity]) -> bool | None:
    kinds = {entity.kind for entity in entities}
    if OPIOID in kinds and MEDICINE not in kinds:
        return True
    if MEDICINE in kinds and not kinds & {OPIOID, AMBIGUOUS}:
        return False
    return None


def _move(weights: np.ndarray, index: dict[str, int], labels: tuple[str, str], to_second: bool) -> None:
    first, second = (index.get(label) for label in labels)
    if first is None or second is None:
        return
    total = weights[first] + weights[second]
    weights[first], weights[second] = (0.0, total) if to_second else (total, 0.0)


def _summed(reading: Reading, weights: np.ndarray, conditions: Sequence[Entity]) -> list[Ranked]:
    shares: dict[str, float] = {}
    cosines: dict[str, float] = {}
    subject, most = "other", -1.0
    for label, weight, cosine in zip(reading.labels, weights.tolist(), reading.nearest.tolist()):
        group, _, name = label.partition("/")
        summed = group if group == NOT_COVERED else label.replace("/", ":")
        shares[summed] = shares.get(summed, 0.0) + weight
        cosines[summed] = max(cosines.get(summed, -1.0), cosine)
        if group == NOT_COVERED and weight > most:
            subject, most = name, weight
    ranked = []
    for label in sorted(shares, key=lambda name: -shares[name]):
        outcome = Outcome(label, score=shares[label], subject=subject if label == NOT_COVERED else None)
        if conditions and is_about_a_condition(outcome):
            outcome = about(outcome, conditions[-1])
        ranked.append(Ranked(outcome, shares[label], cosines[label]))
    return ranked


__all__ = ["COVERED", "OPIOIDS", "Ranked", "about", "asked_conditions", "is_about_a_condition", "rank"]
