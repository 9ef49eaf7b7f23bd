"""The screening form's step: what one message changes, and what is to be said."""

from __future__ import annotations

from typing import Any, Dict, List

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions import handoff
from bot.form.hearing import Message
from bot.form.slots import REQUESTED, changed
from bot.form.turn import ASK, Turn
from bot.handoff import state as handoff_state
from bot.handoff.meanwhile import begins, goes_back, offered_in, opening
from bot.nlu.outcome import SCREENING
from bot.nlu.outcome_data import OFFERS, REPLIES
from bot.screening.form import open_form, step
from bot.screening.judging import kinds_of_messages, reader
from bot.screening.medicines import finder
from bot.screening.state import TURN_SLOT, State, from_slots, to_slots

finder(), reader(), kinds_of_messages()  # the lexicons and what was learned are read before the first visitor comes


class ValidateScreeningForm(Action):
    """Reads a message for Rasa's `screening_form`: sets the slots, the one to ask next and `screening_turn`, which the
    bot's generator puts into words. A `requested_slot` of None ends the form.

    A request to the clinic may be written down in the middle: `requested_slot` is one of the hand-off's then. It never
    rejects, so no rule of an ordinary answer can take a message away from the form; a question in between is answered
    by the generator in the same turn.
    """

    def name(self) -> str:
        """The name under which Rasa's form calls it."""
        return "validate_screening_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]) -> List[Dict[str, Any]]:
        """The slots after the latest message."""
        latest = tracker.latest_message
        message = Message(latest.get("text") or "", (latest.get("metadata") or {}).get("choice"),
                          tuple(latest.get("outcomes") or ()))
        state, request = from_slots(tracker.slots), handoff_state.from_slots(tracker.slots)
        offered = offered_in(tracker.get_slot(TURN_SLOT))
        if request.requested and not goes_back(state, request, message):
            slots = _with_a_request(tracker, message, state)
        elif not request.requested and state.requested and begins(state, message, offered):
            slots = _with_a_request(tracker, opening(message, offered), state)
        else:
            state, turn = step(state, message) if state.requested else open_form(
                state, message, _said_before(tracker), _was_offered(tracker))
            slots = _slots_after(state, turn)
            slots[TURN_SLOT]["after_a_request"] = _has_put_a_request_aside(tracker)
        return [SlotSet(slot, value) for slot, value in changed(tracker.slots, slots, TURN_SLOT).items()]


def _slots_after(state: State, turn: Turn) -> Dict[str, Any]:
    said = {**turn.as_data(), "screening": state.shown(), "result": state.result if state.is_done else None}
    return {**to_slots(state), TURN_SLOT: said}


def _with_a_request(tracker: Tracker, message: Message, waiting: State) -> Dict[str, Any]:
    """The slots while a request to the clinic is written down in the middle. Its end says so, and asks again what
    waits."""
    request, turn = handoff.next_step(tracker, message)
    slots = {**_slots_after(waiting, Turn(waiting.clarify or ASK)), **handoff.slots_after(request, turn)}
    if request.requested:
        return slots
    slots[TURN_SLOT]["after_a_request"] = True
    return {**slots, REQUESTED: waiting.requested}


def _has_put_a_request_aside(tracker: Tracker) -> bool:
    """Whether the hand-off ended in this turn, because the screening was asked for."""
    for event in reversed(tracker.events):
        if event.get("event") == "user":
            return False
        if event.get("event") == "action" and event.get("name") == "handoff_form":
            return True
    return False


def _was_offered(tracker: Tracker) -> bool:
    """Whether the last answer ended in the offer to go through the screening."""
    said = next((event for event in reversed(tracker.events) if event.get("event") == "bot"), {})
    replies = ((said.get("metadata") or {}).get("metadata") or {}).get(REPLIES) or [{}]
    return bool(replies[-1].get(OFFERS) == SCREENING)


def _said_before(tracker: Tracker) -> str:
    texts = [event.get("text") or "" for event in tracker.events if event.get("event") == "user"]
    return texts[-2] if len(texts) > 1 else ""
