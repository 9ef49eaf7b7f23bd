"""What the hand-off form knows so far, as the form's slots keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from bot.form.slots import REQUESTED

CONSENT, NAME, CONTACT, TIMES, QUESTION, NOTE, CONFIRM = (
    "consent", "name", "contact", "times", "question", "note", "confirm")
BOOKING, EMAIL = "booking", "email"
ORDER = {BOOKING: (CONSENT, NAME, CONTACT, TIMES, NOTE, CONFIRM),
         EMAIL: (CONSENT, NAME, CONTACT, QUESTION, TIMES, CONFIRM)}
FIELDS = (NAME, CONTACT, TIMES, QUESTION, NOTE)
OPTIONAL = (TIMES, NOTE)
STATE_SLOT, TURN_SLOT, UNCOVERED_SLOT = "handoff_state", "handoff_turn", "handoff_uncovered"
SLOT = "handoff_{}"


@dataclass(frozen=True)
class State:
    """One request in the making.

    `form` is its id, the same at every step; `values` holds what was told (`contact` is
    `{"kind", "value", "shown"}`; None: skipped). `last` was answered before `requested`; `misses` counts answers in a
    row that fitted nothing. `meant` is the address that is offered in place of a slip, `typed` the contact with it.
    `uncovered` is the question that the bot could not answer. `screening` are answers that may go along, and do where
    `pass_on` is true. `sent` stays true after the confirmation, so that a second one is known. `put_aside` is true
    while the screening goes first: the next opening takes the request up again.
    """

    kind: str = EMAIL
    form: str | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    requested: str | None = None
    last: str | None = None
    misses: int = 0
    meant: str | None = None
    typed: Mapping[str, str] | None = None
    uncovered: str | None = None
    screening: Mapping[str, Any] | None = None
    pass_on: bool = False
    sent: bool = False
    put_aside: bool = False

    def with_value(self, name: str, value: Any) -> State:
        """The state with one field filled."""
        filled = replace(self, values={**self.values, name: value}, last=name, misses=0)
        return replace(filled, meant=None, typed=None) if name == CONTACT else filled

    @property
    def next_field(self) -> str:
        """The first field without an answer; `confirm` where all have one."""
        return next((name for name in ORDER[self.kind] if name not in self.values and self._is_asked(name)), CONFIRM)

    def shown(self) -> dict[str, Any]:
        """What `Reply.handoff` carries: the fields that are filled."""
        if self.form is None:
            return {}
        contact = self.values.get(CONTACT)
        told = {name: self.values[name] for name in (NAME, TIMES, QUESTION, NOTE) if self.values.get(name)}
        if contact:
            told |= {"contact_kind": contact["kind"], "contact": contact["value"]}
        if self.screening and self.pass_on:
            told["screening"] = dict(self.screening)
        return {"kind": self.kind, "form": self.form, **told, "consent": bool(self.values.get(CONSENT))}

    def _is_asked(self, name: str) -> bool:
        # Who wants an answer by email need not say when to be called.
        contact = self.values.get(CONTACT)
        return not (name == TIMES and self.kind == EMAIL and contact and contact["kind"] == "email")


_KEPT = [one.name for one in fields(State) if one.name not in ("values", "requested")]


def from_slots(slots: Mapping[str, Any]) -> State:
    """The state that the slots of a tracker hold."""
    kept = slots.get(STATE_SLOT) or {}
    values = {name: slots.get(SLOT.format(name)) for name in kept.get("filled", ())}
    return State(values=values, requested=_asked(slots), **{name: kept[name] for name in _KEPT if name in kept})


def to_slots(state: State) -> dict[str, Any]:
    """The slots that hold the state; `requested_slot` None ends Rasa's form."""
    kept = {name: value for name, value in asdict(state).items() if name in _KEPT}
    return {**{SLOT.format(name): state.values.get(name) for name in (CONSENT, *FIELDS)},
            STATE_SLOT: {**kept, "filled": list(state.values)},
            REQUESTED: SLOT.format(state.requested) if state.requested else None}


def _asked(slots: Mapping[str, Any]) -> str | None:
    requested = str(slots.get(REQUESTED) or "")
    name = requested.removeprefix(SLOT.format(""))
    return name if requested.startswith(SLOT.format("")) and name in (CONSENT, *FIELDS, CONFIRM) else None
