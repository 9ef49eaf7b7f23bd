"""The context that a conversation's last turns leave, from Rasa's tracker."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rasa.shared.core.events import BotUttered, UserUttered

from bot.conversation.context import Context
from bot.nlu.outcome import SCREENING, Outcome
from bot.nlu.outcome_data import OFFERS, REPLIES, from_choice, from_data

if TYPE_CHECKING:
    from rasa.shared.core.trackers import DialogueStateTracker


def context_of(tracker: DialogueStateTracker | None) -> Context:
    """The context that the tracker's last turns leave."""
    if tracker is None or tracker.latest_message is None:
        return Context()
    outcomes = _of(tracker.latest_message)
    if not outcomes:
        return Context()
    said: dict[str, Any] = {}
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            said = event.metadata.get("metadata") or {}
            break
    reply = (said.get(REPLIES) or [{}])[-1]
    payloads = [button["payload"] for button in reply.get("buttons") or ()]
    return Context(
        message="" if tracker.active_loop_name else tracker.latest_message.text or "",
        last=outcomes[-1], answered=_last_several(tracker), why=reply.get("why"),
        has_more=any(payload.get("more") for payload in payloads),
        asks_to_screen=reply.get(OFFERS) == SCREENING,
        screened=any(str(label).startswith("screening:done") for label in reply.get("outcomes") or ()),
        offered=tuple(from_choice(payload) for payload in payloads
                      if not payload.get("more") and payload["outcome"] != "none_of_these"),
    )


def _last_several(tracker: DialogueStateTracker) -> tuple[Outcome, ...]:
    """What the newest of the kept turns answered that answered more than one thing. While a form asks only the last one
    counts: there "the first one" may be a question of the form."""
    for event in [tracker.latest_message] if tracker.active_loop_name else reversed(tracker.events):
        if isinstance(event, UserUttered):
            answered = tuple(outcome for outcome in _of(event) if outcome.is_content)
            if len(answered) > 1:
                return answered
    return ()


def _of(message: UserUttered) -> list[Outcome]:
    parsed: Mapping[str, Any] = {**(message.parse_data or {})}
    return from_data(parsed.get("outcomes") or [])
