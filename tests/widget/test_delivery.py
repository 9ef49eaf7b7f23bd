"""Nothing that was typed is lost or said twice: reloads, tabs, failures, sessions that end, and deleting."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from conftest import watched
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit


def test_a_reload_brings_the_chat_back(visit: Visit) -> None:
    visit.start()
    visit.say("remember me")
    visit.sees("And a second thing.")
    before = visit.log.locator(".bubble").all_inner_texts()

    visit.page.reload()
    expect(visit.launcher).to_have_text("Back to your chat")
    visit.open()

    visit.sees("You said: remember me")
    assert visit.log.locator(".bubble").all_inner_texts() == before
    expect(visit.button("Is it safe?")).to_be_visible()


def test_a_draft_outlives_a_reload(visit: Visit) -> None:
    visit.start()
    visit.box.fill("half a thought")
    visit.page.reload()
    visit.open()

    expect(visit.box).to_have_value("half a thought")


def test_a_message_under_way_at_a_reload_is_answered_once(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("under way")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()
    visit.page.reload()
    visit.open()
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()

    bot.behave("answer")

    visit.sees("You said: under way")
    expect(visit.said("under way")).to_have_count(1)
    assert len(bot.asked("under way")) == 1


def test_a_connection_that_drops_after_sending_stores_the_message_once(visit: Visit, bot: Bot) -> None:
    visit.start()
    dropped: list[int] = []

    def drop_the_first(route: Any) -> None:
        if dropped:
            route.continue_()
        else:
            dropped.append(route.fetch().status)
            route.abort()

    visit.page.route("**/messages", drop_the_first)
    visit.say("into the gap")

    visit.sees("You said: into the gap")
    assert dropped == [200]
    expect(visit.said("into the gap")).to_have_count(1)
    assert len(bot.asked("into the gap")) == 1


def test_without_a_network_messages_wait_and_go_out_by_themselves_in_order(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.context.set_offline(True)
    visit.say("in a tunnel")
    expect(visit.log).to_contain_text("Not sent yet. It goes out by itself once you are connected.")
    visit.say("still in it")

    visit.context.set_offline(False)

    visit.sees("You said: still in it")
    answers = visit.log.locator(".theirs .words").get_by_text(re.compile("^You said: "))
    expect(answers).to_have_text(["You said: in a tunnel", "You said: still in it"])
    expect(visit.log.get_by_text("Not sent yet.")).to_have_count(0)
    assert len(bot.asked("in a tunnel")) == 1


def test_what_waits_for_a_network_outlives_a_reload(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.page.route("**/messages", lambda route: route.abort())
    visit.say("keep me")
    expect(visit.log).to_contain_text("Not sent yet.")
    visit.page.unroute_all()
    visit.page.reload()
    visit.open()

    visit.sees("You said: keep me")
    assert len(bot.asked("keep me")) == 1


def test_a_message_that_waits_can_be_taken_back(visit: Visit) -> None:
    visit.start()
    visit.page.route("**/messages", lambda route: route.abort())
    visit.say("not like this")
    visit.button("Take it back").click()

    expect(visit.box).to_have_value("not like this")
    expect(visit.said("not like this")).to_have_count(0)
    assert "not like this" not in visit.kept().replace('"ldn-chat-draft":"not like this"', "").replace('\\"ldn-chat-draft\\":\\"not like this\\"', "")


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


def test_an_answer_that_came_late_shows_when_the_connection_is_back(visit: Visit) -> None:
    visit.start()
    visit.page.route("**/messages", lambda route: (route.fetch(), route.abort()) if route.request.method == "POST" else route.continue_())
    visit.say("late")
    expect(visit.log).to_contain_text("Not sent yet.")

    visit.page.evaluate("dispatchEvent(new Event('online'))")

    visit.sees("You said: late")
    expect(visit.log.get_by_text("Not sent yet.")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (429, "That was a lot at once. It goes out by itself in 40 seconds."),
        (503, "We could not write that down yet. It is tried again in 40 seconds."),
        (500, "This could not be sent."),
    ],
    ids=["too many", "nothing recorded", "failed"],
)
def test_a_refusal_is_told_in_plain_words_and_can_be_tried_at_once(visit: Visit, status: int, said: str) -> None:
    visit.start()
    visit.page.route(
        "**/messages", lambda route: route.fulfill(status=status, headers={"Retry-After": "40"}, json={"status": status})
    )
    visit.say("patience")
    visit.sees(said)

    visit.page.unroute_all()
    visit.panel.get_by_role("button", name=re.compile("^Try (now|again)$")).click()

    visit.sees("You said: patience")


def test_a_second_tab_has_the_same_chat_and_both_stay_in_step(visit: Visit, site: str, bot: Bot) -> None:
    visit.start()
    visit.say("from the first")
    visit.sees("You said: from the first")
    other = watched(visit.context.new_page(), visit.context)
    other.page.goto(site)
    other.open()
    other.sees("You said: from the first")

    other.say("from the second")

    other.sees("You said: from the second")
    visit.sees("You said: from the second")
    expect(visit.said("from the second")).to_have_count(1)
    assert len(bot.asked("from the second")) == 1


def test_deleting_in_one_tab_ends_the_chat_in_the_other(visit: Visit, site: str) -> None:
    visit.start()
    visit.say("hello")
    other = watched(visit.context.new_page(), visit.context)
    other.page.goto(site)
    other.open()
    other.sees("You said: hello")

    other.choose("Delete my conversation")
    other.button("Delete it").click()

    expect(visit.panel.get_by_text("This chat was ended in another window.")).to_be_visible()


def test_when_a_chat_cannot_start_it_says_so_and_can_be_tried_again(visit: Visit) -> None:
    visit.page.route("**/sessions", lambda route: route.fulfill(status=503, headers={"Retry-After": "7"}, json={"status": 503}))
    visit.open()
    visit.button("Start").click()
    expect(visit.panel.get_by_text("The chat cannot start right now. Please try again in 7 seconds.")).to_be_visible()

    visit.page.unroute_all()
    visit.button("Start").click()

    expect(visit.button("Could LDN suit me?")).to_be_visible()


def test_a_session_that_ended_says_so_and_starts_anew_with_what_was_typed(visit: Visit) -> None:
    visit.start()
    visit.end_session_behind_its_back()
    visit.say("do not lose me")
    expect(visit.panel.get_by_role("heading", name="This chat has ended")).to_be_visible()
    expect(visit.box).to_have_value("do not lose me")

    visit.button("Start a new chat").click()
    expect(visit.button("Could LDN suit me?")).to_be_visible()
    visit.button("Send").click()

    visit.sees("You said: do not lose me")
    expect(visit.said("do not lose me")).to_have_count(1)


def test_sending_after_the_end_begins_anew_by_itself(visit: Visit) -> None:
    visit.start()
    visit.end_session_behind_its_back()
    visit.say("go on")
    expect(visit.panel.get_by_role("heading", name="This chat has ended")).to_be_visible()
    visit.button("Send").click()

    visit.sees("You said: go on")
    expect(visit.panel.get_by_role("heading", name="This chat has ended")).to_be_hidden()


def test_a_session_that_ended_before_a_reload_is_offered_anew(visit: Visit) -> None:
    visit.start()
    visit.end_session_behind_its_back()
    visit.page.reload()
    visit.open()

    expect(visit.panel.get_by_role("heading", name="This chat has ended")).to_be_visible()


def test_deleting_asks_first_and_leaves_nothing(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.say("forget me")
    visit.sees("You said: forget me")
    conversation = bot.asked("forget me")[-1]["conversation_id"]

    visit.choose("Delete my conversation")
    expect(visit.button("Keep it")).to_be_focused()
    visit.page.keyboard.press("Escape")
    visit.sees("You said: forget me")
    visit.choose("Delete my conversation")
    visit.button("Delete it").click()

    expect(visit.panel.get_by_role("heading", name="Your chat is deleted")).to_be_focused()
    expect(visit.log).to_be_empty()
    assert "forget me" not in visit.kept()
    assert "token" not in visit.kept()
    assert conversation in bot.erased()


def test_a_deletion_that_failed_says_so_and_keeps_the_chat(visit: Visit) -> None:
    visit.start()
    visit.page.route("**/sessions/current", lambda route: route.abort())
    visit.choose("Delete my conversation")
    visit.button("Delete it").click()

    expect(visit.panel.get_by_text("It could not be deleted. Please try again.")).to_be_visible()
    visit.button("Keep it").click()
    expect(visit.button("Could LDN suit me?")).to_be_visible()


def test_an_answer_that_comes_after_deleting_is_not_shown(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("too late")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()
    visit.choose("Delete my conversation")
    visit.button("Delete it").click()
    expect(visit.panel.get_by_role("heading", name="Your chat is deleted")).to_be_visible()

    bot.behave("answer")
    visit.button("Start a new chat").click()
    expect(visit.button("Could LDN suit me?")).to_be_visible()

    expect(visit.log).not_to_contain_text("too late")


def test_a_browser_that_keeps_nothing_still_has_a_working_chat(visit: Visit, site: str) -> None:
    visit.page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('no', 'SecurityError'); }});"
    )
    visit.page.goto(site)
    visit.start()
    visit.say("hello")

    visit.sees("You said: hello")
