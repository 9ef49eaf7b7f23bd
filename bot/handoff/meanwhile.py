"""A request to the clinic in the middle of the screening: this form runs, and the screening waits at its place.

A wish for a person or a visit is answered there, with the offer to write a request down, and the same question comes
again. Who takes the offer gets this form. Its end, sent or not, leads back to the question that waits, and so does an
answer to it while nothing was agreed to yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.form import plain
from bot.form.hearing import Message
from bot.form.plain import YES
from bot.form.questions import split_questions
from bot.form.words import plain_text
from bot.form.words import words as common
from bot.handoff import answers
from bot.handoff.heard import OPENS
from bot.handoff.state import CONSENT, State
from bot.handoff.words import words
from bot.screening.answers import CONDITION_SLOT, FACTS, hear, read_fact
from bot.screening.state import State as Screening

_WISH = "handoff:"


def offered_in(turn: Mapping[str, Any] | None) -> str | None:
    """The wish, for a person or a visit, that a turn of the screening, as its slot keeps it, answered."""
    return next((str(entry["label"]) for entry in (turn or {}).get("answers", ())
                 if str(entry["label"]).startswith(_WISH)), None)


def begins(screening: Screening, message: Message, offered: str | None) -> bool:
    """Whether a message to the screening has a request written down: the answer's button, or, where that was `offered`
    just now, a yes, the same wish again or a way to be reached. At the consent and the summary a yes is theirs."""
    if message.choice:
        return message.choice.get("outcome") in OPENS
    text = plain_text(message.text)
    if words().whole("writes_down", text):
        return True
    if not offered or common().whole("back_to_questions", text) or words().in_("holds_off", text):
        return False
    wishes = bool(message.outcomes) and all(str(entry["label"]).startswith(_WISH) for entry in message.outcomes)
    agrees = screening.requested in (*FACTS, CONDITION_SLOT) and common().whole("lead.yes", text)
    return agrees or (wishes and plain.lead_of(text).value != plain.NO) or bool(
        answers.told_contact(message.text).value)


def opening(message: Message, offered: str | None) -> Message:
    """The message with which the form opens: a yes takes what was `offered`."""
    wishes = any(str(entry["label"]).startswith(_WISH) for entry in message.outcomes)
    if message.choice or wishes or offered is None:
        return message
    return replace(message, outcomes=(*message.outcomes, {"label": offered, "score": 1.0}))


def goes_back(screening: Screening, request: State, message: Message) -> bool:
    """Whether a message to this form goes on with the screening."""
    if message.choice:
        return str(message.choice.get("outcome")).startswith("screening:")
    text = plain_text(message.text)
    if common().whole("back_to_questions", text):
        return True
    if request.requested != CONSENT or split_questions(message.text)[1]:
        return False
    told = screening.requested in FACTS and read_fact(
        str(screening.requested), hear(message.text).said, asked=False).value
    return bool(told) or bool(common().whole("goes_on", text) and plain.lead_of(text).value != YES)
