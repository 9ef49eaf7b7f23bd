"""Nothing that was typed is lost or said twice: reloads, failures, sessions that end, and deleting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit

END_THE_SESSION = """() => fetch("/api/v1/sessions/current", {
  method: "DELETE",
  headers: {Authorization: "Bearer " + JSON.parse(sessionStorage.getItem("ldn-chat")).token},
}).then((answer) => answer.status)"""


def test_a_reload_brings_the_chat_back(visit: Visit) -> None:
    visit.start()
    visit.say("remember me")
    visit.sees("You said: remember me")
    before = visit.log.inner_text()

    visit.page.reload()

    visit.sees("You said: remember me")
    assert visit.log.inner_text() == before
    expect(visit.button("Is it safe?")).to_be_visible()


def test_a_message_under_way_at_a_reload_is_answered_once(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("under way")
    expect(visit.page.get_by_text("Writing an answer")).to_be_visible()
    visit.page.reload()
    expect(visit.page.get_by_text("Writing an answer")).to_be_visible()

    bot.behave("answer")

    visit.sees("You said: under way")
    expect(visit.said("under way")).to_have_count(1)
    assert len(bot.asked("under way")) == 1


def test_with_a_dead_bot_the_same_message_can_be_tried_again(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("error")
    visit.say("are you there")
    expect(visit.log).to_contain_text("Sorry, I can't answer right now.")
    expect(visit.log.get_by_role("link", name="info@bellowellness.ca")).to_be_visible()

    bot.behave("answer")
    visit.button("Try again").click()

    visit.sees("You said: are you there")
    expect(visit.log).not_to_contain_text("Sorry, I can't answer right now.")
    expect(visit.said("are you there")).to_have_count(1)
    assert len({turn["message_id"] for turn in bot.asked("are you there")}) == 1


def test_without_a_network_the_message_waits_to_be_tried_again(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.context.set_offline(True)
    visit.say("in a tunnel")
    visit.sees("Your message did not get through. Check your connection, then try again.")

    visit.context.set_offline(False)
    visit.button("Try again").click()

    visit.sees("You said: in a tunnel")
    assert len(bot.asked("in a tunnel")) == 1


def test_an_answer_that_came_late_shows_when_the_page_is_looked_at_again(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.page.route("**/messages", lambda route: (route.fetch(), route.abort()))
    visit.say("late")
    expect(visit.button("Try again")).to_be_visible()

    visit.page.evaluate("dispatchEvent(new Event('online'))")

    visit.sees("You said: late")
    expect(visit.button("Try again")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "seconds", "said"),
    [
        (429, "40", "That was a lot at once. Please wait 40 seconds, then try again."),
        (503, "120", "We could not write that down, so nothing was done with it. Please wait 2 minutes, then try again."),
    ],
    ids=["too many", "nothing recorded"],
)
def test_a_refusal_is_told_in_plain_words_and_can_be_tried_again(
    visit: Visit, status: int, seconds: str, said: str
) -> None:
    visit.start()
    visit.page.route(
        "**/messages",
        lambda route: route.fulfill(status=status, headers={"Retry-After": seconds}, json={"status": status}),
    )
    visit.say("patience")
    visit.sees(said)

    visit.page.unroute_all()
    visit.button("Try again").click()

    visit.sees("You said: patience")


def test_when_a_chat_cannot_start_the_words_stay_in_the_box(visit: Visit) -> None:
    visit.page.route("**/sessions", lambda route: route.fulfill(status=503, json={"status": 503}))
    visit.say("keep this")
    expect(visit.page.get_by_text(re.compile("^We could not write that down"))).to_be_visible()
    expect(visit.box).to_have_value("keep this")

    visit.page.unroute_all()
    visit.button("Send").click()

    visit.sees("You said: keep this")


def test_a_session_that_ended_starts_again_with_what_was_typed(visit: Visit) -> None:
    visit.start()
    assert visit.page.evaluate(END_THE_SESSION) == 204
    visit.say("do not lose me")
    expect(visit.page.get_by_role("heading", name="This chat has ended")).to_be_visible()
    expect(visit.box).to_have_value("do not lose me")

    visit.button("Start a new chat").click()
    expect(visit.button("What is LDN?")).to_be_visible()
    visit.button("Send").click()

    visit.sees("You said: do not lose me")


def test_a_session_that_ended_before_a_reload_is_offered_anew(visit: Visit) -> None:
    visit.start()
    visit.page.evaluate(END_THE_SESSION)
    visit.page.reload()

    expect(visit.page.get_by_role("heading", name="This chat has ended")).to_be_visible()


def test_deleting_asks_first_and_leaves_nothing(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.say("forget me")
    visit.sees("You said: forget me")
    conversation = bot.asked("forget me")[-1]["conversation_id"]

    visit.button("Delete this chat").click()
    visit.button("Keep it").click()
    visit.sees("You said: forget me")
    visit.button("Delete this chat").click()
    visit.button("Delete it").click()

    expect(visit.page.get_by_role("heading", name="Your chat is deleted")).to_be_focused()
    expect(visit.log).to_be_empty()
    assert "forget me" not in visit.page.evaluate("JSON.stringify({...sessionStorage, ...localStorage})")
    assert conversation in bot.erased()


def test_a_deletion_that_failed_says_so_and_keeps_the_chat(visit: Visit) -> None:
    visit.start()
    visit.page.route("**/sessions/current", lambda route: route.abort())
    visit.button("Delete this chat").click()
    visit.button("Delete it").click()

    expect(visit.page.get_by_text("The chat could not be deleted. Please try again.")).to_be_visible()
    visit.button("Keep it").click()
    expect(visit.button("What is LDN?")).to_be_visible()


def test_an_answer_that_comes_after_deleting_is_not_shown(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("too late")
    expect(visit.page.get_by_text("Writing an answer")).to_be_visible()
    visit.button("Delete this chat").click()
    visit.button("Delete it").click()
    expect(visit.page.get_by_role("heading", name="Your chat is deleted")).to_be_visible()

    bot.behave("answer")
    visit.button("Start a new chat").click()
    expect(visit.button("What is LDN?")).to_be_visible()

    expect(visit.log).not_to_contain_text("too late")
