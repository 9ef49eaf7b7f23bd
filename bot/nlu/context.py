"""What the turns before make of a message: "and for lupus?", "why?", "yes", "tell me more"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.nlu.lexicon import CONDITION
from bot.nlu.understanding import (
    CONDITION_LISTED,
    CONDITION_NOT_LISTED,
    NOT_COVERED,
    OUT_OF_SCOPE,
    SUGGEST,
    Outcome,
    Understanding,
)

if TYPE_CHECKING:
    from rasa.shared.core.trackers import DialogueStateTracker

_WHY = re.compile(r"^\W*(?:and |but |ok |so )*(?:why|how come|y tho|why is that|why so|y)\b\W*(?:not|tho|though|is that|so)?\W*$", re.I)
_MORE = re.compile(r"^\W*(?:(?:can u |can you |pls |please )*(?:tell|say|explain|know) (?:me )?(?:a bit |some )?more\b.*|more(?: (?:info|details?|please|pls))?|go on|continue|elaborate|details?)\W*$", re.I)
_FOLLOWS = re.compile(r"^\W*(?:and|what about|how about|wat about|or|also|same for|n|what of|hbu)\b", re.I)
_SHORT = 6


@dataclass(frozen=True)
class Context:
    """The last thing that was answered, and what the bot had to say beyond it."""

    last: Outcome | None = None
    why: str | None = None
    has_more: bool = False
    offered: tuple[Outcome, ...] = ()

    def resolve(self, text: str, outcomes: Sequence[Outcome], understanding: Understanding) -> list[Outcome]:
        """The outcomes with what only the turns before can tell."""
        if self.last is None or len(outcomes) > 1:
            return list(outcomes)
        only = outcomes[0]
        if _WHY.match(text) and self.why:
            return [Outcome(self.why)]
        if _MORE.match(text) or only.label == "smalltalk:affirm":
            return [self._further(only)]
        if self._is_about_a_condition() and len(text.split()) <= _SHORT:
            found = [entity for entity in understanding.piece(text).entities if entity.kind == CONDITION]
            if found and (_FOLLOWS.match(text) or only.label in (SUGGEST, OUT_OF_SCOPE)):
                covered = found[-1].answer_as in ("listed", "kind")
                return [Outcome(CONDITION_LISTED if covered else NOT_COVERED,
                                subject=None if covered else CONDITION_NOT_LISTED, condition=found[-1].canonical,
                                answer_as=found[-1].answer_as, group=found[-1].group)]
        return list(outcomes)

    def _further(self, only: Outcome) -> Outcome:
        assert self.last is not None
        if self.last.label == SUGGEST and len(self.offered) == 1:
            return self.offered[0]
        if self.has_more and not self.last.more:
            return replace(self.last, more=True, options=())
        if self.offered and self.last.label != SUGGEST:
            return self.offered[0]
        return only

    def _is_about_a_condition(self) -> bool:
        assert self.last is not None
        return self.last.label in (CONDITION_LISTED, "answer:who_benefits") or self.last.subject == CONDITION_NOT_LISTED


def context_of(tracker: DialogueStateTracker | None) -> Context:
    """The context that the tracker's last turn leaves."""
    from rasa.shared.core.events import BotUttered

    from bot.nlu.outcome_data import from_choice, from_data

    if tracker is None or tracker.latest_message is None or not tracker.latest_message.parse_data:
        return Context()
    outcomes = from_data(tracker.latest_message.parse_data.get("outcomes") or [])  # type: ignore[typeddict-item]
    if not outcomes:
        return Context()
    said: dict[str, Any] = {}
    for event in reversed(tracker.events):
        if isinstance(event, BotUttered):
            said = event.metadata.get("metadata") or {}
            break
    reply = (said.get("replies") or [{}])[-1]
    payloads = [button["payload"] for button in reply.get("buttons") or ()]
    return Context(
        last=outcomes[-1], why=reply.get("why"), has_more=any(payload.get("more") for payload in payloads),
        offered=tuple(from_choice(payload) for payload in payloads
                      if not payload.get("more") and payload["outcome"] != "none_of_these"),
    )
