"""Whether a message ends the hand-off form in words that no list has: "you know what, cancel that".

What people say to a form was learned from their messages to the other form (`bot.screening.learned.kinds`); here only
what leaves a form, or declines one, counts.
"""

from __future__ import annotations

import re

from bot.form.consent import CONSENT as ANY_CONSENT
from bot.form.consent import read_consent
from bot.form.hearing import Message
from bot.form.plain import NO, YES
from bot.form.words import plain_text
from bot.handoff import answers
from bot.handoff.state import CONSENT, CONTACT, NAME, NOTE, QUESTION, TIMES
from bot.handoff.words import words
from bot.screening.answers import CONDITION_SLOT, hear
from bot.screening.judging import kind_of
from bot.screening.learned.kinds import CANCEL, CHAT

_SURE, _SURE_OF_A_NO, _BEYOND_DOUBT = 0.85, 0.9, 0.95
_SENTENCE_END = re.compile(r"[.!?]+\s+(?=\w)")
_CERTAIN, _A_SENTENCE = 0.99, 4
_SHORT = 16
_CONTENT = ("answer:", "not_covered")


def wants_out(requested: str, message: Message) -> bool:
    """A wish about a visit ("please cancel my booking") and a question ("I want to stop LDN, how") are for the clinic
    to read, and "stop by any time" is a time. Before the consent nothing is lost, so less is needed."""
    text = plain_text(message.text)
    *_, last = _SENTENCE_END.split(text)
    of_the_clinic = requested in (QUESTION, NOTE)
    if not of_the_clinic and (words().starts("drops", text) or words().starts("drops", last)
                              or words().in_("holds_back", text)):
        return True
    if requested == TIMES or len(text.split()) > _SHORT or _says_something(text, message):
        return False
    if requested == CONSENT:
        kind = kind_of(ANY_CONSENT, hear(message.text))
        if (kind.name == CANCEL and kind.chance >= _SURE) or (kind.name == NO and kind.chance >= _SURE_OF_A_NO):
            return True
    if requested not in (CONSENT, NAME, CONTACT) and not words().in_("leaves", text):
        return False
    # Of the screening's questions, that of the condition takes any words, as these do.
    kind = kind_of(CONDITION_SLOT, hear(message.text))
    return kind.name == CANCEL and kind.chance >= _BEYOND_DOUBT


def is_only_talk(message: Message) -> bool:
    """Whether what was typed in a name's place is small talk beyond doubt: "ok thanks. shouldn't yell at a machine"."""
    text = plain_text(message.text)
    if len(text.split()) < _A_SENTENCE or words().in_("name.told", text) or words().in_("name.lead", text):
        return False
    kind = kind_of(CONDITION_SLOT, hear(message.text))
    return kind.name == CHAT and kind.chance >= _CERTAIN


def _says_something(text: str, message: Message) -> bool:
    """Whether the form has more to take from the message than that it is unwelcome."""
    told = answers.told_contact(message.text)
    return bool(
        words().in_("opens.visit", text) or told.value or told.meant or answers.told_name(message.text)
        or read_consent(message.text) == YES
        or any(str(entry["label"]).startswith(_CONTENT) for entry in message.outcomes)
        or (words().in_("switch", text) and any(entry["label"].startswith("handoff:") for entry in message.outcomes)))
