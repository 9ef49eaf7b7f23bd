"""Promises 1 and 2 where two gateway processes share one journal."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from processes import Bot, Gateway, Visitor, outcomes, until


@dataclass
class Pair:
    """Two gateways on one journal."""

    one: Gateway
    two: Gateway

    def visitors(self) -> tuple[Visitor, Visitor]:
        """One conversation, reached through either of them."""
        first = self.one.visitor()
        second = self.two.visitor()
        second.headers = first.headers
        return first, second


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def shared_pair(
    request: pytest.FixtureRequest, shared_bot: Bot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    """Two gateways that were started on an empty journal at the same moment."""
    folder = tmp_path_factory.mktemp("pair")
    settings: dict[str, object] = {"journal__dead_seconds": 5}
    if request.param == "postgresql":
        settings["journal__url"] = request.getfixturevalue("postgresql").new_database()
    pair = Pair(*(Gateway(folder, shared_bot, None, False, **settings) for _ in range(2)))
    with ThreadPoolExecutor(2) as starting:
        list(starting.map(Gateway.start, (pair.one, pair.two)))
    yield pair
    pair.one.end()
    pair.two.end()


@pytest.fixture
def pair(shared_pair: Pair, bot: Bot) -> Pair:
    """The two gateways, their bot answering."""
    return shared_pair


def test_messages_through_two_gateways_are_handled_one_after_another(pair: Pair, bot: Bot) -> None:
    here, there = pair.visitors()
    with ThreadPoolExecutor(8) as tabs:
        answers = list(tabs.map(lambda n: (here if n % 2 else there).say(f"across {n}"), range(30)))
    assert {answer.status_code for answer in answers} == {200}
    assert all("unavailable" not in outcomes(answer) for answer in answers)
    lines = here.lines()
    assert lines == there.lines()
    assert len(lines) == 60
    for asked, answered in zip(lines[::2], lines[1::2], strict=True):
        assert answered == asked.replace("visitor: ", "bot: You said: ")
    assert bot.told()["most_at_once_in_one"] == 1


def test_the_same_message_through_both_at_once_is_asked_once_and_gets_the_same_replies(
    pair: Pair, bot: Bot
) -> None:
    here, there = pair.visitors()
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    with ThreadPoolExecutor(2) as tabs:
        first = tabs.submit(here.say, "both doors", message_id)
        until(lambda: "both doors" in bot.texts(), "the bot to be asked")
        second = tabs.submit(there.say, "both doors", message_id)
        until(lambda: not second.done(), "the second to wait")
        bot.behave("answer")
    assert first.result().json() == second.result().json()
    assert bot.texts().count("both doors") == 1


def test_the_same_id_with_other_words_is_refused_at_the_other_door_too(pair: Pair) -> None:
    here, there = pair.visitors()
    message_id = str(uuid.uuid4())
    here.say("one thing", message_id)
    assert there.say("another thing", message_id).status_code == 409


def test_when_one_is_killed_with_the_turn_in_its_hands_the_other_takes_it_over(pair: Pair, bot: Bot) -> None:
    here, there = pair.visitors()
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    with ThreadPoolExecutor(1) as page:
        sent = page.submit(here.say, "dropped", message_id)
        until(lambda: "dropped" in bot.texts(), "the bot to be asked")
        pair.one.kill()
        assert sent.exception()
    bot.behave("answer")
    until(lambda: outcomes(there.say("dropped", message_id)) != ["unavailable"], "the other to take over")
    assert there.lines() == ["visitor: dropped", "bot: You said: dropped"]
    assert bot.told()["runs"][message_id] == 1
    pair.one.start()


def test_a_gateway_that_starts_leaves_the_unsaved_chats_of_a_living_one_alone(pair: Pair) -> None:
    visitor = pair.one.visitor(save=False)
    visitor.say("still talking")
    pair.two.restart()
    assert visitor.lines() == ["visitor: still talking", "bot: You said: still talking"]


def test_what_is_erased_at_one_door_is_gone_at_the_other(pair: Pair) -> None:
    here, there = pair.visitors()
    here.say("soon gone")
    assert there.erase().status_code == 204
    assert here.say("anyone?").status_code == 401
    assert b"soon gone" not in pair.one.bytes_on_disk()
