"""An earlier answer taken back by name ("change opioids to yes") or as the last one ("sorry, I meant no")."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bot.form import plain
from bot.form.consent import CONFIRM, CONSENT
from bot.form.hearing import Heard
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.form.turn import ASK, Turn
from bot.screening.answers import CONDITION_SLOT, FACTS, OPIOIDS, hear, read_condition, read_fact
from bot.screening.medicines import WHICH, finder
from bot.screening.progress import note, set_answer
from bot.screening.state import State
from bot.screening.told import told_beside
from bot.screening.words import words

_SHORT_PICK = 5
_CLAUSES = re.compile(r"[,.;:!]\s*")
_WISH = re.compile(r"\b(?:make|put|set|mark|call|leave|switch|change)\b (?:(?:it|that|this|me|her|him|them|one"
                   r"|the [\w/ -]{1,30}? (?:one )?(?=(?:to|as|at)\b)) ?)?"
                   r"(?:down )?(?:(?:as|to|at|a|an) )*([^.;!?]+)[.;!?\s]*$")
"""Says what is to stand there: "make it a maybe"."""
_PLAIN = ("yes", "no", "y", "n", "nope", "yep", "yeah")


def corrected(state: State, heard: Heard, text: str) -> tuple[State, Turn] | None:
    """The turn after a correction in words, or None where the message is none."""
    if not state.values or state.requested == CONSENT:
        return None
    return (_last_answer(state, text) or _skipped_answer(state, heard, text) or _named_answer(state, heard, text)
            or _left_off(state, heard, text))


def names_a_slot(text: str) -> bool:
    """Whether a word names one of the four questions."""
    return any(words().in_(f"change.{slot}", text) for slot in FACTS)


def _last_answer(state: State, text: str) -> tuple[State, Turn] | None:
    meant = words().starts("control.last_was", text)
    if not meant or not state.last or state.last in (CONSENT, state.requested) or names_a_slot(text):
        return None
    value = _value_for(state.last, text[meant.end():].strip(" ,.:;-"))
    return None if value is None else set_answer(state, state.last, value, correcting=True)


def _skipped_answer(state: State, heard: Heard, text: str) -> tuple[State, Turn] | None:
    skipped = words().in_("skipped", text)
    left = [slot for slot in FACTS if state.values.get(slot) == DECLINED]
    if not skipped or len(left) != 1 or names_a_slot(text):
        return None
    value = _new_value(left[0], heard, text, text.replace(skipped.group(), " "))
    if value is not None:
        return set_answer(state, left[0], value, correcting=True)
    return replace(state, requested=left[0], misses=0, clarify=None), Turn(ASK)


def _named_answer(state: State, heard: Heard, text: str) -> tuple[State, Turn] | None:
    picks = (state.requested == CONFIRM and len(text.split()) <= _SHORT_PICK
             and not told_beside(state, heard, CONFIRM))
    changes = picks or words().in_("changing", text) or words().starts("control.last_was", text)
    points = not changes and not heard.asked and words().in_("points_at", text)
    if not changes and not points:
        return None
    pointed = points.group() if points else text
    for slot in (*FACTS, CONDITION_SLOT):
        named = words().in_(f"change.{slot}", pointed)
        if named and (slot in state.values or (slot == state.requested and not points)):
            value = _new_value(slot, heard, text, text.replace(pointed if points else named.group(), " "))
            if value is not None:
                return _and_more(*set_answer(state, slot, value, correcting=True), heard, slot)
            if points and state.requested != CONFIRM:
                return None
            return replace(state, requested=slot, misses=0, clarify=None), Turn(ASK)
    return None


def _left_off(state: State, heard: Heard, text: str) -> tuple[State, Turn] | None:
    """ "Actually the patch came off for good 3 days ago": what was noted as taken was left, without its name."""
    noted = state.requested != OPIOIDS and state.values.get(OPIOIDS) == YES
    left = words().in_("left_off", text) and (
        words().in_("medicines.stopped", text) or words().in_("medicines.ended", text))
    of_another = words().in_("thyroid", text) or any(mention.kind != WHICH for mention in finder().find(text))
    if not noted or not left or of_another or heard.asked or not words().in_("correction", text):
        return None
    value = read_fact(OPIOIDS, heard.said).value
    return set_answer(state, OPIOIDS, value, correcting=True) if value in (NO, UNSURE) else None


def _and_more(state: State, turn: Turn, heard: Heard, slot: str) -> tuple[State, Turn]:
    """What a correction tells beside itself of questions without an answer: "no allergy. and change the opioids"."""
    told = {other: value for other, value in told_beside(state, heard, slot).items() if other not in state.values}
    if not told or state.requested is None:
        return state, turn
    state, noted = note(state, told)
    return replace(state, requested=state.next_slot), replace(turn, noted=(*turn.noted, *noted))


def _new_value(slot: str, heard: Heard, text: str, rest: str) -> Any:
    """The value that a correction gives; `rest` is the text without the word that names the question."""
    if slot == CONDITION_SLOT:
        found = read_condition(heard.said, asked=False)
        return found if isinstance(found, list) else None
    if (wish := _WISH.search(text)) and (value := plain.read(wish.group(1))):
        return value
    mine = slot != OPIOIDS and words().in_("condition.mine", text)
    return read_fact(slot, (heard if mine else hear(rest)).said, asked=False).value or _value_at_end(rest)


def _value_for(slot: str, text: str) -> Any:
    if slot == CONDITION_SLOT:
        found = read_condition(text)
        return found if isinstance(found, list) else None
    return read_fact(slot, text).value if slot in FACTS else None


def _value_at_end(text: str) -> str | None:
    """The plain value in what is left of "change opioids to yes"."""
    for word in reversed(text.replace(",", " ").replace(":", " ").split()):
        value = plain.read(word.strip(".!?'\""))
        if value in (YES, NO) and word.strip(".!") in _PLAIN:
            return value
    for clause in _CLAUSES.split(text)[1:]:
        if plain.read(clause) in (YES, NO):
            return plain.read(clause)
    if words().in_("plain.declined", text):
        return DECLINED
    if words().in_("plain.unsure", text):
        return UNSURE
    last = plain.read(text.split(",")[-1].strip())
    return last if last in (YES, NO) else None
