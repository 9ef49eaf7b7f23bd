"""The question that the bot could not answer: what a request to the clinic is filled with beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.form.words import plain_text
from bot.handoff.words import words

Said = tuple[str, Sequence[Mapping[str, Any]]]
"""A message and what it came to."""


def question_for_the_clinic(turns: Sequence[Said], remembered: str | None) -> str | None:
    """The last question of the conversation that was not covered, or for which none of what was offered was meant.

    `turns` are the last ones, the newest last; `remembered` is the last question not covered before them.
    """
    for place in reversed(range(len(turns))):
        text, outcomes = turns[place]
        labels = [outcome["label"] for outcome in outcomes]
        if "not_covered" in labels and not words().whole("no_question", plain_text(text)):
            return text
        if "none_of_these" in labels and place:
            return turns[place - 1][0]
    return remembered
