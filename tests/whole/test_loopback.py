"""The bot's channel never answers with nothing, and never says the same thing twice over."""

import uuid

import httpx
import pytest


@pytest.fixture
def turn(system):
    def take(conversation, text="what is ldn", message=None, **more):
        body = {"conversation_id": conversation, "message_id": message or uuid.uuid4().hex, "text": text, **more}
        return httpx.post(f"{system.bot}/webhooks/loopback/turns", json=body, timeout=30)

    return take


def test_a_repeated_message_gets_what_was_said_before(turn):
    conversation, message = uuid.uuid4().hex, uuid.uuid4().hex
    first = turn(conversation, "does it help lupus", message)
    again = turn(conversation, "does it help lupus", message)
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()


def test_a_message_repeated_after_another_one_is_not_taken_for_the_forms_next_answer(turn):
    conversation, answer = uuid.uuid4().hex, uuid.uuid4().hex
    turn(conversation, "could LDN be right for me?", choice={"outcome": "screening"})
    turn(conversation, "yes")
    first = turn(conversation, "no", answer).json()
    turn(conversation, "is it safe?")
    assert turn(conversation, "no", answer).json() == first
    replies = turn(conversation, "not sure").json()["replies"]
    assert (replies[-1]["screening"]["opioid_use"], replies[-1]["screening"]["pregnant_or_breastfeeding"]) == ("no", "unsure")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"not json", "not JSON"),
        (b"[]", "the body is not an object"),
        (b'{"message_id": "m", "text": "x"}', "conversation_id is missing"),
        (b'{"conversation_id": "c", "message_id": 7, "text": "x"}', "message_id is missing"),
        (b'{"conversation_id": "c", "message_id": "m"}', "text is missing"),
        (b'{"conversation_id": "c", "message_id": "m", "text": "x", "choice": {"intent": "y"}}', "choice is not a payload"),
    ],
)
def test_a_malformed_turn_is_refused_by_name(system, body, says):
    answer = httpx.post(f"{system.bot}/webhooks/loopback/turns", content=body)
    assert answer.status_code == 400
    assert says in answer.json()["error"]


@pytest.mark.parametrize(
    "choice",
    [{"outcome": "answer:no_such_thing"}, {"outcome": "restart"}, {"outcome": "not_covered", "subject": "no_such_subject"}],
)
def test_a_choice_that_leads_nowhere_is_an_error_and_not_silence(turn, choice):
    answer = turn(uuid.uuid4().hex, "a button", choice=choice)
    assert answer.status_code == 503
    assert answer.json()["error"]


def test_after_a_failed_turn_the_conversation_goes_on(turn):
    conversation = uuid.uuid4().hex
    turn(conversation, "does it help lupus")
    assert turn(conversation, "a button", choice={"outcome": "answer:no_such_thing"}).status_code == 503
    replies = turn(conversation, "and for MS?").json()["replies"]
    assert replies[0]["condition"] == "multiple sclerosis"


def test_erasing_what_is_not_there_is_no_error(system):
    assert httpx.delete(f"{system.bot}/webhooks/loopback/conversations/{uuid.uuid4().hex}").status_code == 204


def test_ready_names_the_model(system):
    assert httpx.get(f"{system.bot}/webhooks/loopback/ready").json()["model_id"]
