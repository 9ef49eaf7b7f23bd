"""Saying something on the page and reading the answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit


def test_nothing_is_started_before_the_visitor_does_something(visit: Visit) -> None:
    expect(visit.button("Start the chat")).to_be_visible()

    assert [address for address in visit.addresses if "/api/" in address] == []


def test_starting_shows_the_notice_then_the_greeting_with_its_buttons(visit: Visit) -> None:
    visit.start()

    expect(visit.log).to_contain_text(re.compile("automated helper.*up to 30 days.*Hi, and welcome"))
    expect(visit.page.get_by_role("group", name="Buttons you can press").get_by_role("button")).to_have_count(4)


def test_a_chat_can_go_unsaved(visit: Visit) -> None:
    visit.page.get_by_label("Chat without saving").check()
    visit.button("Start the chat").click()

    expect(visit.log).to_contain_text("We do not keep it")
    assert json.loads(visit.bodies[-1])["save"] is False


def test_the_first_message_starts_the_chat_by_itself(visit: Visit) -> None:
    visit.say("what is it")

    visit.sees("You said: what is it")
    expect(visit.log).to_contain_text(re.compile("automated helper.*Hi, and welcome.*what is it", re.DOTALL))


def test_each_reply_has_a_bubble_of_its_own_and_names_its_section(visit: Visit) -> None:
    visit.start()
    visit.say("how does it work")

    visit.sees("You said: how does it work")
    visit.sees("And a second thing.")
    visit.sees("From our document: How Does LDN Work?")


def test_only_the_newest_turn_has_buttons(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("You said: hello")

    expect(visit.button("What is LDN?")).to_have_count(0)
    expect(visit.button("Is it safe?")).to_have_count(1)


def test_pressing_a_button_sends_its_id_and_shows_its_title(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.button("Is it safe?").click()

    visit.sees("You said: Is it safe?")
    sent = json.loads([body for body in visit.bodies if "choice" in body][-1])
    assert set(sent) == {"id", "choice"}
    assert bot.asked("Is it safe?")[-1]["choice"] == {"outcome": "answer:safety"}


def test_a_button_with_an_address_is_a_link_beside_the_chat(visit: Visit) -> None:
    visit.start()
    visit.say("book")

    link = visit.page.get_by_role("link", name="Book a consult (opens a new tab)")
    expect(link).to_have_attribute("href", "https://clinic.example/book")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_while_an_answer_is_written_the_page_says_so(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("slowly")
    expect(visit.page.get_by_text("Writing an answer")).to_be_visible()

    bot.behave("answer")

    visit.sees("You said: slowly")
    expect(visit.page.get_by_text("Writing an answer")).to_have_count(0)


def test_messages_sent_in_a_hurry_are_all_answered_in_order(visit: Visit) -> None:
    visit.start()
    for text in ("first", "second", "third"):
        visit.say(text)

    visit.sees("You said: third")
    answers = visit.log.locator(".bubble-helper").get_by_text(re.compile("^You said: (first|second|third)$"))
    expect(answers).to_have_text(["You said: first", "You said: second", "You said: third"])


def test_hostile_text_is_shown_as_text(visit: Visit) -> None:
    hostile = "<img src=x onerror=alert(1)> [a](javascript:alert(1)) **<b>"
    dialogs: list[Any] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog) or dialog.dismiss())
    visit.start()
    visit.say(hostile)

    visit.sees(f"You said: {hostile}")
    expect(visit.log.locator("img, b, script, a[href^=javascript]")).to_have_count(0)
    assert dialogs == []


def test_the_markdown_subset_becomes_lists_paragraphs_and_links(visit: Visit) -> None:
    visit.start()
    visit.box.fill("one\n\n- two\n- [three](https://clinic.example/three)\n\n1. four")
    visit.button("Send").click()

    answer = visit.log.locator(".words").last.locator("xpath=preceding::*[contains(@class, 'words')][1]")
    expect(answer.locator("ul > li")).to_have_count(2)
    expect(answer.locator("ol > li")).to_have_text(["four"])
    expect(answer.get_by_role("link")).to_have_attribute("href", "https://clinic.example/three")


def test_what_is_said_is_in_no_address(visit: Visit) -> None:
    visit.start()
    visit.say("zebrafish")
    visit.sees("You said: zebrafish")
    visit.page.reload()
    visit.sees("You said: zebrafish")

    assert [address for address in visit.addresses if "zebrafish" in address] == []
    assert "zebrafish" not in visit.page.url


def test_near_the_limit_the_characters_are_counted(visit: Visit) -> None:
    visit.box.fill("x" * 899)
    expect(visit.page.locator("#counter")).to_be_hidden()

    visit.box.fill("x" * 999)
    expect(visit.page.locator("#counter")).to_have_text("1 character left")

    visit.box.fill("x" * 1003)
    expect(visit.page.locator("#counter")).to_contain_text("3 characters too long")


def test_a_text_over_the_limit_comes_back_to_be_made_shorter(visit: Visit) -> None:
    visit.start()
    visit.say("x" * 1001)

    expect(visit.log).to_contain_text("that is too long for me to read well")
    expect(visit.box).to_have_value("x" * 1001)


def test_thumbs_are_kept_and_can_be_changed(visit: Visit) -> None:
    visit.start()
    visit.say("hello")

    visit.button("Helpful").first.click()
    expect(visit.log.get_by_text("Thank you.")).to_be_visible()
    with visit.page.expect_response("**/feedback") as second:
        visit.button("Not helpful").first.click()

    assert second.value.status == 204
    expect(visit.button("Helpful").first).to_have_attribute("aria-pressed", "false")
    expect(visit.button("Not helpful").first).to_have_attribute("aria-pressed", "true")


def test_a_safety_card_inside_a_refusal_is_shown(visit: Visit) -> None:
    visit.start()
    card = {"id": "c", "text": "Call 911 now.", "outcomes": ["emergency"], "sources": [], "buttons": [], "reference": None}
    visit.page.route("**/messages", lambda route: route.fulfill(status=429, json={"status": 429, "replies": [card]}))
    visit.say("my chest")

    visit.sees("Call 911 now.")
    expect(visit.said("my chest")).to_be_visible()
    expect(visit.button("Try again")).to_have_count(0)
