"""How the form moves on: an answer set, others noted beside it, the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.form.consent import CONFIRM, CONSENT, UNSAVED
from bot.form.plain import NO, YES
from bot.form.turn import ASK, CANCELLED, DONE, WHICH_ANSWER, Noted, Turn
from bot.screening.state import State


def set_answer(state: State, slot: str, value: Any, *, correcting: bool = False,
               against: str | None = None) -> tuple[State, Turn]:
    """The state after one answer, and the next question."""
    if slot == CONSENT and value == NO:
        return end(state, CANCELLED)
    if slot == CONFIRM and value != YES:
        return replace(state, misses=state.misses + 1 if state.misses else 1), Turn(WHICH_ANSWER)
    changed = slot in state.values and state.values[slot] != value
    asked = state.requested
    state = replace(state.with_value(slot, value), misses=0, clarify=None)
    if slot == CONSENT and value == UNSAVED:
        state = replace(state, save=False)
    if state.is_done:
        return replace(state, requested=None), Turn(DONE)
    noted: tuple[Noted, ...] = ()
    if against:
        noted = (Noted("against", slot, value, against),)
    elif changed or (correcting and slot != asked):
        noted = (Noted("changed", slot, value),)
    return replace(state, requested=state.next_slot), Turn(ASK, noted=noted)


def note(state: State, told: Mapping[str, Any]) -> tuple[State, tuple[Noted, ...]]:
    """The state with what was told beside the question; the place stays."""
    noted = tuple(Noted("changed" if slot in state.values else "also", slot, value) for slot, value in told.items())
    return replace(state, values={**state.values, **told}), noted


def end(state: State, kind: str) -> tuple[State, Turn]:
    """The form's end without a result: the answers are gone."""
    return State(save=state.save), Turn(kind)
