"""Promise 1 and 2 in one process: said once, stored once, in order."""

from __future__ import annotations

import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from processes import Bot, Gateway, Visitor, outcomes, until
from records import on_both_databases


def test_a_message_gets_one_reply_for_each_thing_asked(visitor: Visitor) -> None:
    answer = visitor.say("how does it work and is it safe with synthroid?").json()
    assert [reply["outcomes"] for reply in answer["replies"]] == [["answer:how_it_works"], ["not_covered"]]
    assert answer["replies"][0]["sources"][0]["section"] == "how-does-ldn-work"
    assert answer["replies"][1]["subject"] == "other_medicine"


def test_the_transcript_holds_the_greeting_the_message_and_its_answer_in_order(visitor: Visitor) -> None:
    sent = visitor.say("hello").json()
    greeting, asked, answered = visitor.read()
    assert greeting["replies"] == visitor.session["greeting"]
    assert (asked["role"], asked["text"], asked["replies"]) == ("visitor", "hello", [])
    assert (answered["role"], answered["replies"]) == ("bot", sent["replies"])
    assert asked["id"] == answered["id"] == sent["id"]
    assert [greeting["seq"], asked["seq"], answered["seq"]] == [1, 2, 3]
    assert answered["seq"] == sent["seq"]


def test_reading_on_from_a_seq_gives_what_came_after_it(visitor: Visitor) -> None:
    first = visitor.say("one").json()
    visitor.say("two")
    assert [message["text"].splitlines()[0] for message in visitor.read(first["seq"])] == [
        "two",
        "You said: two",
    ]
    assert visitor.read(first["seq"] + 2) == []


@on_both_databases
def test_the_same_message_again_gets_the_same_replies_and_nothing_happens_twice(
    visitor: Visitor, bot: Bot
) -> None:
    message_id = str(uuid.uuid4())
    first = visitor.say("again", message_id).json()
    second = visitor.say("again", message_id.upper()).json()
    assert second == first
    assert visitor.lines() == ["visitor: again", "bot: You said: again"]
    assert bot.told()["runs"][message_id] == 1


@on_both_databases
def test_the_same_id_with_other_words_is_refused_and_changes_nothing(visitor: Visitor) -> None:
    message_id = str(uuid.uuid4())
    visitor.say("one thing", message_id)
    assert visitor.say("another thing", message_id).status_code == 409
    button = visitor.session["greeting"][0]["buttons"][0]["id"]
    assert visitor.press(button, message_id).status_code == 409
    assert visitor.lines() == ["visitor: one thing", "bot: You said: one thing"]


def test_the_same_message_twice_at_once_waits_for_the_first_and_is_asked_once(
    gateway: Gateway, visitor: Visitor, bot: Bot
) -> None:
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    with ThreadPoolExecutor(3) as tabs:
        sent = [tabs.submit(visitor.say, "twice", message_id) for _ in range(2)]
        until(lambda: "twice" in bot.texts(), "the bot to be asked")
        other = tabs.submit(visitor.say, "other words", message_id)
        assert other.result().status_code == 409
        bot.behave("answer")
    assert sent[0].result().json() == sent[1].result().json()
    assert bot.texts().count("twice") == 1


@on_both_databases
def test_messages_of_two_tabs_are_handled_one_after_another(visitor: Visitor, bot: Bot) -> None:
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda number: visitor.say(f"tab message {number}"), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    lines = visitor.lines()
    assert len(lines) == 48
    for asked, answered in zip(lines[::2], lines[1::2], strict=True):
        assert answered == asked.replace("visitor: ", "bot: You said: ")
    assert bot.told()["most_at_once_in_one"] == 1


