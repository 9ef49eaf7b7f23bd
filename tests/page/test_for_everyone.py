"""The page for a keyboard, a screen reader, a small phone, and a strict browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit

SMALL_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
KEYBOARD_UP = {"viewport": {"width": 320, "height": 380}, "has_touch": True, "is_mobile": True}
ZOOMED_FAR = {"viewport": {"width": 320, "height": 256}}
DARK = {"color_scheme": "dark"}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FOCUSED = "document.activeElement.innerText || document.activeElement.id"
LONG = "A" * 200


def test_everything_can_be_done_with_the_keyboard(visit: Visit) -> None:
    keys = visit.page.keyboard
    visited = [_tab(visit) for _ in range(8)]
    assert visited == [
        "Skip to your message", "info@bellowellness.ca", "call 911", "call", "text 9-8-8", "scroller", "unsaved",
        "Start the chat",
    ]  # fmt: skip

    keys.press("Enter")
    expect(visit.box).to_be_focused()
    keys.type("by hand")
    keys.press("Shift+Enter")
    keys.type("two lines")
    keys.press("Enter")
    expect(visit.log.locator(".bubble-helper").get_by_text("You said: by hand")).to_be_visible()
    expect(visit.box).to_be_focused()
    expect(visit.box).to_have_value("")


def test_after_a_button_the_next_tab_goes_on_from_there(visit: Visit) -> None:
    visit.start()
    visit.button("What is LDN?").focus()
    visit.page.keyboard.press("Enter")
    visit.sees("You said: What is LDN?")

    assert "What is LDN?" in visit.page.evaluate(FOCUSED)
    assert _tab(visit) == "Helpful"


def test_enter_that_ends_a_composed_word_does_not_send(visit: Visit) -> None:
    visit.box.fill("nihon")
    visit.box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})

    expect(visit.box).to_have_value("nihon")
    expect(visit.button("Start the chat")).to_be_visible()


def test_new_messages_are_announced_but_old_ones_are_not_after_a_reload(visit: Visit) -> None:
    visit.page.add_init_script(
        """document.addEventListener("DOMContentLoaded", () => {
             const log = document.getElementById("log");
             window.aloud = [];
             new MutationObserver(() => window.aloud.push(log.getAttribute("aria-live")))
               .observe(log, {childList: true});
           });"""
    )
    visit.start()
    visit.say("hello")
    visit.sees("You said: hello")
    expect(visit.log).not_to_have_attribute("aria-live", "off")

    visit.page.reload()
    visit.sees("You said: hello")

    assert set(visit.page.evaluate("window.aloud")) == {"off"}
    expect(visit.log).not_to_have_attribute("aria-live", "off")


@pytest.mark.parametrize(
    "visit", [SMALL_PHONE, KEYBOARD_UP, ZOOMED_FAR], ids=["small phone", "keyboard up", "zoomed far"], indirect=True
)
def test_on_a_narrow_screen_nothing_scrolls_sideways(visit: Visit) -> None:
    assert _sideways(visit) == 0
    visit.start()
    visit.say(LONG)
    visit.sees(f"You said: {LONG}")

    assert _sideways(visit) == 0
    visit.button("Delete this chat").click()
    expect(visit.button("Delete it")).to_be_in_viewport()
    assert _sideways(visit) == 0


@pytest.mark.parametrize("visit", [SMALL_PHONE, KEYBOARD_UP], ids=["small phone", "keyboard up"], indirect=True)
def test_on_a_phone_the_emergency_line_and_the_box_stay_in_sight(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")

    for name in ("call 911", "call 9-8-8", "text 9-8-8"):
        expect(visit.page.get_by_role("link", name=name)).to_be_in_viewport(ratio=1)
    expect(visit.box).to_be_in_viewport(ratio=1)
    expect(visit.button("Send")).to_be_in_viewport(ratio=1)


def test_the_emergency_links_dial_and_text(visit: Visit) -> None:
    for name, href in (("call 911", "tel:911"), ("call 9-8-8", "tel:988"), ("text 9-8-8", "sms:988")):
        expect(visit.page.get_by_role("link", name=name)).to_have_attribute("href", href)
    expect(visit.page.get_by_role("complementary")).to_have_text(
        "In an emergency call 911. In a crisis call or text 9-8-8. This chat is automated; nobody reads it live."
    )


@pytest.mark.parametrize("visit", [SMALL_PHONE], ids=["small phone"], indirect=True)
def test_whatever_can_be_pressed_is_at_least_24_pixels_tall_and_wide(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")

    small = visit.page.evaluate(
        """() => [...document.querySelectorAll("button, input, textarea, .choice")]
             .filter((one) => one.checkVisibility())
             .map((one) => [one.textContent || one.id, one.getBoundingClientRect()])
             .filter(([, {width, height}]) => width < 24 || height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_the_browser_has_nothing_to_say_against_our_content_policy(visit: Visit, bot: Bot) -> None:
    visit.page.evaluate(
        """() => { window.violations = [];
             addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective)); }"""
    )
    visit.start()
    visit.say("hello")
    visit.sees("You said: hello")
    visit.button("Helpful").first.click()
    bot.behave("error")
    visit.say("again")
    expect(visit.button("Try again")).to_be_visible()
    visit.button("Delete this chat").click()
    visit.button("Delete it").click()
    expect(visit.page.get_by_role("heading", name="Your chat is deleted")).to_be_visible()

    assert visit.page.evaluate("violations") == []
    assert visit.complaints == []


def test_axe_finds_nothing_in_any_state(visit: Visit, bot: Bot) -> None:
    assert _axe(visit) == []
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")
    bot.behave("error")
    visit.say("x" * 999)
    expect(visit.button("Try again")).to_be_visible()
    visit.box.fill("x" * 1001)
    assert _axe(visit) == []
    visit.button("Delete this chat").click()
    assert _axe(visit) == []
    visit.button("Delete it").click()
    expect(visit.page.get_by_role("heading", name="Your chat is deleted")).to_be_visible()
    assert _axe(visit) == []


@pytest.mark.parametrize("visit", [DARK | SMALL_PHONE], ids=["dark small phone"], indirect=True)
def test_axe_finds_nothing_on_a_dark_phone(visit: Visit, bot: Bot) -> None:
    visit.start()
    visit.say("hello")
    visit.button("Helpful").first.click()
    expect(visit.page.get_by_text("Thank you.")).to_be_visible()
    bot.behave("error")
    visit.say("again")
    expect(visit.button("Try again")).to_be_visible()
    visit.box.fill("x" * 1001)
    assert _axe(visit) == []


def _tab(visit: Visit) -> str:
    visit.page.keyboard.press("Tab")
    found: str = visit.page.evaluate(FOCUSED)
    return found if len(found) < 40 else visit.page.evaluate("document.activeElement.id")


def _sideways(visit: Visit) -> int:
    found: int = visit.page.evaluate(
        """() => Math.max(...["html", "#scroller"].map((one) => document.querySelector(one))
             .map((one) => one.scrollWidth - one.clientWidth))"""
    )
    return found


def _axe(visit: Visit) -> list[Any]:
    found = Axe().run(visit.page, options={"runOnly": AXE_RULES}).response
    assert len(found["passes"]) > 15
    return [(broken["id"], [node["html"] for node in broken["nodes"]]) for broken in found["violations"]]
