"""Saying something in the chat and reading the answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit


def test_enter_sends_and_shift_with_enter_breaks_the_line(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.box.press_sequentially("two")
    visit.page.keyboard.press("Shift+Enter")
    visit.box.press_sequentially("lines")
    visit.page.keyboard.press("Enter")

    expect(visit.said("two\nlines")).to_be_visible()
    expect(visit.box).to_have_value("")
    expect(visit.box).to_be_focused()
    visit.sees("And a second thing.")
    assert len(bot.asked("two\nlines")) == 1


def test_enter_that_ends_a_composed_word_does_not_send(visit: Visit) -> None:
    visit.start()
    visit.box.fill("nihon")
    visit.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    visit.box.dispatch_event("keydown", {"key": "Enter", "keyCode": 229})

    expect(visit.box).to_have_value("nihon")
    expect(visit.said("nihon")).to_have_count(0)


def test_each_reply_has_a_bubble_and_its_section_opens_to_the_documents_words(visit: Visit) -> None:
    visit.start()
    visit.say("how does it work")
    visit.sees("You said: how does it work")
    visit.sees("And a second thing.")
    assert not [address for address in visit.addresses if "document.json" in address]

    visit.panel.get_by_text("From our document: How Does LDN Work?").click()

    expect(visit.panel.get_by_text("LDN works by gently helping your body re-balance")).to_be_visible()


def test_only_the_newest_turn_has_buttons(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("You said: hello")

    expect(visit.button("Could LDN suit me?")).to_have_count(0)
    expect(visit.button("Is it safe?")).to_have_count(1)


def test_pressing_a_button_sends_its_id_and_shows_its_title(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.button("Is it safe?").click()

    visit.sees("You said: Is it safe?")
    sent = json.loads([body for body in visit.bodies if "choice" in body][-1])
    assert set(sent) == {"id", "choice"}
    assert bot.asked("Is it safe?")[-1]["choice"] == {"outcome": "answer:safety"}


def test_a_button_with_an_address_is_a_link_beside_the_chat_that_shows_its_host(visit: Visit) -> None:
    visit.start()
    visit.say("book")

    link = visit.panel.get_by_role("link", name="Book a consult (clinic.example) opens a new tab")
    expect(link).to_have_attribute("href", "https://clinic.example/book")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_while_an_answer_is_written_the_chat_says_so(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("slowly")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()

    bot.behave("answer")

    visit.sees("You said: slowly")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_hidden()


def test_messages_sent_in_a_hurry_are_all_answered_in_order(visit: Visit) -> None:
    visit.start()
    for text in ("first", "second", "third"):
        visit.say(text)

    visit.sees("You said: third")
    answers = visit.log.locator(".theirs .words").get_by_text(re.compile("^You said: (first|second|third)$"))
    expect(answers).to_have_text(["You said: first", "You said: second", "You said: third"])


def test_the_markdown_subset_becomes_lists_paragraphs_bold_and_links(visit: Visit, bot: Bot) -> None:
    text = "one **two**\n\n- three\n  more of it\n- [four](https://clinic.example/four)\n\n1. five"
    bot.says({"shapes": [{"text": text}]})
    visit.start()
    visit.say("shapes")

    answer = visit.log.locator(".theirs .words").last
    expect(answer.locator("strong")).to_have_text("two")
    expect(answer.locator("ul > li").first).to_have_text("three\nmore of it", use_inner_text=True)
    expect(answer.locator("ol > li")).to_have_text(["five"])
    expect(answer.get_by_role("link")).to_contain_text("four (clinic.example)")


def test_a_safety_card_stands_out_in_words_and_shape_and_its_links_dial(visit: Visit) -> None:
    visit.start()
    visit.say("i cant breathe")

    card = visit.log.locator(".urgent-card")
    expect(card.get_by_text("Important")).to_be_visible()
    expect(card.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    expect(visit.panel.get_by_role("link", name="Call 911", exact=True).last).to_have_attribute("href", "tel:911")
    assert card.evaluate("card => parseFloat(getComputedStyle(card).borderInlineStartWidth)") >= 5


def test_a_safety_card_inside_a_refusal_is_shown(visit: Visit) -> None:
    visit.start()
    card = {"id": "c", "text": "Call 911 now.", "outcomes": ["emergency"], "sources": [], "buttons": [], "screening": None, "reference": None}
    visit.page.route("**/messages", lambda route: route.fulfill(status=429, json={"status": 429, "replies": [card]}))
    visit.say("my chest")

    visit.sees("Call 911 now.")
    expect(visit.button("Try now")).to_have_count(0)


def test_what_is_said_is_in_no_address(visit: Visit) -> None:
    visit.start()
    visit.say("zebrafish")
    visit.sees("You said: zebrafish")
    visit.page.reload()
    visit.open()
    visit.sees("You said: zebrafish")

    assert [address for address in visit.addresses if "zebrafish" in address] == []
    assert "zebrafish" not in visit.page.url


def test_near_the_limit_the_characters_are_counted(visit: Visit) -> None:
    visit.start()
    visit.box.fill("x" * 899)
    expect(visit.panel.locator("#counter")).to_be_hidden()

    visit.box.fill("x" * 990)
    expect(visit.panel.locator("#counter")).to_have_text("Characters left: 10")
    visit.box.fill("x" * 1003)
    expect(visit.panel.locator("#counter")).to_contain_text("Too long by 3.")


def test_a_text_over_the_limit_comes_back_to_be_made_shorter(visit: Visit) -> None:
    visit.start()
    visit.say("x" * 1001)

    expect(visit.log).to_contain_text("that is too long for me to read well")
    expect(visit.box).to_have_value("x" * 1001)


def test_thumbs_are_kept_can_be_changed_and_take_a_comment(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.button("Helpful").first.click()
    expect(visit.log.get_by_text("Thank you.")).to_be_visible()

    with visit.page.expect_response("**/feedback") as second:
        visit.button("Not helpful").first.click()
    assert second.value.status == 204
    expect(visit.button("Helpful").first).to_have_attribute("aria-pressed", "false")
    expect(visit.button("Not helpful").first).to_have_attribute("aria-pressed", "true")

    visit.panel.get_by_label("Would you like to say why?").fill("too short")
    with visit.page.expect_response("**/feedback") as third:
        visit.button("Send comment").click()
    assert third.value.status == 204
    assert json.loads(visit.bodies[-1])["comment"] == "too short"
    expect(visit.panel.get_by_label("Would you like to say why?")).to_have_count(0)


def test_an_answer_can_be_copied(visit: Visit) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit.start()
    visit.say("hello")
    visit.button("Copy this answer").first.click()

    expect(visit.log.get_by_text("Copied.")).to_be_visible()
    assert visit.page.evaluate("navigator.clipboard.readText()") == "You said: hello"


def test_the_chat_can_be_saved_as_a_text_file(visit: Visit, tmp_path: Path) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")
    with visit.page.expect_download() as saved:
        visit.choose("Save as a text file")
    saved.value.save_as(tmp_path / "chat.txt")

    text = (tmp_path / "chat.txt").read_text(encoding="utf-8")
    assert saved.value.suggested_filename == "ldn-chat.txt"
    assert re.search(r"Bello Wellness.*Helper \(.*Hi, and welcome.*You \(.*hello.*Helper \(.*You said: hello", text, re.DOTALL)


def test_on_paper_there_is_the_chat_and_nothing_else(visit: Visit) -> None:
    visit.page.evaluate("window.print = () => { window.printed = true; }")
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")
    visit.choose("Print")
    assert visit.page.evaluate("window.printed")
    visit.page.emulate_media(media="print")

    visit.sees("You said: hello")
    expect(visit.page.get_by_role("heading", level=1)).to_be_hidden()
    expect(visit.box).to_be_hidden()
    expect(visit.button("Is it safe?")).to_be_hidden()

    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(visit.page.get_by_role("heading", level=1)).to_be_visible()
    expect(visit.panel).to_be_hidden()


def test_an_answer_that_comes_while_the_panel_is_closed_shows_on_the_launcher(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("slowly")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()
    visit.button("Close the chat").click()

    bot.behave("answer")

    expect(visit.launcher).to_have_text("You have a new answer")
    visit.open()
    visit.sees("You said: slowly")


def test_an_answer_that_comes_while_one_reads_above_does_not_move_the_page(visit: Visit, bot: Bot) -> None:
    bot.says({"long": [{"text": "\n\n".join(["A long answer."] * 60)}]})
    visit.start()
    visit.say("long")
    expect(visit.log.locator(".theirs").last).to_contain_text("A long answer.")
    bot.behave("hold")
    visit.say("and then")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()
    scroller = visit.panel.get_by_role("group", name="Chat", exact=True)
    scroller.evaluate("one => { one.scrollTop = 0; }")
    expect(visit.log.get_by_text("Hi, and welcome")).to_be_in_viewport()

    bot.behave("answer")

    below: Any = visit.button("New answer below")
    expect(below).to_be_visible()
    assert scroller.evaluate("one => one.scrollTop") == 0
    below.click()
    expect(visit.log.locator(".theirs").get_by_text("You said: and then", exact=True)).to_be_in_viewport()
