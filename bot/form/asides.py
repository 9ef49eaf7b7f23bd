"""What a message asks beside its answer to the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.form import plain
from bot.form.control import is_about_the_form
from bot.form.hearing import Heard, Message
from bot.form.words import plain_text, words

_SMALL_TALK = {f"smalltalk:{name}" for name in ("help", "bot", "thanks", "greet", "feedback")}
NO_ANSWERS = ("smalltalk:affirm", "smalltalk:deny", "unreadable")
_SHORT = 8


def asides(heard: Heard, message: Message, form: str) -> tuple[Mapping[str, Any], ...]:
    """The outcomes of what was asked in between. An answer alone has none, whatever the classifier made of it; `form`
    is the form's own outcome ("screening"), which would ask it anew."""
    if not asked_in(heard):
        if wants_a_person(message):
            return tuple(entry for entry in message.outcomes if entry["label"].startswith("handoff:"))
        return tuple(message.outcomes) if is_small_talk(message) else ()
    return tuple(entry for entry in message.outcomes
                 if not entry["label"].startswith(form) and entry["label"] not in NO_ANSWERS)


def asked_in(heard: Heard) -> list[str]:
    """The questions that are not about the form itself."""
    return [question for question in heard.asked if not is_about_the_form(plain_text(question))]


def wants_a_person(message: Message) -> bool:
    """Whether booking or a person is asked for in so many words."""
    return bool(words().in_("control.person", plain_text(message.text))) and any(
        entry["label"].startswith("handoff:") for entry in message.outcomes)


def is_small_talk(message: Message) -> bool:
    """Whether a short message is only polite, or asks what the bot is."""
    text = plain_text(message.text)
    return (len(text.split()) <= _SHORT and plain.read(text) is None
            and any(entry["label"] in _SMALL_TALK for entry in message.outcomes))


def is_unreadable(message: Message) -> bool:
    """Whether the classifier could read nothing: emoji, another language."""
    return any(entry["label"] == "unreadable" for entry in message.outcomes)
