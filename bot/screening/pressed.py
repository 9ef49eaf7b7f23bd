"""What the form's buttons do."""

from __future__ import annotations

from dataclasses import replace

from bot.form import plain
from bot.form.consent import CONFIRM, CONSENT, UNSAVED
from bot.form.hearing import Message
from bot.form.plain import NO, YES
from bot.form.turn import ASK, CANCELLED, DELETED, WHY, Turn
from bot.screening.answers import ORDER
from bot.screening.progress import end, set_answer
from bot.screening.state import State

ANSWER, WHY_CHOICE, CHANGE = "screening:answer", "screening:why", "screening:change"
CANCEL, DELETE = "screening:cancel", "screening:delete"
OF_A_QUESTION = (ANSWER, CHANGE, WHY_CHOICE)
_VALUES = {CONSENT: (YES, UNSAVED, NO), CONFIRM: (YES, NO)}


def step(state: State, message: Message) -> tuple[State, Turn]:
    """The turn after a button; one of another part of the bot is answered, and the question asked again."""
    choice = message.choice or {}
    outcome, slot, value = choice.get("outcome"), choice.get("slot"), choice.get("value")
    if outcome in (CANCEL, DELETE):
        return end(state, CANCELLED if outcome == CANCEL else DELETED)
    known = slot in ORDER and (slot == CONSENT or CONSENT in state.values)
    if outcome == ANSWER and known and value in _VALUES.get(str(slot), plain.VALUES):
        return set_answer(state, str(slot), value)
    if outcome == CHANGE and known:
        return replace(state, requested=slot, misses=0, clarify=None), Turn(ASK)
    if outcome == WHY_CHOICE:
        return state, Turn(WHY)
    if str(outcome).startswith("screening"):
        return state, Turn(ASK)
    return state, Turn(state.clarify or ASK, tuple(message.outcomes))
