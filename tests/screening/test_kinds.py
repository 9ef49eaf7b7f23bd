"""What is an answer to the form and what is something else, in words that no list holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.form.hearing import Message
from bot.screening.answers import CONDITION_SLOT, CONSENT, ORDER
from bot.screening.form import open_form, step
from bot.screening.state import State

HERE = Path(__file__).parent
VALUES = ("yes", "no", "unsure", "declined")


def at(slot: str) -> State:
    """The form at a question, all before it answered."""
    before = ORDER[:ORDER.index(slot)]
    values = {name: "yes" if name == CONSENT else ["lupus"] if name == CONDITION_SLOT else "no" for name in before}
    return State(values, slot, last=before[-1] if before else None)


def said(text: str, *labels: str) -> Message:
    return Message(text, None, tuple({"label": label, "score": 0.9} for label in labels or ("not_covered",)))


@pytest.mark.parametrize(("name", "most_mistaken", "right_share"), [
    ("unread_form", 20, 0.9), ("unread_form_second", 16, 0.82), ("unread_form_third", 13, 0.87),
])
def test_messages_of_a_writer_apart_are_taken_for_what_they_are(name: str, most_mistaken: int, right_share: float) -> None:
    """420 and 600 messages after one of the questions. Of the first the rules alone took 56 for a value or an end that
    they were not, and read 165 of the 225 answers to the three plain questions right."""
    rows = [json.loads(line) for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    mistaken, answers, right = 0, 0, 0
    for row in rows:
        slot, expected = row["slot"], set(row["expect"] if isinstance(row["expect"], list) else [row["expect"]])
        state, turn = step(at(slot), said(row["text"]))
        value = state.values.get(slot)
        if slot == CONSENT and "elsewhere" in expected and turn.noted:
            continue  # what is told in its place gives it (docs/screening.md)
        if not expected & set(VALUES):
            mistaken += value is not None or (turn.kind == "cancelled" and not expected & {"cancel", "declined"})
        elif slot not in (CONSENT, CONDITION_SLOT, "confirm"):
            answers += 1
            right += value in expected
    assert mistaken <= most_mistaken
    assert right / answers >= right_share


@pytest.mark.parametrize("slot", ORDER[1:-1])
@pytest.mark.parametrize("text", ["i really have to go now, lets leave the whole thing", "ok im closing this, bye"])
def test_the_form_ends_in_the_visitors_own_words(slot: str, text: str) -> None:
    assert step(at(slot), said(text))[1].kind == "cancelled"


@pytest.mark.parametrize("text", ["ok", "Okay!", "sure", "yes pls", "go for it"])
def test_a_plain_yes_to_the_first_question_is_one(text: str) -> None:
    assert step(at(CONSENT), said(text))[0].values[CONSENT] == "yes"


@pytest.mark.parametrize("text", ["not sure tbh", "i dont know if i should", "hmm maybe", "unsure about this"])
def test_a_doubt_is_no_consent(text: str) -> None:
    state, _ = step(at(CONSENT), said(text, "suggest"))
    assert CONSENT not in state.values


def test_a_question_with_a_no_in_it_is_no_refusal() -> None:
    state, turn = step(at(CONSENT), said("cymbalta as well, ok or no", "not_covered"))
    assert state.requested == CONSENT
    assert [entry["label"] for entry in turn.answers] == ["not_covered"]


def test_what_was_said_before_said_again_is_no_failure_to_understand() -> None:
    state, turn = step(at("liver_disease"), said("not pregnant", "answer:pregnancy_breastfeeding"))
    assert (state.requested, state.misses, turn.kind, turn.answers) == ("liver_disease", 0, "ask", ())


def test_a_question_about_the_answer_gets_the_documents_line_on_it() -> None:
    before, _ = step(at("opioid_use"), said("suboxone"))
    _, turn = step(before, said("is that bad??", "answer:safety"))
    assert [entry["label"] for entry in turn.answers] == ["answer:opioids"]


def test_asked_for_somebody_else_the_answers_are_theirs() -> None:
    state, _ = open_form(State(), said("could my mum take ldn? she is 81", "screening"))
    for text, slot, value in (("yes", CONSENT, "yes"), ("she wears a fentanyl patch", "opioid_use", "yes")):
        state, _ = step(state, said(text))
        assert state.values[slot] == value


def test_how_long_ago_a_cough_was_is_no_pregnancy() -> None:
    state, _ = step(at("opioid_use"), said("codeine syrup, finished it like 5 weeks ago. nothing now"))
    assert "pregnant_or_breastfeeding" not in state.values


def test_a_fact_told_in_the_opening_is_not_answered_as_if_it_were_asked() -> None:
    _, turn = open_form(State(), said("would I be suitable? I'm not pregnant by the way",
                                      "screening", "answer:pregnancy_breastfeeding"))
    assert turn.answers == ()
    _, turn = open_form(State(), said("is it safe while pregnant, and could it be for me?",
                                      "answer:pregnancy_breastfeeding", "screening"))
    assert [entry["label"] for entry in turn.answers] == ["answer:pregnancy_breastfeeding"]


def test_a_relatives_medicine_in_a_question_about_oneself_makes_nobody_else_the_patient() -> None:
    state, _ = open_form(State(), said("would my dad's trouble with it matter, or is it right for me?", "screening"))
    state, _ = step(state, said("yes"))
    assert step(state, said("he takes oxycodone"))[0].values.get("opioid_use") is None
