"""The chat for a keyboard, a screen reader, a small phone, a large type, another direction, and other colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import visitor
from playwright.sync_api import expect
from test_forms import SUMMARY, SUMMARY_BUTTONS, YES_NO, ask

if TYPE_CHECKING:
    from conftest import Bot, Visit

PHONE = {"viewport": {"width": 375, "height": 667}, "has_touch": True, "is_mobile": True}
SMALL_PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
KEYBOARD_UP = {"viewport": {"width": 320, "height": 340}, "has_touch": True, "is_mobile": True}
ZOOMED_200 = {"viewport": {"width": 640, "height": 400}}
ZOOMED_400 = {"viewport": {"width": 320, "height": 256}}
DARK = {"color_scheme": "dark"}
FORCED = {"forced_colors": "active"}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LONG_WORD = "A" * 200
AXE = Axe()
FOCUSED = """() => {
  let one = document.activeElement;
  while (one.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
  return one;
}"""


# Keyboard and focus


def test_everything_can_be_done_with_the_keyboard(visit: Visit) -> None:
    keys = visit.page.keyboard
    visit.launcher.focus()
    keys.press("Enter")
    expect(visit.panel.get_by_role("heading", name="Ask about LDN")).to_be_focused()
    expect(visit.button("Start")).to_be_visible()
    assert tabbed(visit, 7) == ["Close the chat", "call 911", "call", "text 9-8-8", "Chat", "Start", "Chat without saving"]

    keys.press("Shift+Tab")
    keys.press("Enter")
    expect(visit.box).to_be_focused()
    keys.type("what is ldn")
    keys.press("Enter")
    visit.sees("You said: what is ldn")
    expect(visit.box).to_be_focused()


def test_after_a_button_the_next_tab_goes_on_from_there(visit: Visit) -> None:
    visit.start()
    visit.button("What is LDN?").focus()
    visit.page.keyboard.press("Enter")
    visit.sees("You said: What is LDN?")

    assert "What is LDN?" in focused_name(visit)
    assert tabbed(visit, 1) == ["From our document: How Does LDN Work?"]


def test_an_answer_that_arrives_never_moves_the_focus(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("slowly")
    visit.button("Close the chat").focus()
    bot.behave("answer")
    visit.sees("And a second thing.")

    expect(visit.button("Close the chat")).to_be_focused()


def test_escape_in_the_menu_closes_the_menu_only(visit: Visit) -> None:
    visit.start()
    visit.button("More").click()
    visit.page.keyboard.press("Tab")
    visit.page.keyboard.press("Escape")

    expect(visit.button("Delete my conversation")).to_be_hidden()
    expect(visit.button("More")).to_be_focused()
    expect(visit.panel).to_be_visible()


@pytest.mark.parametrize("visit", [PHONE], ids=["phone"], indirect=True)
def test_where_the_panel_fills_the_screen_tab_stays_inside(visit: Visit) -> None:
    visit.open()
    expect(visit.panel).to_have_attribute("aria-modal", "true")

    for _ in range(9):
        visit.page.keyboard.press("Tab")
        assert visit.page.evaluate("document.activeElement.localName") == "ldn-chat"


@pytest.mark.parametrize("visit", [{}, SMALL_PHONE, ZOOMED_200], ids=["laptop", "small phone", "200 %"], indirect=True)
def test_whatever_has_the_focus_is_in_sight_with_a_ring_around_it(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")
    visit.panel.get_by_role("heading", name="Ask about LDN").focus()

    stops = 0
    while tabbed(visit, 1) and visit.page.evaluate("document.activeElement.localName") == "ldn-chat" and stops < 25:
        stops += 1
        name, seen, ring = visit.page.evaluate(
            f"""() => {{
              const one = ({FOCUSED})();
              const {{x, y, width, height}} = one.getBoundingClientRect();
              const at = (dx, dy) => one.getRootNode().elementFromPoint(x + width * dx, y + height * dy);
              const seen = [[.5, .5], [.1, .5], [.9, .5]].some(([dx, dy]) => {{ const there = at(dx, dy); return one === there || one.contains(there); }});
              return [one.textContent.slice(0, 30) || one.id, seen, getComputedStyle(one).outlineStyle];
            }}"""
        )
        assert (seen, ring) == (True, "solid"), name
    assert stops > 12


# Screen readers


def test_answers_are_read_aloud_from_a_region_that_was_there_before(visit: Visit) -> None:
    visit.open()
    listen(visit)
    visit.button("Start").click()
    heard(visit, "Hi, and welcome")
    visit.say("hello")

    aloud = heard(visit, "Buttons to press: 2.")
    assert aloud[1:] == ["The helper said: You said: hello\nAnd a second thing.\nButtons to press: 2."]
    visit.say("hello")
    heard(visit, "Buttons to press: 2.", times=2)


def test_old_messages_are_not_read_aloud_after_a_reload(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")
    visit.page.reload()
    visit.launcher.hover()
    listen(visit)
    visit.open()
    visit.sees("And a second thing.")
    visit.say("news")

    assert "hello" not in "".join(heard(visit, "You said: news"))


def test_a_safety_card_is_read_aloud_at_once(visit: Visit) -> None:
    visit.start()
    listen(visit, "assertive")
    visit.say("i cant breathe")

    assert heard(visit, "please call now")[0].startswith("Important. 911: please call now.")


def test_that_a_message_did_not_go_out_is_read_aloud(visit: Visit) -> None:
    visit.start()
    listen(visit)
    visit.context.set_offline(True)
    visit.say("hello")

    heard(visit, "Not sent yet. It goes out by itself once you are connected.")
    visit.context.set_offline(False)
    visit.sees("You said: hello")


# Axe


def states(visit: Visit, bot: Bot) -> list[tuple[str, Callable[[], None]]]:
    """The ways of the panel, in an order in which one leads to the next."""

    def answered() -> None:
        visit.say("hello")
        visit.button("Not helpful").first.click()
        expect(visit.panel.get_by_label("Would you like to say why?")).to_be_visible()
        visit.panel.get_by_text("From our document").first.click()
        expect(visit.panel.get_by_text("LDN works by gently")).to_be_visible()

    def scripted(script: dict[str, Any], there: Callable[[], Any]) -> None:
        bot.says(script)
        visit.say("go")
        expect(there()).to_be_visible()

    def offline() -> None:
        visit.button("Write something else").click()
        visit.context.set_offline(True)
        visit.say("in a tunnel")
        expect(visit.button("Try now")).to_be_visible()

    def unanswered() -> None:
        bot.behave("error")
        visit.context.set_offline(False)
        expect(visit.button("Try again")).to_be_visible()
        visit.box.fill("x" * 1001)

    def ended() -> None:
        bot.behave("answer")
        visit.end_session_behind_its_back()
        visit.say("too late")
        expect(visit.panel.get_by_role("heading", name="This chat has ended")).to_be_visible()

    def deleted() -> None:
        visit.button("Start a new chat").click()
        visit.choose("Delete my conversation")
        visit.button("Delete it").click()
        expect(visit.panel.get_by_role("heading", name="Your chat is deleted")).to_be_visible()

    progress = ask("liver_disease", "Do you have it?", form="screening", buttons=YES_NO)
    summary = ask("confirm", SUMMARY, form="screening", buttons=SUMMARY_BUTTONS)
    return [
        ("launcher", lambda: expect(visit.launcher).to_be_visible()),
        ("welcome", visit.open),
        ("greeting", lambda: (visit.button("Start").click(), expect(visit.button("Could LDN suit me?")).to_be_visible())),
        ("answer, source and comment", answered),
        ("safety card", lambda: (visit.say("i cant breathe"), expect(visit.log.locator(".urgent-card")).to_be_visible())),
        ("screening", lambda: scripted(progress, lambda: visit.panel.get_by_role("progressbar"))),
        ("summary", lambda: scripted(summary, lambda: visit.log.locator(".summary"))),
        ("hand-off: contact", lambda: (visit.button("Yes, that’s right").click(), visit.sees("You said: Yes, that’s right"), scripted(ask("contact"), lambda: visit.button("Phone")))),
        ("offline", offline),
        ("unanswered and too long", unanswered),
        ("menu", lambda: (visit.button("More").click(), expect(visit.button("Print")).to_be_visible())),
        ("delete?", lambda: (visit.button("Delete my conversation").click(), expect(visit.button("Keep it")).to_be_visible())),
        ("ended", lambda: (visit.button("Keep it").click(), ended())),
        ("deleted", deleted),
    ]  # fmt: skip


@pytest.mark.parametrize("visit", [{}, DARK | SMALL_PHONE], ids=["laptop", "dark small phone"], indirect=True)
def test_axe_finds_nothing_in_any_of_fourteen_states(visit: Visit, bot: Bot) -> None:
    found = {}
    for name, reach in states(visit, bot):
        reach()
        # The page around the chat stays as it is.
        found[name] = axe(visit, "html" if name in ("launcher", "welcome") else "ldn-chat")

    assert len(found) == 14
    assert {name: wrong for name, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize("visit", [FORCED], ids=["forced colours"], indirect=True)
def test_with_forced_colours_parts_are_told_apart_by_their_edges(visit: Visit) -> None:
    visit.start()
    visit.say("i cant breathe")
    card = visit.log.locator(".urgent-card")
    expect(card).to_be_visible()

    widths = [one.evaluate("one => getComputedStyle(one).borderTopWidth") for one in (card, visit.panel, visit.button("Send"))]
    assert widths == ["5px", "1px", "1px"]
    assert axe(visit) == []


# Screens


@pytest.mark.parametrize(
    "visit",
    [SMALL_PHONE, KEYBOARD_UP, ZOOMED_200, ZOOMED_400],
    ids=["320 px", "keyboard up", "200 %", "400 %"],
    indirect=True,
)
def test_on_a_small_screen_nothing_scrolls_sideways_and_all_is_within_reach(visit: Visit, bot: Bot) -> None:
    bot.says(ask("confirm", SUMMARY, form="screening", buttons=SUMMARY_BUTTONS))
    visit.start()
    visit.say(LONG_WORD)
    visit.sees(f"You said: {LONG_WORD}")
    visit.say("go")
    expect(visit.log.locator(".summary")).to_be_visible()
    assert sideways(visit) == []

    visit.box.fill("reachable")
    expect(visit.box).to_be_in_viewport(ratio=0.9)
    visit.choose("Delete my conversation")
    visit.button("Delete it").scroll_into_view_if_needed()
    expect(visit.button("Delete it")).to_be_in_viewport(ratio=0.9)
    assert sideways(visit) == []


@pytest.mark.parametrize("visit", [SMALL_PHONE, KEYBOARD_UP], ids=["320 px", "keyboard up"], indirect=True)
def test_on_a_phone_the_emergency_line_and_the_box_stay_in_sight(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")

    for name in ("call 911", "call", "text 9-8-8"):
        expect(visit.panel.get_by_role("link", name=name, exact=True)).to_be_in_viewport(ratio=1)
    expect(visit.box).to_be_in_viewport(ratio=1)
    expect(visit.button("Send")).to_be_in_viewport(ratio=1)


def test_text_at_twice_its_size_stays_whole(visit: Visit) -> None:
    visit.page.add_init_script("addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '32px'; })")
    visit.page.reload()
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")

    assert float(visit.log.evaluate("log => parseFloat(getComputedStyle(log).fontSize)")) == 32
    assert sideways(visit) == []
    expect(visit.button("Send")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("visit", [SMALL_PHONE], ids=["320 px"], indirect=True)
def test_whatever_can_be_pressed_is_at_least_24_pixels_tall_and_wide(visit: Visit) -> None:
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")
    visit.button("More").click()

    small = visit.page.evaluate(
        """() => [...document.querySelector("ldn-chat").shadowRoot.querySelectorAll("button, input, textarea, summary, .choice")]
             .filter((one) => one.getClientRects().length).map((one) => [one.textContent || one.ariaLabel, one.getBoundingClientRect()])
             .filter(([, {width, height}]) => width < 24 || height < 24).map(([name]) => name)"""
    )
    assert small == []


def test_the_box_is_set_in_16_pixels_or_more_so_that_phones_do_not_zoom(visit: Visit) -> None:
    visit.start()

    assert visit.box.evaluate("box => parseFloat(getComputedStyle(box).fontSize)") >= 16


def test_from_right_to_left_all_is_mirrored(chromium: Any, site: str, bot: Bot) -> None:
    visit = visitor(chromium)
    visit.page.add_init_script("addEventListener('DOMContentLoaded', () => { document.documentElement.dir = 'rtl'; })")
    visit.page.goto(site)
    assert visit.launcher.bounding_box()["x"] < 100
    visit.start()
    visit.say("hello")
    visit.sees("And a second thing.")

    panel, mine, theirs = (one.bounding_box() for one in (visit.panel, visit.said("hello"), visit.log.locator(".theirs .bubble").last))
    assert mine["x"] - panel["x"] < 30
    assert panel["x"] + panel["width"] - theirs["x"] - theirs["width"] < 30
    assert sideways(visit) == []
    visit.context.close()


def test_nothing_moves_for_those_who_want_it_so(visit: Visit, bot: Bot) -> None:
    visit.start()
    bot.behave("hold")
    visit.say("slowly")
    expect(visit.panel.get_by_text("Writing an answer")).to_be_visible()

    assert visit.page.evaluate("document.querySelector('ldn-chat').shadowRoot.getAnimations().length") == 0


# What the tests above are made of


def tabbed(visit: Visit, times: int) -> list[str]:
    names = []
    for _ in range(times):
        visit.page.keyboard.press("Tab")
        names.append(focused_name(visit))
    return names


def focused_name(visit: Visit) -> str:
    name: str = visit.page.evaluate(f"() => {{ const one = ({FOCUSED})(); return one.ariaLabel || one.textContent; }}")
    return name


def listen(visit: Visit, how: str = "polite") -> None:
    """Notes what the regions say from now on; they come with the panel's parts, after its head."""
    visit.page.wait_for_function("document.querySelectorAll('ldn-chat > [aria-live]').length === 3")
    visit.page.evaluate(
        """(how) => {
          window.aloud = [];
          for (const one of document.querySelectorAll(`ldn-chat > [aria-live=${how}]`))
            new MutationObserver(() => one.textContent && aloud.push(one.textContent)).observe(one, {childList: true});
        }""",
        how,
    )


def heard(visit: Visit, text: str, times: int = 1) -> list[str]:
    """What was said, once this text was among it so many times."""
    visit.page.wait_for_function("([text, times]) => aloud.filter((one) => one.includes(text)).length >= times", arg=[text, times])
    found: list[str] = visit.page.evaluate("aloud")
    return found


def sideways(visit: Visit) -> list[str]:
    """What is wider inside than outside."""
    found: list[str] = visit.page.evaluate(
        """() => [document.documentElement, ...document.querySelector("ldn-chat").shadowRoot.querySelectorAll(".panel, .scroller, .bubble, .head, .composer, .sheet")]
             .filter((one) => one.scrollWidth > one.clientWidth + 1 && one.clientWidth > 0).map((one) => one.className || one.localName)"""
    )
    return found


def axe(visit: Visit, where: str = "ldn-chat") -> list[Any]:
    if visit.page.evaluate("!window.axe"):
        visit.page.evaluate(AXE.axe_script)
    options = {"runOnly": AXE_RULES, "resultTypes": ["violations"]}
    found = visit.page.evaluate("([where, options]) => axe.run(where, options)", [where, options])
    assert len(found["passes"]) > 15
    return [(broken["id"], [re.sub(r"\s+", " ", node["html"])[:160] for node in broken["nodes"]]) for broken in found["violations"]]
