"""The hand-off form's step: what one message changes, and what is to be said."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Dict, List, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from bot.form.hearing import Message
from bot.form.slots import changed
from bot.handoff import answers
from bot.handoff.form import open_form, step
from bot.handoff.progress import PUT_ASIDE, Step, Turn
from bot.handoff.state import TURN_SLOT, UNCOVERED_SLOT, State, from_slots, to_slots
from bot.handoff.uncovered import Said, question_for_the_clinic
from bot.screening import state as screening
from bot.screening.answers import CONDITION_SLOT, FACTS

answers.times("noon")  # what reads dates takes seconds to load: before the first visitor comes


class ValidateHandoffForm(Action):
    """Reads a message for Rasa's `handoff_form`: sets the slots, the one to ask next and `handoff_turn`, which the
    bot's generator puts into words. A `requested_slot` of None ends the form. As the screening's, it never rejects."""

    def name(self) -> str:
        """The name under which Rasa's form calls it."""
        return "validate_handoff_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """The slots after the latest message."""
        latest = tracker.latest_message
        message = Message(latest.get("text") or "", (latest.get("metadata") or {}).get("choice"),
                          tuple(latest.get("outcomes") or ()))
        state, turn = next_step(tracker, message)
        slots = changed(tracker.slots, slots_after(state, turn), TURN_SLOT)
        begins = [FollowupAction("screening_form")] if turn.kind == PUT_ASIDE else []
        return [*(SlotSet(slot, value) for slot, value in slots.items()), *begins]


def next_step(tracker: Tracker, message: Message) -> Step:
    """Where the form stands after a message, which opens it where it asks nothing yet."""
    state = from_slots(tracker.slots)
    if state.requested:
        return step(state, message)
    asked = question_for_the_clinic(_last_turns(tracker), tracker.get_slot(UNCOVERED_SLOT))
    return open_form(state, message, asked, _screening_answers(tracker))


def slots_after(state: State, turn: Turn) -> Dict[str, Any]:
    """The slots that hold the form and what it has to say."""
    said = {**turn.as_data(), "state": asdict(state), "filled": dict(state.values), "handoff": state.shown()}
    return {**to_slots(state), TURN_SLOT: said}


def _last_turns(tracker: Tracker) -> List[Said]:
    return [(event.get("text") or "", (event.get("parse_data") or {}).get("outcomes") or ())
            for event in tracker.events if event.get("event") == "user"]


def _screening_answers(tracker: Tracker) -> Optional[Dict[str, Any]]:
    """What a screening that was confirmed came to; None where there is none."""
    state = screening.from_slots(tracker.slots)
    told = {slot: value for slot, value in state.shown().items() if slot in (*FACTS, CONDITION_SLOT)}
    return told if state.is_done else None
