"""What the turns before make of a message."""

from __future__ import annotations

from typing import cast

from bot.nlu.context import Context
from bot.nlu.outcome import Outcome
from bot.nlu.understanding import Understanding

NOBODY = cast(Understanding, None)
COST, DOSE = Outcome("answer:cost"), Outcome("answer:dose_range")


def resolved(context: Context, text: str, outcome: Outcome) -> Outcome:
    only, = context.resolve(text, [outcome], NOBODY)
    return only


def test_why_goes_to_what_stands_behind_the_last_answer() -> None:
    assert resolved(Context(last=DOSE, why="answer:why_low_dose"), "why?", COST).label == "answer:why_low_dose"


def test_how_much_then_means_the_dose_unless_money_was_the_topic() -> None:
    assert resolved(Context(last=Outcome("answer:what_is_ldn")), "how much then", COST).label == "answer:dose_range"
    assert resolved(Context(last=COST), "how much then", COST).label == "answer:cost"


def test_an_acknowledgement_is_no_yes_to_what_was_offered() -> None:
    context = Context(last=DOSE, has_more=True, offered=(COST,))
    for said in ("cool cool", "Hm.", "ok got it"):
        assert resolved(context, said, Outcome("smalltalk:affirm")).label == "smalltalk:affirm"
        assert resolved(context, said, COST).label == "smalltalk:affirm"
    assert resolved(context, "yes please", Outcome("smalltalk:affirm")).more


def test_the_second_one_takes_the_second_button() -> None:
    context = Context(last=Outcome("suggest", options=(COST, DOSE)), offered=(COST, DOSE))
    assert resolved(context, "the second one", Outcome("out_of_scope")) == DOSE


def test_and_me_starts_the_check() -> None:
    last = Outcome("not_covered", subject="older_age")
    assert resolved(Context(last=last), "ok and me?", Outcome("suggest")).label == "screening"


def test_a_doubtful_reading_stays_with_the_topic() -> None:
    liver = Outcome("answer:liver_disease")
    unsure = Outcome("suggest", 0.3, options=(COST, liver))
    assert resolved(Context(last=liver), "hers is mild", unsure).label == "answer:liver_disease"


def test_without_a_turn_before_nothing_changes() -> None:
    assert resolved(Context(), "how much then", COST) == COST
