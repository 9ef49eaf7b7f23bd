"""References can be said and heard: a slip never names another request."""

from __future__ import annotations

import random

import pytest

from gateway.handoff import references
from gateway.handoff.references import ALPHABET, COUNT, ReferencesUsedUp, new_reference, read, written

SOME = random.Random(5).sample(range(COUNT), 300)


def test_a_reference_is_read_back_however_it_was_typed() -> None:
    reference = written(0)
    assert reference == "LDN-0000-00"
    for typed in ("ldn-oooo-oo", "LDN 0000 00", "000000", "ldn0000-00 "):
        assert read(typed) == reference


def test_one_wrong_character_never_fits() -> None:
    for number in SOME:
        plain = written(number).replace("-", "")[3:]
        for place in range(6):
            for other in ALPHABET.replace(plain[place], ""):
                assert read(plain[:place] + other + plain[place + 1 :]) is None


def test_two_neighbours_swapped_never_fit() -> None:
    for number in SOME:
        plain = written(number).replace("-", "")[3:]
        for place in (0, 1, 2, 4):
            swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
            assert swapped == plain or read(swapped) is None


@pytest.mark.parametrize(
    "text", ["", "LDN", "LDN-7K3F-9", "LDN-7K3F-9U", "\u0661\u0662\u0663\u0664\u0665\u0666", "LDN-7K3F-92-0"]
)
def test_what_is_no_reference_is_none(text: str) -> None:
    assert read(text) is None


def test_a_used_reference_is_drawn_again() -> None:
    drawn: list[str] = []
    assert new_reference(lambda one: not drawn.append(one) and len(drawn) < 3) == drawn[2]  # type: ignore[func-returns-value]
    with pytest.raises(ReferencesUsedUp):
        references.new_reference(lambda _: True)
