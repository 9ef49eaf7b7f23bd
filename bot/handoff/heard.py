"""What a message to the form is: a field's answer, a question in between, talk, a wish for the other kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.form.consent import read_confirm
from bot.form.hearing import Message
from bot.form.plain import YES
from bot.form.questions import split_questions
from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff import answers
from bot.handoff.answers import Reading
from bot.handoff.state import BOOKING, CONTACT, EMAIL, NAME, TIMES, State
from bot.handoff.words import words
from bot.nlu.outcome import SCREENING

OPENS = {"handoff:booking": BOOKING, "handoff:email": EMAIL}
_SURE = 0.7
_SMALL_TALK = {f"smalltalk:{name}" for name in ("help", "bot", "thanks", "greet", "feedback", "bye")}


def opens(message: Message) -> str | None:
    """The kind of request that the classifier hears a wish for."""
    return next((OPENS[entry["label"]] for entry in message.outcomes if entry["label"] in OPENS), None)


def wanted_instead(state: State, text: str, message: Message) -> str | None:
    """The other kind of request, where it is asked for in so many words: "no, I'd rather book"."""
    kind = opens(message) or (BOOKING if words().in_("opens.booking", text) else None)
    return kind if kind not in (None, state.kind) and words().in_("switch", text) else None


def asides(message: Message) -> tuple[Mapping[str, Any], ...]:
    """What a message asks for or says beside the field, and gets its answer now."""
    asked = split_questions(message.text)[1]
    talk = is_small_talk(plain(message.text), message)
    return tuple(entry for entry in message.outcomes
                 if (is_content(entry) and (asked or entry.get("score", 0.0) >= _SURE))
                 or (talk and entry["label"] in _SMALL_TALK))


def wants_screening(message: Message) -> bool:
    """Whether the screening is asked for: "could you check first if it would suit me"."""
    if message.choice:
        return message.choice.get("outcome") == SCREENING
    text = plain(message.text)
    return common().whole("back_to_questions", text) or (
        any(entry["label"] == SCREENING and entry.get("score", 0.0) >= _SURE for entry in message.outcomes)
        and not common().starts("lead.yes", text))


def is_content(entry: Mapping[str, Any]) -> bool:
    """Whether an outcome is something to answer, not talk or a form's."""
    label = str(entry["label"])
    return label.startswith(("answer:", "not_covered")) or label in ("suggest", "out_of_scope", "screening")


def is_about_something(message: Message, labels: tuple[str, ...] = ("answer:", "not_covered", *OPENS)) -> bool:
    """Whether words in answer to the name are rather a question without its mark: "side effects of ldn"."""
    text = message.text.strip()
    if text != text.lower() or len(text.split()) < 2 or words().starts("name.lead", text):
        return False
    return any(entry["label"].startswith(labels) and entry.get("score", 0.0) >= _SURE for entry in message.outcomes)


def is_sure_of_content(message: Message) -> bool:
    """Whether the classifier surely hears something that the document answers, or is silent on."""
    return any(entry["label"].startswith(("answer:", "not_covered")) and entry.get("score", 0.0) >= _SURE
               for entry in message.outcomes)


def is_bare_yes(text: str) -> bool:
    """Whether the text is a yes and nothing else."""
    return any(common().whole(place, text) for place in ("lead.yes", "plain.yes", "consent.yes"))


def is_small_talk(text: str, message: Message) -> bool:
    """Talk by what the classifier says and, where it takes names and "idk" for talk, by the words too."""
    labels = {entry["label"] for entry in message.outcomes if entry["label"] in _SMALL_TALK}
    if labels <= {"smalltalk:greet"} and not words().whole("talk", text):
        return False
    if labels <= {"smalltalk:feedback"} and common().whole("plain.unsure", text):
        return False
    return len(text.split()) <= 8 and bool(labels)


def read_field(name: str, said: str, insisted: bool = False, text: str = "") -> Reading | None:
    """One answer to one field; None where it is none at all."""
    if name == NAME:
        is_no_name = (is_bare_yes(text) or common().whole("lead.no", text) or words().whole("send", text)
                      or common().whole("confirm.yes", text))
        return None if is_no_name else answers.name(said, insisted)
    if name == CONTACT:
        return answers.contact(said)
    if name == TIMES:
        if common().whole("plain.unsure", text) or words().whole("send", text):
            return Reading(skipped=True)
        if common().whole("plain.no", text) or common().whole("lead.no", text):
            return Reading(refused="times_empty")
        agrees = is_bare_yes(text) or (read_confirm(said) == YES and not answers.speaks_of_times(said))
        return None if agrees else answers.times(said)
    return answers.free_words(said)
