"""What one message says and what it asks, apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.form.questions import split_questions
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
    """Takes a message apart; `repair` mends its spelling first."""
    written = normalise(text)
    mended = repair(written)
    said, asked = split_questions(mended)
    return Heard(mended, said, tuple(asked), written)
