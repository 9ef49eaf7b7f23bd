"""Promise 4, with a stand-in for the safety part: the card comes before everything else."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from processes import Bot, Gateway, Visitor, outcomes, until

RED = "REDFLAG in my words"


@pytest.fixture(scope="module")
def careful_gateway(shared_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway with the stand-in safety part and tight limits for forwarded addresses."""
    gateway = Gateway(
        tmp_path_factory.mktemp("careful"),
        shared_bot,
        "gateway_with_safety.py",
        journal__busy_seconds=1,
        journal__card_seconds=1,
        limits__messages_per_address="2/hour",
        proxies__trusted=["127.0.0.1"],
    )
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(careful_gateway: Gateway, bot: Bot) -> Gateway:
    """The careful gateway, its bot answering."""
    return careful_gateway


def card_of(problem: httpx.Response) -> list[str]:
    """The outcomes of the card inside a problem document."""
    return [outcome for reply in problem.json()["replies"] for outcome in reply["outcomes"]]


def test_a_red_flag_gets_the_card_as_its_only_reply_and_is_recorded_without_the_bot(
    visitor: Visitor, bot: Bot
) -> None:
    asked = len(bot.texts())
    answer = visitor.say(RED)
    assert outcomes(answer) == ["crisis"]
    assert answer.json()["replies"][0]["buttons"][0]["href"] == "tel:988"
    assert len(bot.texts()) == asked
    assert visitor.lines() == [f"visitor: {RED}", "bot: Call or text 9-8-8 now. You are not alone."]
    assert visitor.read()[2]["replies"] == answer.json()["replies"]


def test_a_card_is_said_once_and_stored_once(visitor: Visitor) -> None:
    message_id = str(uuid.uuid4())
    assert visitor.say(RED, message_id).json() == visitor.say(RED, message_id).json()
    assert len(visitor.lines()) == 2


def test_a_second_card_of_a_conversation_is_worded_differently(visitor: Visitor) -> None:
    first = visitor.say(RED).json()["replies"][0]["text"]
    second = visitor.say(f"{RED} again").json()["replies"][0]["text"]
    assert second != first
    assert "9-8-8" in second


def test_a_question_about_it_gets_its_answer_with_a_line_under_it(visitor: Visitor) -> None:
    reply = visitor.say("someone ASKS about it").json()["replies"][-1]
    assert reply["outcomes"] != ["crisis"]
    assert reply["text"].endswith("You can call or text 9-8-8 at any time.")


def test_a_card_does_not_wait_for_a_bot_that_hangs(visitor: Visitor, bot: Bot) -> None:
    bot.behave("hold")
    with ThreadPoolExecutor(1) as tab:
        held = tab.submit(visitor.say, "an ordinary question")
        until(lambda: "an ordinary question" in bot.texts(), "the bot to be asked")
        assert outcomes(visitor.say(RED)) == ["crisis"]
        assert not held.done()
        bot.behave("answer")
        assert outcomes(held.result())[0] == "answer:how_it_works"


def test_a_red_flag_in_a_text_of_any_length_gets_the_card(visitor: Visitor) -> None:
    assert outcomes(visitor.say("x" * 5000 + RED)) == ["crisis"]


@pytest.mark.parametrize("header", [None, "Bearer forged"], ids=["no token", "forged token"])
def test_with_a_bad_token_the_card_comes_inside_the_problem(gateway: Gateway, header: str | None) -> None:
    headers = {"Authorization": header} if header else {}
    body = {"id": str(uuid.uuid4()), "text": RED}
    answer = gateway.http.post("/api/v1/messages", json=body, headers=headers)
    assert answer.status_code == 401
    assert card_of(answer) == ["crisis"]


def test_in_an_erased_conversation_the_card_comes_inside_the_problem(visitor: Visitor) -> None:
    visitor.erase()
    answer = visitor.say(RED)
    assert answer.status_code == 401
    assert card_of(answer) == ["crisis"]


@pytest.mark.parametrize(
    "body", [{"text": RED}, {"id": "7", "text": RED}, {"text": RED, "intent": "x", "id": 1}]
)
def test_with_wrong_fields_the_card_comes_inside_the_problem(
    visitor: Visitor, body: dict[str, object]
) -> None:
    answer = visitor.send(body)
    assert answer.status_code == 422
    assert card_of(answer) == ["crisis"]


def test_with_an_id_that_was_used_the_card_comes_inside_the_problem(visitor: Visitor) -> None:
    message_id = str(uuid.uuid4())
    visitor.say("hello", message_id)
    answer = visitor.say(RED, message_id)
    assert answer.status_code == 409
    assert card_of(answer) == ["crisis"]


def test_over_every_limit_a_red_flag_still_gets_its_card(visitor: Visitor) -> None:
    from_afar = {"X-Forwarded-For": "203.0.113.9"}
    until(lambda: visitor.say("hello", **from_afar).status_code == 429, "the limit to be reached")
    assert outcomes(visitor.say(RED, **from_afar)) == ["crisis"]
    assert visitor.lines()[-2] == f"visitor: {RED}"


def test_with_the_journal_down_the_card_is_shown_with_a_null_seq(gateway: Gateway, visitor: Visitor) -> None:
    with gateway.locked_journal():
        answer = visitor.say(RED)
        assert outcomes(answer) == ["crisis"]
        assert answer.json()["seq"] is None
        assert visitor.say("hello").status_code == 503


def test_with_the_bot_dead_a_card_is_shown(visitor: Visitor, bot: Bot) -> None:
    bot.behave("cut")
    assert outcomes(visitor.say(RED)) == ["crisis"]


def test_a_safety_part_that_breaks_does_not_silence_the_assistant_and_its_words_reach_no_log(
    gateway: Gateway, visitor: Visitor
) -> None:
    assert outcomes(visitor.say("BROKEN canary-6131"))[0] == "answer:how_it_works"
    assert "canary-6131" not in gateway.log.read_text()
    assert any(event["event"] == "safety.failed" for event in gateway.events())
