"""How the request moves on: a field filled, another one opened, asked again, the other kind, sent, ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.form.turn import AGAIN, ASK, CANCELLED, DONE, OFFER
from bot.form.turn import Turn as FormTurn
from bot.handoff.state import CONFIRM, CONSENT, CONTACT, EMAIL, OPTIONAL, QUESTION, State

MEANT, PUT_ASIDE = "meant", "put_aside"


@dataclass(frozen=True)
class Turn(FormTurn):
    """What to say, as every form does. `kind` may also be `meant`, an address is offered in place of a slip, or
    `put_aside`, the form ends for now because the screening was asked for. Things are
    noted `also`, `changed`, `added` or `taken` (a question that goes to the clinic). `refused` says why an answer could
    not be taken; `opening` is true where a request begins, or becomes one of the other kind."""

    refused: str | None = None


Step = tuple[State, Turn]


def set_field(state: State, name: str, value: Any) -> Step:
    """The state after one answer, and the next question."""
    state = state.with_value(name, value)
    state = replace(state, requested=state.next_field)
    return state, Turn(how_to_ask(state))


def consent(state: State, given: bool) -> Step:
    """The state after the answer to the consent."""
    return set_field(state, CONSENT, True) if given else end(state)


def again(state: State, refused: str | None) -> Step:
    """The same question in other words, then with the clinic's address; a third time goes on, or ends."""
    misses = state.misses + 1
    if misses >= 3 and state.requested in (CONSENT, CONFIRM):
        return end(state)
    if misses >= 3 and state.requested in OPTIONAL:
        state, turn = set_field(state, str(state.requested), None)
        return state, turn
    if misses > 1 and refused == "contact_none":
        refused = "contact_needed"
    kind = AGAIN if misses == 1 or refused else OFFER
    return replace(state, misses=misses, meant=None), Turn(kind, refused=refused)


def how_to_ask(state: State) -> str:
    """The kind of turn that asks for what is asked for now."""
    return MEANT if state.requested == CONTACT and state.meant else ASK


def go_to(state: State, name: str | None) -> Step:
    """The state with another field asked for."""
    return replace(state, requested=name, misses=0, meant=None), Turn(ASK)


def other_kind(state: State, kind: str) -> Step:
    """A booking becomes a question or the other way round; nothing that was told is lost."""
    if kind == state.kind:
        return state, Turn(ASK)
    state = replace(state, kind=kind, misses=0)
    if state.values.get(CONSENT):
        asks_now = kind == EMAIL and QUESTION not in state.values  # whoever would rather ask has the question at hand
        state = replace(state, requested=QUESTION if asks_now else state.next_field)
    return state, Turn(ASK, opening=True)


def send(state: State) -> Step:
    missing = state.next_field
    if missing != CONFIRM:
        return replace(state, requested=missing), Turn(ASK)
    return replace(state, requested=None, sent=True), Turn(DONE)


def put_aside(state: State) -> Step:
    """The form's end for now: what was told is kept for its next opening."""
    return replace(state, requested=None, meant=None, misses=0, put_aside=True), Turn(PUT_ASIDE)


def take_up(before: State, kind: str) -> State:
    """The request that was put aside."""
    return replace(before, kind=kind, put_aside=False)


def end(state: State) -> Step:
    """The form's end without a request: what was told is gone."""
    return State(kind=state.kind), Turn(CANCELLED)


def settle_slip(state: State, as_meant: bool) -> Step:
    if as_meant:
        return set_field(state, CONTACT, {"kind": "email", "value": state.meant, "shown": state.meant})
    if state.typed:
        return set_field(state, CONTACT, dict(state.typed))
    return replace(state, meant=None), Turn(AGAIN, refused="email_invalid")
