"""Rasa's generator of words: composes all replies of a turn at the turn's first utterance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.answers import handoff
from bot.answers.composer import Composer, medicines_in
from bot.answers.screening import ScreeningWriter, is_of_the_form
from bot.handoff.state import TURN_SLOT as HANDOFF_TURN
from bot.nlu.outcome_data import HOPES, REPLIES, from_data
from bot.screening.people import is_a_case
from bot.screening.state import TURN_SLOT


class AnswerGenerator(TemplatedNaturalLanguageGenerator):
    """Answers everything that a message asked in one response, whose metadata carry the replies one by one.

    Later utterances of the same turn (a form's question) are Rasa's own, from the domain.
    """

    def __init__(self, endpoint_config: Any, domain: Domain) -> None:
        super().__init__(domain.responses)

    async def generate(self, utter_action: str, tracker: DialogueStateTracker, output_channel: str,
                       **kwargs: Any) -> dict[str, Any] | None:
        """The response for `utter_action`, or None where the domain has none."""
        parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
        if is_of_the_form(utter_action):
            turn = tracker.get_slot(TURN_SLOT)
            own = ScreeningWriter(self.responses, turn).reply(utter_action)
            ended = tracker.get_slot(HANDOFF_TURN) if turn.get("after_a_request") else None
            return self._in_a_form("screening", turn, parsed, own, ended)
        if handoff.is_of_the_form(utter_action):
            turn = tracker.get_slot(HANDOFF_TURN)
            wished = {outcome["label"] for outcome in parsed.get("outcomes") or []}
            own = handoff.HandoffWriter(self.responses, turn).reply(utter_action, wished)
            return self._in_a_form("handoff", turn, parsed, own)
        outcomes = from_data(parsed.get("outcomes") or [])
        if not outcomes or _something_was_said(tracker):
            return await super().generate(utter_action, tracker, output_channel, **kwargs)
        of_a_case = bool(parsed.get(HOPES)) or is_a_case(tracker.latest_message.text or "")
        medicines = medicines_in(parsed.get("entities") or [])
        return _response(Composer(self.responses).replies(outcomes, medicines, of_a_case=of_a_case))

    def _in_a_form(self, name: str, turn: Mapping[str, Any], parsed: Mapping[str, Any],
                   own: dict[str, Any], ended: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answers to what was asked beside the form, then the form's own part; all with what it knows so far.
        Before them how a request `ended` that was written down in the middle."""
        medicines = medicines_in(parsed.get("entities") or [])
        beside = Composer(self.responses).replies(from_data(turn["answers"]), medicines)
        request = [] if ended is None else [
            {**handoff.HandoffWriter(self.responses, ended).reply(handoff.END), "handoff": ended["handoff"]}]
        return _response([*request, *({**reply, name: turn[name]} for reply in [*beside, own])])


def _response(replies: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "text": "\n\n".join(reply["text"] for reply in replies),
        "buttons": [{"title": button["title"], "payload": button["title"]} for button in replies[-1]["buttons"]],
        "metadata": {REPLIES: replies},
    }


def _something_was_said(tracker: DialogueStateTracker) -> bool:
    for event in reversed(tracker.events):
        if isinstance(event, UserUttered):
            return False
        if isinstance(event, BotUttered):
            return True
    return False
