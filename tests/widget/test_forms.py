"""The screening questions and the hand-off form, as the contract of the chat API has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit

YES_NO = [
    {"title": "Yes", "outcome": "screening", "value": "yes"},
    {"title": "No", "outcome": "screening", "value": "no"},
    {"title": "Why do you ask?", "outcome": "screening"},
]
SUMMARY = "Here is what I noted:\n\n- Opioid medicine now: no\n- What you hope to help: lupus\n\nIs that right?"
SUMMARY_BUTTONS = [
    {"title": "Yes, that’s right", "outcome": "screening", "value": "yes"},
    {"title": "Change: Opioid medicine now", "outcome": "screening", "payload": {"change": "opioid_use"}},
    {"title": "Change: What you hope to help", "outcome": "screening"},
    {"title": "Stop and drop my answers", "outcome": "screening"},
]


def ask(field: str, text: str = "…", **more: Any) -> dict[str, list[dict[str, Any]]]:
    """A form's question, said to "go"."""
    form = more.pop("form", "handoff")
    return {"go": [{"text": text, "outcomes": [f"{form}:ask:{field}"], form: {}, **more}]}


def test_the_screening_form_shows_how_far_it_has_come(visit: Visit, bot: Bot) -> None:
    bot.says(ask("liver_disease", "Do you have significant liver disease?", form="screening", buttons=YES_NO))
    visit.start()
    visit.say("go")

    expect(visit.panel.get_by_role("progressbar", name="Question 3 of 5")).to_be_visible()
    for title in ("Yes", "No", "Why do you ask?"):
        expect(visit.button(title)).to_be_visible()


def test_the_summary_is_a_card_whose_rows_can_be_changed(visit: Visit, bot: Bot) -> None:
    bot.says(ask("confirm", SUMMARY, form="screening", buttons=SUMMARY_BUTTONS))
    visit.start()
    visit.say("go")

    card = visit.log.locator(".summary")
    expect(card.locator("dt")).to_have_text(["Opioid medicine now", "What you hope to help"])
    expect(card.locator("dd > span")).to_have_text(["no", "lupus"])
    expect(visit.button("Yes, that’s right")).to_be_visible()
    card.get_by_role("button", name="Change: Opioid medicine now").click()

    visit.sees("You said: Change: Opioid medicine now")
    assert bot.asked("Change: Opioid medicine now")[-1]["choice"] == {"change": "opioid_use"}
    expect(card.get_by_role("button")).to_have_count(0)


@pytest.mark.parametrize(
    ("field", "label", "type", "autocomplete"),
    [("name", "Your name", "text", "name"), ("contact", "Your email address", "email", "email")],
)
def test_the_hand_off_form_lets_the_browser_fill_in(visit: Visit, bot: Bot, field: str, label: str, type: str, autocomplete: str) -> None:
    bot.says(ask(field))
    visit.start()
    visit.say("go")

    line = visit.panel.get_by_label(label, exact=True)
    expect(line).to_have_attribute("type", type)
    expect(line).to_have_attribute("autocomplete", autocomplete)
    line.fill("Ann Lee")
    visit.page.keyboard.press("Enter")
    visit.sees("You said: Ann Lee")
    expect(visit.box).to_be_visible()


def test_a_contact_can_be_a_phone_number_with_a_phones_keys(visit: Visit, bot: Bot) -> None:
    bot.says(ask("contact"))
    visit.start()
    visit.say("go")
    visit.button("Phone").click()

    line = visit.panel.get_by_label("Your phone number", exact=True)
    expect(line).to_be_focused()
    expect(line).to_have_attribute("type", "tel")
    expect(line).to_have_attribute("autocomplete", "tel")
    expect(visit.button("Phone")).to_have_attribute("aria-pressed", "true")


def test_in_the_middle_of_the_form_anything_else_can_be_asked(visit: Visit, bot: Bot) -> None:
    bot.says(ask("name"))
    visit.start()
    visit.say("go")
    visit.button("Write something else").click()
    visit.say("who reads this?")

    visit.sees("You said: who reads this?")


@pytest.mark.parametrize(
    ("field", "label"),
    [("times", "Times that suit you"), ("question", "Your question for the clinic"), ("note", "A note for the clinic")],
)
def test_the_box_says_what_the_form_asks_for(visit: Visit, bot: Bot, field: str, label: str) -> None:
    bot.says(ask(field))
    visit.start()
    visit.say("go")

    expect(visit.panel.get_by_label(label, exact=True)).to_be_visible()


def test_a_request_shows_its_reference(visit: Visit) -> None:
    visit.start()
    visit.say("request a call")

    expect(visit.log.get_by_text(re.compile(r"Your reference number LDN-\w{4}-\w{2}"))).to_be_visible()


def test_a_form_goes_on_after_a_reload(visit: Visit, bot: Bot) -> None:
    bot.says(ask("name"))
    visit.start()
    visit.say("go")
    expect(visit.panel.get_by_label("Your name", exact=True)).to_be_visible()
    visit.page.reload()
    visit.open()

    expect(visit.panel.get_by_label("Your name", exact=True)).to_be_visible()
