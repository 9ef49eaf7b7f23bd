"""Where the questions of a message begin and end."""

from __future__ import annotations

import pytest

from language.segments import questions
from language.spans import MOST_SPANS, WHOLE, spans


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
    ("message", "pieces"),
    [
        ("pls tell me: (1) is there a generic (2) has it been studied. thx",
         ["pls tell me:", "is there a generic", "has it been studied.", "thx"]),
        ("1. how does it work 2. is it safe 3. price", ["how does it work", "is it safe", "price"]),
        ("a) dose? b) liver ok", ["dose?", "liver ok"]),
    ],
    ids=["in brackets", "with full stops", "letters"],
)
def test_a_numbered_list_is_cut_at_its_marks(message: str, pieces: list[str]) -> None:
    assert questions(message) == pieces


@pytest.mark.parametrize("message", ["is 1.5 mg or 2.5 mg usual", "does one take 2) or 3) a day"])
def test_numbers_and_letters_are_no_list_without_a_first_and_a_second(message: str) -> None:
    assert questions(message) == [message]


@pytest.mark.parametrize(
    "message",
    ["how much do i take", "can we do that by phone", "is it safe with beer and wine", "i wonder if it is safe",
     "when i take it how long does it last", "that would not be wise would it"],
)
def test_one_question_stays_whole(message: str) -> None:
    assert questions(message) == [message]


def test_the_members_of_a_list_are_parts_of_their_own_beside_the_whole() -> None:
    parts = spans("how much do i take, morning or night")
    assert parts[0].kind == WHOLE
    assert {"how much do i take", "morning", "night", "morning or night"} <= {part.text for part in parts}


def test_every_part_stands_where_it_says() -> None:
    message = "endo and trying for a baby.. does it help the first? and is it ok with the second"
    assert all(message[part.start:part.end] == part.text for part in spans(message))


def test_a_story_has_only_so_many_parts() -> None:
    assert len(spans(". ".join(f"on day {day} it hurt, and on day {day} it burned" for day in range(30)))) == MOST_SPANS
