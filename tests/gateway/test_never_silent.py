"""Promise 3: whatever the bot does, the visitor gets an honest answer and the message stays."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from processes import Bot, Gateway, StartGateway, Visitor, once_up, outcomes, until
from records import on_both_databases

BAD = ["error", "fail", "empty", "silent", "list", "garbage", "wordless", "endless", "script", "cut"]


@pytest.mark.parametrize("behaviour", BAD)
def test_a_bot_that_misbehaves_makes_unavailable_and_the_same_message_is_tried_again(
    visitor: Visitor, bot: Bot, behaviour: str
) -> None:
    message_id = str(uuid.uuid4())
    bot.behave(behaviour)
    failed = visitor.say("are you there?", message_id)
    assert outcomes(failed) == ["unavailable"]
    assert "info@bellowellness.ca" in failed.json()["replies"][0]["text"]
    assert visitor.lines() == ["visitor: are you there?"]
    assert failed.json()["seq"] == 2

    bot.behave("answer")
    assert outcomes(visitor.say("are you there?", message_id))[0] == "answer:how_it_works"
    assert visitor.lines() == ["visitor: are you there?", "bot: You said: are you there?"]


def test_a_dead_bot_makes_unavailable_and_a_restarted_one_answers_without_a_restart_of_the_gateway(
    own_bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    gateway = Gateway(tmp_path_factory.mktemp("var"), own_bot)
    gateway.start()
    try:
        visitor = gateway.visitor()
        assert outcomes(visitor.say("first"))[0] == "answer:how_it_works"
        message_id = str(uuid.uuid4())
        own_bot.behave("die")
        assert outcomes(visitor.say("second", message_id)) == ["unavailable"]
        assert outcomes(visitor.say("second", message_id)) == ["unavailable"]
        assert gateway.http.get("/readyz").status_code == 503

        own_bot.start()
        assert outcomes(visitor.say("second", message_id))[0] == "answer:how_it_works"
        until(lambda: gateway.http.get("/readyz").status_code == 200, "the gateway to be ready again")
    finally:
        gateway.end()


def test_a_gateway_starts_without_its_bot_and_says_that_it_is_not_ready(
    own_bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> None:
    own_bot.kill()
    gateway = Gateway(tmp_path_factory.mktemp("var"), own_bot)
    gateway.start()
    try:
        assert outcomes(gateway.visitor().say("hello")) == ["unavailable"]
        answer = gateway.http.get("/readyz")
        assert (answer.status_code, answer.json()["journal"], answer.json()["bot"]) == (
            503,
            "ok",
            "unreachable",
        )
        assert gateway.http.get("/healthz").status_code == 200
    finally:
        gateway.end()


@on_both_databases
def test_a_late_answer_is_journaled_when_it_comes_and_the_same_message_gets_it(
    start_gateway: StartGateway, bot: Bot
) -> None:
    visitor = start_gateway(bot__answer_seconds=2).visitor()
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    told_to_wait = visitor.say("take your time", message_id)
    assert outcomes(told_to_wait) == ["unavailable"]
    assert visitor.lines() == ["visitor: take your time"]

    bot.behave("answer")
    seq = told_to_wait.json()["seq"]
    late = until(lambda: visitor.read(seq), "the late answer to show")
    assert [message["role"] for message in late] == ["bot"]
    again = visitor.say("take your time", message_id).json()
    assert (again["seq"], again["replies"]) == (late[0]["seq"], late[0]["replies"])
    assert bot.told()["runs"][message_id] == 1


def test_a_retry_while_the_bot_is_still_at_it_joins_the_turn_instead_of_asking_again(
    start_gateway: StartGateway, bot: Bot
) -> None:
    visitor = start_gateway(bot__answer_seconds=2).visitor()
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    assert outcomes(visitor.say("join me", message_id)) == ["unavailable"]
    with ThreadPoolExecutor(1) as page:
        retry = page.submit(visitor.say, "join me", message_id)
        bot.behave("answer")
    assert outcomes(retry.result())[0] == "answer:how_it_works"
    assert bot.texts().count("join me") == 1


def test_a_message_behind_a_late_one_waits_its_turn_and_is_on_disk_meanwhile(
    start_gateway: StartGateway, bot: Bot
) -> None:
    visitor = start_gateway(bot__answer_seconds=2).visitor()
    bot.behave("hold")
    with ThreadPoolExecutor(2) as tabs:
        first = tabs.submit(visitor.say, "slow one")
        until(lambda: "slow one" in bot.texts(), "the bot to be asked")
        second = tabs.submit(visitor.say, "next one")
    assert outcomes(first.result()) == outcomes(second.result()) == ["unavailable"]
    assert "next one" not in bot.texts()
    assert visitor.lines() == ["visitor: slow one", "visitor: next one"]

    bot.behave("answer")
    until(lambda: len(visitor.lines()) == 4, "both answers to show")
    assert visitor.lines()[2:] == ["bot: You said: slow one", "bot: You said: next one"]


@on_both_databases
def test_an_answer_that_cannot_be_journaled_is_not_shown_and_comes_when_it_can(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway(journal__busy_seconds=1)
    visitor = gateway.visitor()
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    with ThreadPoolExecutor(1) as page:
        sent = page.submit(visitor.say, "write this down", message_id)
        until(lambda: "write this down" in bot.texts(), "the bot to be asked")
        with gateway.locked_journal():
            bot.behave("answer")
            assert outcomes(sent.result()) == ["unavailable"]
    assert outcomes(once_up(lambda: visitor.say("write this down", message_id)))[0] == "answer:how_it_works"
    assert bot.told()["runs"][message_id] == 1


@on_both_databases
def test_where_nothing_can_be_recorded_the_visitor_is_told_so_and_nothing_was_asked(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway(journal__busy_seconds=1)
    visitor = gateway.visitor()
    message_id = str(uuid.uuid4())
    with gateway.locked_journal():
        refused = visitor.say("nobody writes this", message_id)
        assert refused.status_code == 503
        assert gateway.http.post("/api/v1/sessions", json={}).status_code == 503
        until(lambda: gateway.http.get("/readyz").json()["journal"] == "down", "the journal to be seen down")
    assert "nobody writes this" not in bot.texts()
    assert outcomes(once_up(lambda: visitor.say("nobody writes this", message_id)))[0] == "answer:how_it_works"


@on_both_databases
def test_a_gateway_starts_with_its_journal_down_and_heals_when_it_is_back(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway(journal__busy_seconds=1, journal__dead_seconds=1)
    visitor, unsaved = gateway.visitor(), gateway.visitor(save=False)
    gateway.kill()
    with gateway.locked_journal():
        gateway.start()
        assert visitor.say("hello").status_code == 503
        assert gateway.http.get("/readyz").json()["journal"] == "down"
    assert outcomes(once_up(lambda: visitor.say("hello")))[0] == "answer:how_it_works"
    until(lambda: unsaved.say("hello").status_code == 401, "the unsaved chat to be erased all the same")


def test_a_journal_file_that_is_deleted_under_way_is_noticed_and_made_anew(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway()
    visitor = gateway.visitor()
    for file in gateway.folder.glob("journal.sqlite3*"):
        file.unlink()
    assert visitor.say("where am I?").status_code == 401
    assert outcomes(gateway.visitor().say("hello"))[0] == "answer:how_it_works"
    assert gateway.rows("SELECT count(*) FROM conversations") == [(1,)]


def test_every_conversation_may_have_only_so_many_messages_waiting(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway(limits__waiting_per_conversation=3)
    visitor, bystander = gateway.visitor(), gateway.visitor()
    bot.behave("hold")
    with ThreadPoolExecutor(3) as tabs:
        held = [tabs.submit(visitor.say, f"held {number}") for number in range(3)]
        until(lambda: any(text.startswith("held") for text in bot.texts()), "the bot to be asked")
        until(lambda: visitor.say("one more").status_code == 429, "the line to be full")
        bot.behave("answer")
        assert {answer.result().status_code for answer in held} == {200}
    assert outcomes(bystander.say("hello"))[0] == "answer:how_it_works"
