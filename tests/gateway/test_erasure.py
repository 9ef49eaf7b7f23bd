"""Promise 6, retention, and `save: false`: what is erased is in no file any more."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

from processes import Bot, Gateway, StartGateway, Visitor, once_up, outcomes, until
from records import on_both_databases

EVERYTHING = ("conversations", "messages", "replies", "choices", "feedback")


def fill(visitor: Visitor, word: str) -> None:
    """Leaves the word in every table that a visitor's words reach."""
    for number in range(30):
        answer = visitor.say(f"{word} {number} " + "padding " * 40).json()
    visitor.press(answer["replies"][0]["buttons"][0]["id"])
    visitor.think(answer["replies"][0]["id"], False, f"{word} in a comment")


def rows_of(gateway: Gateway, conversation_id: str) -> int:
    """How many rows of any table belong to a conversation."""
    return sum(
        gateway.rows(
            f"SELECT count(*) FROM {table} "
            f"WHERE {'id' if table == 'conversations' else 'conversation_id'} = '{conversation_id}'"
        )[0][0]
        for table in EVERYTHING
    )


@on_both_databases
def test_an_erased_conversation_is_in_no_table_and_no_file_and_the_bot_forgets_it(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway()
    stays, goes = gateway.visitor(), gateway.visitor()
    word = f"canary-{uuid.uuid4()}"
    stays.say("what is ldn")
    fill(goes, word)
    assert word.encode() in gateway.bytes_on_disk()

    assert goes.erase().status_code == 204
    assert word.encode() not in gateway.bytes_on_disk()
    assert rows_of(gateway, goes.conversation_id) == 0
    assert goes.conversation_id in bot.told()["erased"]
    assert stays.lines() == ["visitor: what is ldn", "bot: You said: what is ldn"]


def test_after_an_erasure_the_token_opens_nothing(visitor: Visitor) -> None:
    visitor.say("hello")
    assert visitor.erase().status_code == 204
    assert visitor.erase().status_code == 401
    assert visitor.say("hello").status_code == 401
    assert visitor.think("any", True).status_code == 401
    assert visitor.gateway.http.get("/api/v1/messages", headers=visitor.headers).status_code == 401


def test_a_bot_that_cannot_be_reached_is_asked_again_until_it_has_erased(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway(retention__sweep_seconds=0.2)
    visitor = gateway.visitor()
    visitor.say("hello")
    bot.behave("error")
    assert visitor.erase().status_code == 204
    assert visitor.conversation_id not in bot.told()["erased"]
    bot.behave("answer")
    gateway.restart()
    until(lambda: visitor.conversation_id in bot.told()["erased"], "the bot to be asked again")
    until(lambda: gateway.rows("SELECT next_try_at FROM tombstones") == [(None,)], "it to be noted")
    assert len([one for one in bot.told()["erased"] if one == visitor.conversation_id]) == 1


@on_both_databases
def test_a_turn_that_ends_after_the_erasure_is_not_journaled_and_the_bot_erases_once_more(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway(retention__sweep_seconds=0.2)
    visitor = gateway.visitor()
    bot.behave("hold")
    with ThreadPoolExecutor(1) as page:
        sent = page.submit(visitor.say, "too-late-to-keep")
        until(lambda: "too-late-to-keep" in bot.texts(), "the bot to be asked")
        assert visitor.erase().status_code == 204
        bot.behave("answer")
        assert sent.result().status_code == 401
    until(lambda: bot.told()["erased"].count(visitor.conversation_id) == 2, "the bot to be asked once more")
    assert b"too-late-to-keep" not in gateway.bytes_on_disk()


@on_both_databases
def test_where_the_journal_is_down_an_erasure_is_not_promised(start_gateway: StartGateway) -> None:
    gateway = start_gateway(journal__busy_seconds=1)
    visitor = gateway.visitor()
    with gateway.locked_journal():
        assert visitor.erase().status_code == 503
    assert once_up(visitor.erase).status_code == 204


@on_both_databases
def test_an_unsaved_conversation_is_erased_when_its_session_is_idle_for_too_long(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway(sessions__idle_minutes=6 / 60, retention__sweep_seconds=0.2)
    saved, unsaved = gateway.visitor(), gateway.visitor(save=False)
    saved.say("kept-words")
    unsaved.say("passing-words")
    assert b"passing-words" in gateway.bytes_on_disk()
    until(lambda: b"passing-words" not in gateway.bytes_on_disk(), "the unsaved words to go")
    until(lambda: unsaved.conversation_id in bot.told()["erased"], "the bot to forget them")
    assert b"kept-words" in gateway.bytes_on_disk()


def test_a_visitor_who_goes_on_without_saving_leaves_nothing_of_what_was_said_before_either(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway()
    visitor = gateway.visitor()
    visitor.say("said-while-saving")
    visitor.say("without saving, please")
    visitor.say("request a call")
    assert gateway.rows("SELECT keep FROM conversations") == [("unsaved",)]
    gateway.restart()
    until(lambda: b"said-while-saving" not in gateway.bytes_on_disk(), "the words to go")
    assert rows_of(gateway, visitor.conversation_id) == 0


@on_both_databases
def test_each_class_of_conversation_is_erased_when_its_time_of_keeping_is_over(
    start_gateway: StartGateway,
) -> None:
    day = 86_400
    gateway = start_gateway(retention__chat_days=2 / day, retention__sweep_seconds=0.2)
    chat, request = gateway.visitor(), gateway.visitor()
    chat.say("plain-chat-words")
    assert "handoff:requested" in outcomes(request.say("request a call, please"))
    until(lambda: b"plain-chat-words" not in gateway.bytes_on_disk(), "the chat to be erased")
    assert rows_of(gateway, chat.conversation_id) == 0
    assert request.lines()[0] == "visitor: request a call, please"
    assert gateway.rows("SELECT reason FROM tombstones") == [("retention",)]


def test_long_done_tombstones_are_forgotten(start_gateway: StartGateway) -> None:
    gateway = start_gateway(retention__tombstone_days=1 / 86_400, retention__sweep_seconds=0.2)
    visitor = gateway.visitor()
    assert visitor.erase().status_code == 204
    until(lambda: gateway.rows("SELECT count(*) FROM tombstones") == [(0,)], "the tombstone to go")
