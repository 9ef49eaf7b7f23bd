"""Rasa's generator of words: composes all replies of a turn at the turn's first utterance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.answers.composer import Composer, medicines_in
from bot.answers.screening import ScreeningWriter, is_of_the_form
from bot.nlu.outcome_data import from_data
from bot.screening.state import TURN_SLOT

REPLIES = "replies"


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
            return self._of_the_form(utter_action, tracker, parsed)
        outcomes = from_data(parsed.get("outcomes") or [])
        if not outcomes or _something_was_said(tracker):
            return await super().generate(utter_action, tracker, output_channel, **kwargs)
        return _response(Composer(self.responses).replies(outcomes, medicines_in(parsed.get("entities") or [])))

    def _of_the_form(self, utter_action: str, tracker: DialogueStateTracker,
                     parsed: Mapping[str, Any]) -> dict[str, Any]:
        """The answers to what was asked beside the form, then the form's own part."""
        turn = tracker.get_slot(TURN_SLOT)
        medicines = medicines_in(parsed.get("entities") or [])
        replies = Composer(self.responses).replies(from_data(turn["answers"]), medicines)
        replies.append(ScreeningWriter(self.responses, turn).reply(utter_action))
        return _response([{**reply, "screening": turn["screening"]} for reply in replies])


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
