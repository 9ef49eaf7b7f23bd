"""Hostile pages and hostile texts: the widget stays whole and nothing is executed."""

from __future__ import annotations

import itertools
import random
from typing import TYPE_CHECKING, Any

from conftest import visitor
from playwright.sync_api import expect

if TYPE_CHECKING:
    from conftest import Bot, Visit, Website

HOSTILE_STYLE = """<style>
  * { all: unset !important; }
  * { font: 40px/3 cursive !important; color: yellow !important; background: yellow !important; direction: rtl;
      display: none !important; position: static !important; transform: rotate(5deg) !important; opacity: 0 !important;
      visibility: hidden !important; pointer-events: none !important; letter-spacing: 1em !important; }
  html, body, head ~ * { display: block !important; visibility: visible !important; opacity: 1 !important; transform: none !important; }
  html { font-size: 3px !important; }
</style>"""
MEASURES = """() => {
  const root = document.querySelector("ldn-chat").shadowRoot;
  const seen = [".launcher", ".panel", ".head", "h2", ".urgent-line", ".scroller", ".welcome", ".main-button"];
  return seen.map((name) => {
    const one = root.querySelector(name);
    const {x, y, width, height} = one.getBoundingClientRect();
    const {color, backgroundColor, fontSize, letterSpacing, direction, opacity, visibility, pointerEvents} = getComputedStyle(one);
    return [name, x, y, width, height, color, backgroundColor, fontSize, letterSpacing, direction, opacity, visibility, pointerEvents];
  });
}"""

PAYLOADS = [
    "<script>{do}</script>", "<img src=x onerror={do}>", "<svg onload={do}>", "<iframe srcdoc='<script>{do}</script>'>",
    "[a](javascript:{do})", "[a](JaVaScRiPt:{do})", "[a](data:text/html,<script>{do}</script>)", "[a](vbscript:{do})",
    "[a](https://x\"onmouseover={do})", "[a](https://x onclick={do})", "[a](//evil.example)", "[a](https:evil)",
    "[a](\u0001javascript:{do})", "[a](java\nscript:{do})", "[[a](https://a.example)](javascript:{do})", "![a](https://a.example/x.png)",
    "<a href='javascript:{do}'>a</a>", "<base href=https://evil.example>", "<style>*{{display:none}}</style>", "<math><mi//xlink:href=\"javascript:{do}\">",
    "<template><script>{do}</script></template>", "</div></body></html><script>{do}</script>", "{{{{constructor.constructor('{do}')()}}}}", "${{{do}}}",
    "**<b onclick={do}>**", "- <li onfocus={do} autofocus tabindex=1>", "1. [a](javascript:{do})", "<details open ontoggle={do}>", "<video><source onerror={do}>",
    "<input onfocus={do} autofocus>", "<object data=javascript:{do}>", "<meta http-equiv=refresh content='0;url=javascript:{do}'>", "<form action=javascript:{do}><button>", "<link rel=import href=javascript:{do}>",
]
WRAPPINGS = [
    "{0}", "\u202e{0}\u202c", "\u2066{0}", "a\u0000{0}", "\ufeff{0}", "{0}\u200b", "&lt;{0}&gt;", "%3C{0}%3E", "\U0001F600{0}",
    "z\u0324\u0347\u0351\u0300\u0338" * 12 + "{0}", "{0}\n\n{0}", "**{0}**", "[{0}](https://a.example)", "- {0}", "\t{0}", "\u0627\u0644{0}",
]
WATCH = """() => {
  const inside = document.querySelector("ldn-chat").shadowRoot.querySelector(".log");
  return {
    executed: window.executed ?? 0,
    made: [...inside.querySelectorAll("script, img, iframe, object, base, meta, link, form:not(.comment), video, math, template, style, input")].length,
    handlers: [...inside.querySelectorAll("*")].filter((one) => [...one.attributes].some(({name}) => name.startsWith("on"))).length,
    links: [...inside.querySelectorAll("a")].filter((one) => !/^(https|mailto|tel|sms):/.test(one.href)).map((one) => one.href),
  };
}"""


