"""What is said beside the form's question: a question in between, or something that fits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.form.asides import asides, asked_in
from bot.form.consent import CONFIRM, CONSENT
from bot.form.control import control_of
from bot.form.hearing import Heard, Message
from bot.form.plain import UNSURE
from bot.form.turn import AGAIN, ASK, CANCELLED, CLEAR, OFFER, WHY, Noted, Turn
from bot.form.words import plain_text
from bot.nlu.lexicon import OPIOID
from bot.screening.medicines import finder
from bot.screening.progress import end, set_answer
from bot.screening.state import State

_MISSES = 3


def aside(state: State, heard: Heard, message: Message) -> tuple[State, Turn]:
    """A question in between gets its answer and the same place again; what fits nothing is asked again once in other
    words, then "not sure" or a person is offered, then it is `unsure` for now."""
    answers = asides_of(heard, message)
    if answers:
        return state, Turn(state.clarify or ASK, answers)
    controls = [control_of(plain_text(asked)) for asked in heard.asked]
    for kind in (WHY, CLEAR):
        if kind in controls:
            return state, Turn(kind)
    return _missed(state, message)


def asides_of(heard: Heard, message: Message) -> tuple[Mapping[str, Any], ...]:
    """The outcomes of what was asked in between; one that names an opioid and was not understood is answered with the
    document's line on opioids."""
    found = asides(heard, message, "screening")
    vague = not found or all(entry["label"] in ("suggest", "out_of_scope") for entry in found)
    if vague and any(mention.kind == OPIOID for question in asked_in(heard)
                     for mention in finder().find(plain_text(question))):
        return ({"label": "answer:opioids", "score": 1.0},)
    return found


def _missed(state: State, message: Message) -> tuple[State, Turn]:
    misses, slot = state.misses + 1, str(state.requested)
    if misses < _MISSES:
        statements = tuple(entry for entry in message.outcomes if entry["label"].startswith(("answer:", "not_covered")))
        return replace(state, misses=misses), Turn(AGAIN if misses == 1 else OFFER, statements)
    if slot in (CONSENT, CONFIRM):
        return end(state, CANCELLED)
    state, turn = set_answer(state, slot, UNSURE)
    return state, replace(turn, noted=(Noted("for_now", slot, UNSURE),))
