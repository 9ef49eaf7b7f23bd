"""Opening the chat: what is loaded when, what is said first, and how it starts."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from conftest import visitor
from playwright.sync_api import expect

from gateway.handoff.hours import Hours
from gateway.pages import opening_lines
from gateway.settings import Clinic, Week

if TYPE_CHECKING:
    from conftest import Bot, Visit, Website


def test_before_the_first_click_only_the_launcher_is_loaded(visit: Visit, site: str) -> None:
    expect(visit.launcher).to_have_text("Ask about LDN")

    loaded = [address.removeprefix(site) for address in visit.addresses]
    assert set(loaded) <= {"", "page/page.css", "page/icon.svg", "widget.js"}


def test_the_page_shows_the_document_and_embeds_the_chat_with_one_line(visit: Visit) -> None:
    expect(visit.page.get_by_role("heading", level=1)).to_have_text("Low Dose Naltrexone (LDN)")
    expect(visit.page.get_by_role("heading", name="When LDN May Not Be Appropriate")).to_be_visible()
    expect(visit.page.get_by_role("listitem").filter(has_text="Pregnancy or breastfeeding (limited data)")).to_be_visible()
    expect(visit.page.locator("script")).to_have_count(1)
    expect(visit.page.locator("script")).to_have_attribute("data-clinic", "Bello Wellness")


def test_the_panel_first_says_who_answers_and_what_is_kept(visit: Visit) -> None:
    visit.open()

    expect(visit.panel).to_contain_text("This is an automated helper.")
    expect(visit.panel).to_contain_text("from the page of Bello Wellness")
    expect(visit.panel).to_contain_text("No person reads this chat while you type.")
    expect(visit.panel).to_contain_text("We keep your chat for up to 30 days")
    expect(visit.panel).to_contain_text("If you chat without saving, your chat is erased when you end it or stop writing.")
    for name, href in (("call 911", "tel:911"), ("call", "tel:988"), ("text 9-8-8", "sms:988")):
        expect(visit.panel.get_by_role("link", name=name, exact=True)).to_have_attribute("href", href)
    assert [address for address in visit.addresses if "/api/" in address] == []


def test_the_panel_first_says_when_the_clinic_is_open(visit: Visit) -> None:
    visit.open()

    expect(visit.panel.get_by_text("The clinic is open Monday to Friday 9:00 to 17:00; Saturday 10:00 to 12:00. It is closed on public holidays.")).to_be_visible()


def test_where_no_opening_hours_are_set_it_says_where_to_ask(visit: Visit) -> None:
    visit.page.route("**/widget/clinic.json", lambda route: route.fulfill(json=route.fetch().json() | {"hours": None}))
    visit.open()

    expect(visit.panel.get_by_text("For the clinic’s opening hours, write to")).to_be_visible()
    expect(visit.panel.get_by_role("link", name="info@bellowellness.ca")).to_have_attribute("href", "mailto:info@bellowellness.ca")


@pytest.mark.parametrize(
    ("week", "lines"),
    [
        ({}, None),
        ({"tuesday": "9:00-17:00"}, ["Tuesday 9:00 to 17:00"]),
        ({"monday": "9:00-17:00", "tuesday": "9:00-17:00", "saturday": "10:00-12:00"}, ["Monday and Tuesday 9:00 to 17:00", "Saturday 10:00 to 12:00"]),
        ({"monday": "9:00-17:00", "wednesday": "9:00-17:00"}, ["Monday 9:00 to 17:00", "Wednesday 9:00 to 17:00"]),
        ({day: "8:30-12:00, 13:00-16:00" for day in Week.model_fields}, ["Monday to Sunday 8:30 to 12:00, 13:00 to 16:00"]),
    ],
    ids=["none", "one day", "two days in a row", "a closed day between", "the whole week"],
)
def test_days_in_a_row_with_the_same_hours_share_a_line(week: dict[str, str], lines: list[str] | None) -> None:
    assert opening_lines(Hours(Clinic.model_validate({"hours": week}))) == lines


def test_the_emergency_line_and_the_way_out_do_not_wait_for_the_rest(visit: Visit) -> None:
    held: list[Any] = []
    visit.page.route("**/panel.*", lambda route: held.append(route))
    visit.launcher.click()

    expect(visit.panel.get_by_role("heading", name="Ask about LDN")).to_be_focused()
    expect(visit.panel.get_by_role("link", name="call 911", exact=True)).to_be_visible()
    expect(visit.panel.get_by_text("Opening…")).to_be_visible()
    visit.page.keyboard.press("Escape")
    expect(visit.launcher).to_be_focused()

    held[0].continue_()
    expect(visit.page.locator("ldn-chat .welcome")).to_be_attached()
    expect(visit.panel).to_be_hidden()
    visit.open()
    expect(visit.button("Start")).to_be_visible()


def test_starting_shows_the_notice_the_greeting_and_questions_from_the_document(visit: Visit) -> None:
    visit.start()

    expect(visit.log).to_contain_text(re.compile("up to 30 days.*Hi, and welcome", re.DOTALL))
    visit.panel.get_by_text("More questions, from our page").click()
    visit.button("Who Might Benefit from LDN?").click()
    visit.sees("You said: Who Might Benefit from LDN?")


def test_a_chat_can_go_unsaved_and_is_gone_with_its_tab(visit: Visit, site: str) -> None:
    visit.start(save=False)
    visit.say("between us")
    visit.sees("You said: between us")

    expect(visit.log).to_contain_text("We do not keep it")
    assert any(json.loads(body).get("save") is False for body in visit.bodies if body)
    second = visit.context.new_page()
    second.goto(site)
    expect(second.locator("ldn-chat .launcher")).to_have_text("Ask about LDN")


def test_escape_closes_the_panel_and_gives_the_focus_back(visit: Visit) -> None:
    visit.start()
    visit.page.keyboard.press("Escape")

    expect(visit.panel).to_be_hidden()
    expect(visit.launcher).to_be_focused()
    expect(visit.launcher).to_have_text("Back to your chat")
    visit.page.keyboard.press("Enter")
    expect(visit.box).to_be_focused()


def test_it_opens_by_itself_once_where_the_clinic_wants_it_and_leaves_the_focus_alone(chromium: Any, site: str, clinic: Website) -> None:
    visit = visitor(chromium)
    clinic.shows(f'<script src="{site}widget.js" data-open="once" async></script>')
    visit.page.goto(clinic.origin)
    expect(visit.panel).to_be_visible()
    assert visit.page.evaluate("document.activeElement === document.body")

    visit.page.reload()
    expect(visit.launcher).to_be_visible()
    visit.page.wait_for_load_state("networkidle")
    expect(visit.panel).to_be_hidden()
    visit.context.close()


def test_a_panel_that_does_not_load_can_be_tried_again(visit: Visit) -> None:
    visit.page.route("**/panel.*", lambda route: route.abort())
    visit.launcher.click()
    expect(visit.launcher).to_have_text("That did not open. Try again")

    visit.page.unroute_all()
    visit.open()
    expect(visit.button("Start")).to_be_visible()


def test_it_works_on_a_strict_page_of_the_clinics_own_website(chromium: Any, site: str, clinic: Website, bot: Bot) -> None:
    own = site.rstrip("/")
    policy = f"default-src 'none'; script-src {own}; connect-src {own}; style-src {own}; require-trusted-types-for 'script'; trusted-types 'none'"
    visit = visitor(chromium)
    clinic.shows(f'<script src="{site}widget.js" data-clinic="Sea View Clinic" async></script>', policy)
    visit.page.goto(clinic.origin)
    visit.start()
    visit.say("from elsewhere")
    visit.sees("You said: from elsewhere")
    visit.panel.get_by_text("From our document: How Does LDN Work?").click()

    expect(visit.panel.get_by_text("LDN works by gently helping your body")).to_be_visible()
    expect(visit.panel).to_contain_text("Sea View Clinic")
    assert visit.panel.evaluate("panel => getComputedStyle(panel).display") == "flex"
    assert visit.complaints == []
    visit.context.close()


def test_a_website_that_is_not_named_in_the_settings_cannot_use_it(chromium: Any, site: str, copycat: Website) -> None:
    visit = visitor(chromium)
    copycat.shows(f'<script src="{site}widget.js" async></script>')
    visit.page.goto(copycat.origin)
    visit.launcher.click()

    expect(visit.launcher).to_have_text("That did not open. Try again")
    visit.context.close()


def test_a_browser_without_constructed_style_sheets_gets_the_same_style(chromium: Any, site: str) -> None:
    visit = visitor(chromium)
    visit.page.add_init_script("delete CSSStyleSheet.prototype.replaceSync")
    visit.page.goto(site)
    visit.open()

    expect(visit.panel).to_have_css("display", "flex")
    expect(visit.launcher).to_have_css("font-weight", "600")
    visit.context.close()


def test_the_files_are_asked_for_again_only_where_they_may_have_changed(site: str) -> None:
    with httpx.Client(base_url=site, trust_env=False) as client:
        launcher = client.get("/widget.js")
        panel = client.get("/widget/panel.en.js?v=1")
        again = client.get("/widget.js", headers={"If-None-Match": launcher.headers["etag"]})

    assert launcher.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert "immutable" in panel.headers["cache-control"]