def hostile_texts(count: int) -> list[str]:
    """The same texts each time, each under 1,000 characters."""
    every = [wrapping.format(payload.format(do="window.executed=1")) for wrapping, payload in itertools.product(WRAPPINGS, PAYLOADS)]
    return random.Random(20260831).sample(every, count)


def test_five_hundred_hostile_texts_of_visitor_and_bot_execute_nothing(visit: Visit, bot: Bot, site: str) -> None:
    dialogs: list[Any] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    texts = hostile_texts(500)
    messages = [
        message
        for number, text in enumerate(texts)
        for message in (
            {"seq": 2 * number + 2, "id": f"v{number}", "role": "visitor", "at": "2026-08-31T12:00:00Z", "text": text, "replies": []},
            {"seq": 2 * number + 3, "id": f"v{number}", "role": "bot", "at": "2026-08-31T12:00:00Z", "text": text, "replies": [_reply(number, text)]},
        )
    ]
    visit.start()
    visit.page.route(
        "**/messages?after=*",
        lambda route: route.fulfill(json={"messages": messages if route.request.url.endswith("after=0") else [], "seq": 1001}),
    )
    visit.page.reload()
    visit.open()
    expect(visit.log.locator(".theirs")).to_have_count(500)

    for link in visit.log.get_by_role("link").all()[:5]:
        link.hover()
    assert visit.page.evaluate(WATCH) == {"executed": 0, "made": 0, "handlers": 0, "links": []}
    assert dialogs == []
    shown = visit.log.locator(".mine .bubble").evaluate_all("all => all.map((one) => one.lastChild.textContent)")
    assert shown == texts
    assert visit.page.url == site


def test_hostile_texts_that_are_typed_go_through_and_execute_nothing(visit: Visit, bot: Bot) -> None:
    visit.start()
    for text in hostile_texts(8):
        text = text.replace("\u0000", "").strip()
        visit.say(text)
        expect(visit.button("Is it safe?")).to_be_visible()
    expect(visit.log.locator(".theirs").filter(has_text="And a second thing.")).to_have_count(8)

    assert visit.page.evaluate(WATCH) == {"executed": 0, "made": 0, "handlers": 0, "links": []}


def test_a_hostile_style_sheet_leaves_it_as_it_is(chromium: Any, site: str, clinic: Website) -> None:
    line = f'<script src="{site}widget.js" data-clinic="Bello Wellness" async></script>'
    measured = []
    for style in ("", HOSTILE_STYLE):
        visit = visitor(chromium)
        clinic.shows(style + line)
        visit.page.goto(clinic.origin)
        launcher = visit.launcher.bounding_box()
        visit.open()
        expect(visit.panel.get_by_text("up to 30 days")).to_be_visible()
        measured.append((launcher, visit.page.evaluate(MEASURES)))
        visit.context.close()

    assert measured[1] == measured[0]


def test_what_is_said_aloud_stays_out_of_sight_on_a_hostile_page(chromium: Any, site: str, clinic: Website) -> None:
    visit = visitor(chromium)
    clinic.shows("<style>* { all: unset !important; display: block !important; }</style>" + f'<script src="{site}widget.js" async></script>')
    visit.page.goto(clinic.origin)
    visit.start()
    sizes = visit.page.evaluate("[...document.querySelectorAll('ldn-chat > *')].map((one) => one.getBoundingClientRect()).map(({width, height}) => [width, height])")

    assert sizes == [[1, 1]] * 3
    visit.context.close()


def _reply(number: int, text: str) -> dict[str, Any]:
    button = {"id": f"b{number}", "title": text, "outcome": None, "subject": None, "value": None, "href": text}
    return {
        "id": f"r{number}", "text": text, "outcomes": ["answer:safety"], "sources": [{"section": text, "title": text}], "subject": None,
        "condition": None, "buttons": [button], "screening": None, "handoff": None, "reference": text,
    }