def test_a_pressed_button_reaches_the_bot_with_its_payload_and_stands_in_the_transcript_by_its_title(
    visitor: Visitor, bot: Bot
) -> None:
    button = visitor.session["greeting"][0]["buttons"][0]
    assert outcomes(visitor.press(button["id"]))
    asked = bot.told()["asked"][-1]
    assert (asked["text"], asked["choice"]) == ("What is LDN?", {"outcome": "answer:what_is_ldn"})
    assert visitor.lines()[0] == "visitor: What is LDN?"


@on_both_databases
def test_a_button_of_an_answer_can_be_pressed_and_pressed_again(visitor: Visitor, bot: Bot) -> None:
    button = visitor.say("hello").json()["replies"][0]["buttons"][0]
    message_id = str(uuid.uuid4())
    first = visitor.press(button["id"], message_id)
    assert bot.told()["asked"][-1]["choice"] == {"outcome": "answer:safety"}
    assert visitor.press(button["id"], message_id).json() == first.json()
    assert visitor.press(button["id"]).json()["seq"] > first.json()["seq"]


def test_a_button_of_another_conversation_is_unknown_and_nothing_is_stored(
    gateway: Gateway, visitor: Visitor
) -> None:
    button = gateway.visitor().session["greeting"][0]["buttons"][0]["id"]
    assert visitor.press(button).status_code == 404
    assert visitor.press("no-such-button").status_code == 404
    assert visitor.lines() == []


def test_what_the_bot_keeps_to_itself_does_not_reach_the_visitor(visitor: Visitor) -> None:
    answer = visitor.say("hello").text
    assert "payload" not in answer
    assert "understood" not in answer


@pytest.mark.parametrize("text", ["/goodbye", "  /goodbye", "//goodbye", "\u200b/goodbye"])
def test_a_leading_slash_reaches_the_journal_but_not_the_bot(visitor: Visitor, bot: Bot, text: str) -> None:
    visitor.say(text)
    assert bot.texts()[-1] == "goodbye"
    assert visitor.read()[1]["text"] == text


@pytest.mark.parametrize("text", ["", "   ", "///", "\n\t"], ids=["nothing", "spaces", "slashes", "breaks"])
def test_a_text_without_a_word_gets_a_polite_unreadable_without_the_bot(
    visitor: Visitor, bot: Bot, text: str
) -> None:
    asked = len(bot.texts())
    assert outcomes(visitor.say(text)) == ["unreadable"]
    assert len(bot.texts()) == asked


def test_a_text_over_a_thousand_characters_gets_unreadable_without_the_bot_and_is_recorded(
    visitor: Visitor, bot: Bot
) -> None:
    asked = len(bot.texts())
    assert outcomes(visitor.say("x" * 1001)) == ["unreadable"]
    assert len(bot.texts()) == asked
    assert visitor.read()[1]["text"] == "x" * 1001
    assert outcomes(visitor.say("x" * 1000))[0] == "answer:how_it_works"


@pytest.mark.parametrize(
    "text",
    [
        "ça va? 日本語 🙂",
        "a\u0000b",
        "\ud800 half a character",
        "'; DROP TABLE messages; --",
        "<script>alert(1)</script>",
    ],
    ids=["unicode", "zero byte", "half a character", "sql", "html"],
)
@on_both_databases
def test_any_text_is_answered_and_kept_as_text(visitor: Visitor, text: str) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), "text": text})
    headers = {**visitor.headers, "Content-Type": "application/json"}
    answer = visitor.gateway.http.post("/api/v1/messages", content=body, headers=headers)
    assert outcomes(answer)
    assert visitor.read()[1]["text"] == text.replace("\x00", "\ufffd").replace("\ud800", "\ufffd")


@on_both_databases
def test_a_long_transcript_comes_in_parts_that_join_without_a_gap(visitor: Visitor) -> None:
    with ThreadPoolExecutor(8) as tabs:
        list(tabs.map(lambda number: visitor.say(f"{number}"), range(270)))
    first = visitor.read()
    rest = visitor.read(first[-1]["seq"])
    assert [message["seq"] for message in first + rest] == list(range(1, 542))
