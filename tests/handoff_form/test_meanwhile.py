"""When a request is written down in the middle of the screening, and what leads back to its question."""

from __future__ import annotations

import pytest

from bot.form.hearing import Message
from bot.handoff.meanwhile import begins, goes_back, offered_in, opening
from bot.handoff.state import State as Request
from bot.screening.state import State as Screening

BOOKING = "handoff:booking"
AT_LIVER = Screening({"consent": "yes", "opioid_use": "no", "pregnant_or_breastfeeding": "no"}, "liver_disease")


def said(text: str, *labels: str, choice: dict[str, str] | None = None) -> Message:
    return Message(text, choice, tuple({"label": label, "score": 0.9} for label in labels))


def test_a_wish_that_was_answered_is_an_offer():
    assert offered_in({"answers": [{"label": "answer:safety"}, {"label": BOOKING}]}) == BOOKING
    assert not offered_in({"answers": [{"label": "answer:safety"}]})
    assert not offered_in(None)


@pytest.mark.parametrize("text", ["yes", "Yes please", "kay@example.com", "ok write it down", "can you write it down then"])
def test_the_offer_is_taken(text: str):
    assert begins(AT_LIVER, said(text, "smalltalk:affirm"), offered=BOOKING)


def test_a_yes_asks_for_what_was_offered():
    assert opening(said("yes", "smalltalk:affirm"), BOOKING).outcomes[-1]["label"] == BOOKING
    assert [one["label"] for one in opening(said("call me", "handoff:email"), BOOKING).outcomes] == ["handoff:email"]


def test_who_would_rather_finish_the_questions_takes_no_offer():
    assert not begins(AT_LIVER, said("hm no, leave it. I'd sooner finish your questions first", BOOKING), offered=BOOKING)


def test_the_same_wish_again_takes_it_too():
    assert begins(AT_LIVER, said("just book me in", "handoff:booking"), offered=BOOKING)
    assert not begins(AT_LIVER, said("just book me in", "handoff:booking"), offered=None)


@pytest.mark.parametrize("text", ["yes", "kay@example.com"])
def test_without_an_offer_nothing_begins(text: str):
    assert not begins(AT_LIVER, said(text), offered=None)


@pytest.mark.parametrize("slot", ["consent", "confirm"])
def test_a_yes_to_the_consent_or_the_summary_is_theirs(slot: str):
    assert not begins(Screening({}, slot), said("yes"), offered=BOOKING)


@pytest.mark.parametrize("text", ["no", "no liver trouble", "yes, hep c", "is it safe?"])
def test_an_answer_or_a_question_after_the_offer_is_no_request(text: str):
    assert not begins(AT_LIVER, said(text, "answer:liver_disease"), offered=BOOKING)


def test_the_button_under_the_answer_begins():
    assert begins(AT_LIVER, said("Write my request down", choice={"outcome": "handoff:booking"}), offered=None)


@pytest.mark.parametrize("text", ["let's finish the questions", "no no it's ok, we first finish the questions",
                                  "ok carry on with the questions", "no liver trouble", "continue"])
def test_while_nothing_was_agreed_to_the_screening_goes_on(text: str):
    assert goes_back(AT_LIVER, Request(requested="consent"), said(text))


@pytest.mark.parametrize("text", ["yes", "no", "i don't want to go back to the questions", "is that private?", "why", "Kay", "does it hurt the liver?"])
def test_what_is_said_to_the_request_stays_with_it(text: str):
    assert not goes_back(AT_LIVER, Request(requested="consent"), said(text))


@pytest.mark.parametrize("text", ["hepatitis clinic, Kay", "my liver is fine"])
def test_once_agreed_to_the_words_are_the_requests(text: str):
    assert not goes_back(AT_LIVER, Request(values={"consent": True}, requested="note"), said(text))


def test_a_button_of_the_screening_leads_back():
    assert goes_back(AT_LIVER, Request(requested="name"), said("No", choice={"outcome": "screening:answer"}))


@pytest.mark.parametrize("text", ["i'll finish the questions later", "how do i go back to the questions"])
def test_the_questions_put_off_or_asked_about_lead_nowhere(text: str):
    assert not goes_back(AT_LIVER, Request(requested="name"), said(text))


@pytest.mark.parametrize("text", ["actually no don't book yet, finish the questions first", "not yet, later maybe"])
def test_who_puts_the_request_off_has_none_written_down(text: str):
    assert not begins(AT_LIVER, said(text, BOOKING), offered=BOOKING)
