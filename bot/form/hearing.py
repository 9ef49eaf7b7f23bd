"""What one message says and what it asks, apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.form.questions import split_questions
from bot.form.words import plain_text, words
from language.normalise import normalise


@dataclass(frozen=True)
class Message:
    """What the visitor sent: text, the payload of a pressed button, and the classifier's outcomes as data."""

    text: str
    choice: Mapping[str, Any] | None = None
    outcomes: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Heard:
    """A message taken apart: all of it, its statements, its questions, with mended spelling; and as it was written."""

    text: str
    said: str
    asked: tuple[str, ...] = field(default=())
    written: str = ""


def hear(text: str, repair: Callable[[str], str] = str) -> Heard:
    """Takes a message apart; `repair` mends its spelling first. A wish in the form of a question ("can you add lupus")
    says what is wished."""
    written = normalise(text)
    mended = repair(written)
    said, asked = split_questions(mended)
    wishes = [question for question in asked if words().whole("wish_of_the_form", plain_text(question))]
    return Heard(mended, " ".join([said, *wishes]).strip(), tuple(one for one in asked if one not in wishes), written)
