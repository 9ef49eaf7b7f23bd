"""Whether a message ends the hand-off form in words that no list has: "you know what, cancel that".

What people say to a form was learned from their messages to the other form (`bot.screening.learned.kinds`); here only
what leaves a form, or declines one, counts, and only beyond doubt.
"""

from __future__ import annotations

from bot.form import consent
from bot.form.hearing import Message
from bot.form.plain import NO
from bot.form.words import plain_text
from bot.handoff.state import CONSENT, TIMES
from bot.handoff.words import words
from bot.screening.answers import CONDITION_SLOT, hear
from bot.screening.judging import kind_of
from bot.screening.learned.kinds import CANCEL

_SURE, _SURE_OF_A_NO, _BEYOND_DOUBT = 0.85, 0.9, 0.95
_SHORT = 10
_CONTENT = ("answer:", "not_covered")


def wants_out(requested: str, message: Message) -> bool:
    """A wish about a visit ("please cancel my booking") and a question ("I want to stop LDN, how") are for the clinic
    to read, and "stop by any time" is a time."""
    text = plain_text(message.text)
    if requested == TIMES or len(text.split()) > _SHORT or words().in_("opens.visit", text):
        return False
    if any(str(entry["label"]).startswith(_CONTENT) for entry in message.outcomes):
        return False
    heard = hear(message.text)
    if requested != CONSENT and not words().in_("leaves", text):
        return False
    if requested != CONSENT:  # of the screening's questions, that of the condition takes any words, as these do
        kind = kind_of(CONDITION_SLOT, heard)
        return kind.name == CANCEL and kind.chance >= _BEYOND_DOUBT
    kind = kind_of(consent.CONSENT, heard)
    return (kind.name == CANCEL and kind.chance >= _SURE) or (kind.name == NO and kind.chance >= _SURE_OF_A_NO)
