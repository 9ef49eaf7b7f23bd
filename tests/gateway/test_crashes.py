"""Promise 1 across a crash: a gateway that is killed at the worst moment loses and doubles nothing."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals

import httpx
import pytest

from processes import Bot, Gateway, StartGateway, Visitor, outcomes, until
from records import on_both_databases


@on_both_databases
def test_a_kill_between_bot_and_journal_loses_nothing_and_doubles_nothing(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway()
    visitor = gateway.visitor()
    message_id = str(uuid.uuid4())
    bot.behave("hold")
    with ThreadPoolExecutor(1) as page:
        sent = page.submit(visitor.say, "cut off", message_id)
        until(lambda: "cut off" in bot.texts(), "the bot to be asked")
        gateway.kill()
        assert isinstance(sent.exception(), httpx.HTTPError)
    bot.behave("answer")
    until(lambda: bot.told()["runs"].get(message_id) == 1, "the bot to have answered nobody")

    gateway.start()
    assert visitor.lines() == ["visitor: cut off"]
    assert outcomes(visitor.say("cut off", message_id))[0] == "answer:how_it_works"
    assert visitor.lines() == ["visitor: cut off", "bot: You said: cut off"]
    assert bot.told()["runs"][message_id] == 1


@pytest.mark.parametrize("told", [SIGTERM, SIGINT])
def test_a_gateway_that_is_told_to_stop_finishes_what_it_is_at(
    start_gateway: StartGateway, bot: Bot, told: Signals
) -> None:
    gateway = start_gateway()
    visitor = gateway.visitor()
    bot.behave("hold")
    with ThreadPoolExecutor(1) as page:
        sent = page.submit(visitor.say, "what is ldn")
        until(lambda: "what is ldn" in bot.texts(), "the bot to be asked")
        gateway.signal(told)
        bot.behave("answer")
        assert outcomes(sent.result())[0] == "answer:how_it_works"
    assert gateway.wait() == 0
    assert gateway.events()[-1]["event"] == "gateway.stopped"


def test_a_gateway_that_is_told_to_stop_as_soon_as_it_can_be_told_stops(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway()
    gateway.kill()
    super(type(gateway), gateway).start()
    until(lambda: gateway.listens_for(SIGTERM), "the gateway to listen for signals")
    gateway.signal(SIGTERM)
    assert gateway.wait() == 0
    assert gateway.events()[-1]["event"] == "gateway.stopped"


def test_whoever_has_an_answer_may_tell_it_to_stop(start_gateway: StartGateway) -> None:
    """The door is open before the rest is up, so the first answer comes at the first moment at which one can."""
    gateway = start_gateway()
    for _ in range(3):
        gateway.kill()
        super(type(gateway), gateway).start()
        until(gateway.lives, "the first answer")
        assert gateway.listens_for(SIGTERM)


def test_a_gateway_that_is_told_to_stop_between_its_start_and_its_work_stops(tmp_path: Path, bot: Bot) -> None:
    gateway = Gateway(tmp_path, bot, "gateway_told_early.py")
    try:
        super(Gateway, gateway).start()
        assert gateway.wait() == 0
    finally:
        gateway.kill()
    assert gateway.events()[-1]["event"] == "gateway.stopped"


@on_both_databases
@pytest.mark.parametrize("saved", [True, False], ids=["saved", "unsaved"])
def test_after_a_kill_a_saved_chat_goes_on_and_an_unsaved_one_is_gone(
    start_gateway: StartGateway, bot: Bot, saved: bool
) -> None:
    gateway = start_gateway()
    visitor: Visitor = gateway.visitor(save=saved)
    visitor.say("remember-or-forget")
    gateway.restart()
    answer = gateway.http.get("/api/v1/messages", headers=visitor.headers)
    assert answer.status_code == (200 if saved else 401)
    assert (b"remember-or-forget" in gateway.bytes_on_disk()) == saved
    if not saved:
        until(lambda: visitor.conversation_id in bot.told()["erased"], "the bot to be asked to forget it")
