"""Messages that no classifier should see."""

from __future__ import annotations

import pytest

from bot.nlu.readable import EMPTY, NOT_ENGLISH, NOT_TEXT, unreadable


@pytest.mark.parametrize(
    ("message", "reason"),
    [("🙂🙂", EMPTY), ("12345", NOT_TEXT), ("hjkhjkhjkhjkhjk", NOT_TEXT), ("sdfkjhsdf wrtplkj", NOT_TEXT),
     ("Est-ce que vous avez un rendez-vous pour ma mère", NOT_ENGLISH), ("каковы побочные эффекты", NOT_ENGLISH)],
)
def test_what_cannot_be_read_is_named(message: str, reason: str) -> None:
    assert unreadable(message) == reason


@pytest.mark.parametrize("message", ["fine fine. gimme an appointment", "want stop, different med possible",
                                     "im pregnant", "hep c", "pot ok?", "telehealth?", "3.0?", "ur hours", "hi friend"])
def test_a_few_words_are_readable(message: str) -> None:
    assert unreadable(message) is None
