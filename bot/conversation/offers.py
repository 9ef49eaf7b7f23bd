"""What follows an offer, or the end of the screening: a yes in any words, a wish for the questions, a verdict."""

from __future__ import annotations

import re

from bot.conversation.words import after_lead, words
from bot.nlu.outcome import OUT_OF_SCOPE, SCREENING, SUGGEST, Outcome

_SENTENCE_END = re.compile(r"[.!]+\s+(?=\w)")
_SHORT, _FEW_WORDS = 6, 12
_SURE_BY_ITSELF = 0.9


def to_the_questions(text: str, only: Outcome) -> Outcome | None:
    """A wish to go through the screening, or through it again, that is more than a wish for a person."""
    last = _SENTENCE_END.split(text.strip())[-1]
    asks = words().whole("questions", last) and not only.label.startswith("handoff:")
    return Outcome(SCREENING) if asks else None


def after_the_screening(text: str) -> Outcome | None:
    """What it came to, once more, or what follows."""
    if any(words().whole(place, text) for place in ("verdict", "about_the_answer", "another")):
        return Outcome(SCREENING)
    return Outcome("handoff:booking") if words().whole("what_next", after_lead(text)) else None


def goes_off(text: str, only: Outcome) -> Outcome | None:
    """ "Later", "ok i'll show her this": takes nothing that was offered."""
    if words().whole("leaves", text):
        return Outcome("smalltalk:bye")
    surely_asks = only.is_content and not (words().in_("passes_on", text) and only.score < _SURE_BY_ITSELF)
    if not words().whole("goes_off", text) or surely_asks:
        return None
    return Outcome("smalltalk:thanks" if words().in_("thanks", text) else "smalltalk:bye")


def acknowledges(text: str) -> bool:
    """Whether the message only says that an answer was read."""
    return words().whole("acknowledges", text)


def takes_it_up(text: str, only: Outcome) -> bool:
    """Whether the offer to go through the screening is taken up; the form reads what exactly was consented to."""
    if only.label == "smalltalk:affirm" or acknowledges(text):
        return True
    asks, count = "?" in text, len(text.split())
    vague = only.label in ("smalltalk:help", OUT_OF_SCOPE, SUGGEST)
    return not asks and ((vague and count <= _SHORT)
                         or (count <= _FEW_WORDS and words().in_("goes_ahead", text) is not None))
