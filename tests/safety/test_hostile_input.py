"""No text makes the screen fail or work without bound."""

from __future__ import annotations

import random

import pytest

from gateway.safety import Screen

RANDOM = random.Random(3)
TEXTS = {
    "one letter": "a" * 1000,
    "one long word": "ab" * 8000,
    "single letters": "k i l l " * 130,
    "pairs": "aabbccdd" * 125,
    "masks": "k*l* " * 200,
    "digits": "1.1" * 340,
    "leet": "5u1c1d3" * 140,
    "breaks": ". ! ? " * 170,
    "phrase starts": "want to " * 125,
    "gap words": "chest x x " * 100,
    "negations": "not " * 250 + "die",
    "controls": "".join(chr(n) for n in range(1, 400)) * 3,
    "surrogates": "\ud800want to die\udfff" * 30,
    "combining": "i want to die" + "\u0301" * 900,
    "right to left": "\u202e" * 500 + "want to die",
    "random": "".join(RANDOM.choice("abcdefgh ik1!$.*'\u0430\u200b") for _ in range(1000)),
    "null": "\x00" * 1000,
    "a body full": "my chest and the pills and I want to not " * 390,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_no_text_makes_the_screen_fail(screen: Screen, text: str) -> None:
    found = screen.screen(text)

    assert found is None or len(found) == 1
    assert screen.classifier_state == "ok"


@pytest.mark.parametrize("text", [TEXTS["phrase starts"], TEXTS["gap words"], TEXTS["negations"], TEXTS["random"]])
def test_twice_the_text_is_at_most_a_few_times_the_places_looked_at(rules: Screen, text: str) -> None:
    def places(words: str) -> int:
        reading = rules.book.reading(rules.readings(words)[0])
        return sum(len(reading.places(phrase)) for rule in rules.book.rules for group in rule.groups for phrase in group)

    assert places(text + " " + text) <= 3 * places(text) + 10


def test_a_flag_at_the_very_end_of_a_long_text_is_found(rules: Screen) -> None:
    assert rules.screen("the garden is lovely this week. " * 400 + "I want to kill myself")


def test_an_unlucky_word_does_not_multiply_the_readings(rules: Screen) -> None:
    assert len(rules.readings("aabbccddeeffgg " * 60)) <= 3

