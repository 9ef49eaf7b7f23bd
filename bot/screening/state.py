"""What the screening knows so far, as the form's slots keep it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.form.consent import CONFIRM, CONSENT, UNSAVED
from bot.form.plain import NO, YES
from bot.form.slots import REQUESTED
from bot.screening.answers import CONDITION_SLOT, FACTS, ORDER

STATE_SLOT, TURN_SLOT, SAVE_SLOT = "screening_state", "screening_turn", "screening_save"


@dataclass(frozen=True)
class State:
    """The answers by slot, and where the form stands.

    `requested` is the slot that is asked for; `last` the one that was answered before it; `misses` counts answers in a
    row that fitted nothing; `clarify` is the kind of the open clarifying question (`t3`, `which`, `other`), `clarified`
    the kinds that were asked already; `save` is False once the visitor went on without saving.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    requested: str | None = None
    last: str | None = None
    misses: int = 0
    clarify: str | None = None
    clarified: tuple[str, ...] = ()
    save: bool | None = None

    def with_value(self, slot: str, value: Any) -> State:
        """The state with one answer set."""
        return replace(self, values={**self.values, slot: value}, last=slot)

    def without(self, slot: str) -> State:
        """The state with one answer taken out."""
        return replace(self, values={name: value for name, value in self.values.items() if name != slot})

    @property
    def next_slot(self) -> str:
        """The first slot without an answer; `confirm` where all have one."""
        return next((slot for slot in ORDER if slot not in self.values), CONFIRM)

    @property
    def is_done(self) -> bool:
        """Whether the visitor has confirmed."""
        return self.values.get(CONFIRM) == YES

    @property
    def result(self) -> str:
        """`no_flag` only where all four facts are `no`; anything else is for a clinician to go over."""
        return "no_flag" if all(self.values.get(slot) == NO for slot in FACTS) else "flagged"

    def shown(self) -> dict[str, Any]:
        """What `Reply.screening` carries."""
        shown = {slot: self.values[slot] for slot in (CONSENT, *FACTS, CONDITION_SLOT, CONFIRM) if slot in self.values}
        if shown.get(CONSENT) == UNSAVED:
            shown[CONSENT] = YES
        return shown


def from_slots(slots: Mapping[str, Any]) -> State:
    """The state that the slots of a tracker hold. While another form asks in the middle, the slot that waits."""
    kept = slots.get(STATE_SLOT) or {}
    values = {slot: slots[slot] for slot in ORDER if slots.get(slot) is not None}
    requested = slots.get(REQUESTED)
    if requested is not None and requested not in ORDER:
        requested = kept.get("requested")
    return State(values, requested, kept.get("last"), int(kept.get("misses") or 0),
                 kept.get("clarify"), tuple(kept.get("clarified") or ()), slots.get(SAVE_SLOT))


def to_slots(state: State) -> dict[str, Any]:
    """The slots that hold the state; `requested_slot` None ends Rasa's form."""
    kept = {"requested": state.requested, "last": state.last, "misses": state.misses, "clarify": state.clarify,
            "clarified": list(state.clarified)}
    return {**{slot: state.values.get(slot) for slot in ORDER}, STATE_SLOT: kept,
            SAVE_SLOT: state.save, REQUESTED: state.requested}
