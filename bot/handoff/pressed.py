"""What the form's buttons do."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.form.control import WHY
from bot.form.hearing import Message
from bot.form.plain import NO, YES
from bot.form.turn import ASK
from bot.handoff.heard import OPENS
from bot.handoff.progress import Step, Turn, consent, end, go_to, how_to_ask, other_kind, send, set_field, settle_slip
from bot.handoff.state import CONFIRM, CONSENT, CONTACT, FIELDS, OPTIONAL, QUESTION, TIMES, State

SET, CHANGE, WHY_CHOICE, SCREENING = "handoff:set", "handoff:change", "handoff:why", "handoff:screening"
CANCEL_CHOICE = "handoff:cancel"


def pressed(state: State, message: Message) -> Step:
    """The turn after a button; one of another part of the bot is answered, and the field asked for again."""
    choice = message.choice or {}
    outcome, name, value = choice.get("outcome"), choice.get("field"), choice.get("value")
    consented = bool(state.values.get(CONSENT))
    if outcome == CANCEL_CHOICE:
        return end(state)
    if outcome == WHY_CHOICE:
        return state, Turn(WHY)
    if outcome == SET and (consented or name == CONSENT):
        return _pressed_value(state, str(name), value)
    if outcome == CHANGE and consented and name in FIELDS:
        return go_to(state, str(name))
    if outcome == SCREENING and consented and state.screening:
        return replace(state, pass_on=value == YES), Turn(ASK)
    if outcome in OPENS:
        return other_kind(state, OPENS[str(outcome)])
    if str(outcome).startswith(("handoff:", "screening:")):
        return state, Turn(how_to_ask(state))
    return state, Turn(how_to_ask(state), tuple(message.outcomes))


def _pressed_value(state: State, name: str, value: Any) -> Step:
    if name == CONSENT and value in (YES, NO):
        return consent(state, value == YES)
    if name == CONTACT and state.requested == CONTACT and state.meant and value in (YES, NO):
        return settle_slip(state, value == YES)
    if name == QUESTION and value == YES and state.uncovered:
        return set_field(state, QUESTION, state.uncovered)
    if name in OPTIONAL and value == NO:
        return set_field(state, name, None)
    if name == TIMES and isinstance(value, str):
        return set_field(state, TIMES, value)
    # Only the summary that is shown now can be sent: a field that was opened for a change is answered first.
    if name == CONFIRM and value == YES and state.requested == CONFIRM:
        return send(state)
    return state, Turn(ASK)
