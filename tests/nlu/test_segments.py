"""Where the questions of a message begin and end."""

from __future__ import annotations

import pytest

from language.segments import questions


@pytest.mark.parametrize(
    ("message", "pieces"),
    [
        ("is it addictive and who prescribes it", ["is it addictive", "who prescribes it"]),
        ("what is ldn is it safe", ["what is ldn", "is it safe"]),
        ("which pharmacy do you use is it covered", ["which pharmacy do you use", "is it covered"]),
    ],
    ids=["joined", "run-on", "phrase with its own verb"],
)
def test_a_second_question_starts_a_piece(message: str, pieces: list[str]) -> None:
    assert questions(message) == pieces


@pytest.mark.parametrize(
    "message",
    ["how much do i take", "can we do that by phone", "is it safe with beer and wine", "i wonder if it is safe",
     "when i take it how long does it last", "that would not be wise would it"],
)
def test_one_question_stays_whole(message: str) -> None:
    assert questions(message) == [message]
