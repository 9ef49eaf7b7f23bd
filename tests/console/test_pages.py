"""The pages in Chromium: hostile texts stay texts; for a keyboard, a phone and a screen reader; without JavaScript too."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from hostile import texts
from people import PASSWORD, Person, signed_in

if TYPE_CHECKING:
    from processes import Gateway

    from conftest import StartGateway

PATIENCE_MS = 30_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
LAPTOP = {"width": 1280, "height": 800}
PHONE = {"width": 320, "height": 640}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = "hostile-conversation"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def hostile(gateway: Gateway, admin: Person) -> list[str]:
    """A conversation of three hundred hostile texts, in every place where a text can stand."""
    written = texts()
    now = int(time.time() * 1000)
    with closing(sqlite3.connect(gateway.database, timeout=30)) as journal, journal:
        journal.execute(
            "INSERT INTO conversations (id, started_at, last_seen_at, expires_at, keep, locale, last_seq, gateway) "
            "VALUES (?, ?, ?, ?, 'chat', 'en-CA', ?, 'x')", (HOSTILE, now, now, now, len(written) * 2),
        )  # fmt: skip
        for number, text in enumerate(written):
            seq = number * 2 + 1
            journal.execute("INSERT INTO messages (conversation_id, seq, role, at, client_id, text) VALUES (?, ?, 'visitor', ?, ?, ?)", (HOSTILE, seq, now, f"v{number}", text))
            journal.execute("INSERT INTO messages (conversation_id, seq, role, at, answers, text) VALUES (?, ?, 'bot', ?, ?, '')", (HOSTILE, seq + 1, now, f"v{number}"))
            body = {"id": f"r{number}", "text": text, "outcomes": ["answer:safety"], "sources": [{"section": "x", "title": text}], "subject": text[:80],
                    "condition": text, "buttons": [{"title": text}], "screening": None, "handoff": None, "reference": None}
            journal.execute("INSERT INTO replies VALUES (?, ?, ?, 0, ?)", (f"r{number}", HOSTILE, seq + 1, json.dumps(body)))
            reading = {"outcomes": [{"label": text, "subject": text, "score": 1}], "pieces": [{"text": text, "entities": [{"kind": text, "canonical": text}], "nearest": [{"text": text, "label": text, "cosine": 1}]}]}
            journal.execute("INSERT INTO readings VALUES (?, ?, ?)", (HOSTILE, seq, json.dumps(reading)))
            journal.execute("INSERT INTO feedback VALUES (?, ?, ?, 0, ?)", (f"r{number}", HOSTILE, now, text))
    path = f"/conversations/{HOSTILE}"
    page = admin.get(path)
    for text in written[:5]:
        admin.submit(page, f"{path}/notes", text=text)
        admin.submit(page, "/views", name=text[:60], address=f"words={text}")
    return written


class Browser:
    """A page with somebody signed in, and what it did meanwhile."""

    def __init__(self, chromium: Any, gateway: Gateway, person: Person, **options: Any) -> None:
        self.url = gateway.private_url
        self.context = chromium.new_context(**{"viewport": LAPTOP, "reduced_motion": "reduce", **options})
        self.context.set_default_timeout(PATIENCE_MS)
        self.page = self.context.new_page()
        self.elsewhere: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda sent: None if sent.url.startswith(self.url) else self.elsewhere.append(sent.url))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("console", lambda line: self.wrong.append(line.text))
        self.page.on("dialog", lambda dialog: (self.wrong.append("dialog"), dialog.dismiss()))
        for name, value in person.cookies.items():
            self.context.add_cookies([{"name": name, "value": value, "url": f"{self.url.replace('http:', 'https:')}/", "secure": True, "httpOnly": True, "sameSite": "Strict"}])

    def open(self, path: str) -> Any:
        answer = self.page.goto(f"{self.url}{path}")
        assert answer.status == 200, path
        return self.page


@pytest.fixture
def browser(request: pytest.FixtureRequest, chromium: Any, gateway: Gateway, admin: Person) -> Iterator[Browser]:
    """An admin's browser; an indirect parameter sets the kind of screen."""
    browser = Browser(chromium, gateway, admin, **getattr(request, "param", {}))
    yield browser
    browser.context.close()
    assert browser.elsewhere == []
    assert browser.wrong == []


def test_three_hundred_hostile_texts_in_every_place_stay_texts(browser: Browser, hostile: list[str]) -> None:
    assert len(set(hostile)) == 300
    page = browser.open(f"/conversations/{HOSTILE}")
    shown = page.eval_on_selector_all(".visitor .bubble", "all => all.map(one => one.textContent)")
    assert len(shown) == 300
    # Control characters and unpaired line ends are the browser's to normalise; words and brackets are not.
    assert [text for text, said in zip(shown, hostile, strict=True) if "<script>" in said and "<script>" not in text] == []
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for path in ("/inbox", "/conversations", "/conversations?words=script", "/conversations?words=%3Cscript%3Ewindow.hit%3D1%3C%2Fscript%3E", "/audit"):
        browser.open(path)
        assert page.evaluate("window.hit") is None, path
        inside = "script, img, iframe, object, embed, link, meta, base, style, video, math, template, marquee, x, [onerror], [onload], [onclick], [onfocus], [href^='javascript']"
        assert page.locator("main").locator(inside).count() == 0, path


@pytest.fixture(scope="module")
def talk(gateway: Gateway) -> str:
    """The address of an ordinary conversation."""
    visitor = gateway.visitor()
    visitor.say("how long until i sleep better? #not_covered:onset #answer:side_effects")
    visitor.say("request a call please")
    visitor.say("write me at kim@example.org #suggest")
    return f"/conversations/{visitor.conversation_id}"


@pytest.fixture(scope="module")
def tried(gateway: Gateway, admin: Person) -> str:
    """The page with an example that is ready, and a trial of it in which some messages changed."""
    visitor = gateway.visitor()
    visitor.say("wexelblatt how dear is it")
    path = f"/conversations/{visitor.conversation_id}"
    admin.submit(admin.get(path), f"{path}/messages/2/review", verdict="wrong", label="answer/cost")
    admin.submit(admin.get("/learning"), f"/learning/{visitor.conversation_id}/2", state="ready", text="wexelblatt how dear is it")
    better = {"before": {"verdict": "missed", "came_to": ["out_of_scope"]}, "after": {"verdict": "right", "came_to": ["answer:cost"]}}
    counts = {"right": 1412, "suggested": 20, "wrong": 28, "missed": 58, "other_subject": 40}
    figures = {"files": [{"name": "tests/held_out/first.jsonl", "messages": 1518, "before": counts, "after": counts | {"right": 1413, "missed": 57}}],
               "changed": [{"file": "x", "text": "a long message " * 20, "accept": ["answer:cost", "not_covered"], "subject": "onset", **better}], "seconds": 90}
    example = ("SELECT conversation_id, seq FROM reviews WHERE conversation_id = ?", (visitor.conversation_id,))
    with closing(sqlite3.connect(gateway.database, timeout=30)) as journal, journal:
        journal.execute("INSERT INTO trials (id, asked_at, state, step, done, total, said_at, examples, measured_with, figures, finished_at) VALUES (1, 1, 'done', '', 0, 0, 1, 1, 'x', ?, 1)", (json.dumps(figures),))
        digest = hashlib.sha256(b"answer/cost\0wexelblatt how dear is it").hexdigest()
        journal.execute("INSERT INTO trial_examples VALUES (?, ?, 1, 0, ?, ?)", (*journal.execute(*example).fetchone(), digest, json.dumps(better)))
    return "/learning?show=ready"


def pages(gateway: Gateway, talk: str) -> list[str]:
    reference = gateway.rows("SELECT reference FROM requests ORDER BY created_at DESC")[0][0]
    return ["/inbox", talk, "/conversations?words=sleep&length=2-5", "/requests", f"/requests/{reference}", "/figures", "/audit", "/staff", "/account"]


@pytest.mark.parametrize(
    "browser",
    [{}, {"viewport": PHONE, "has_touch": True}, {"color_scheme": "dark"}],
    ids=["laptop", "small phone", "dark"],
    indirect=True,
)
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_the_screen(browser: Browser, gateway: Gateway, talk: str, tried: str) -> None:
    for path in [*pages(gateway, talk), tried]:
        page = browser.open(path)
        # Open, so that what is inside is looked at too.
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
        assert found.response["violations"] == [], f"{path}\n{found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path


@pytest.mark.parametrize("browser", [{"java_script_enabled": False}], ids=["no JavaScript"], indirect=True)
def test_without_javascript_a_message_is_reviewed_a_note_written_and_the_next_one_opened(browser: Browser, talk: str) -> None:
    page = browser.open(talk)
    page.get_by_role("button", name="Right", exact=True).first.click()
    expect(page.locator(".verdict").first).to_contain_text("Right")
    page.locator(".wrongly > summary").first.click()
    page.locator(".wrongly select").first.select_option("not_covered/food")
    page.locator(".wrongly").get_by_role("button", name="Save").first.click()
    expect(page.locator(".verdict").first).to_contain_text("should be Not covered: food")
    page.get_by_label("Add a note").fill("by hand")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator(".note")).to_contain_text("by hand")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("main")).to_contain_text("kim@example.org")
    page.get_by_role("button", name="Done, next").click()
    expect(page).not_to_have_url(f"{browser.url}{talk}")


def test_single_keys_review_and_go_on_and_can_be_switched_off(browser: Browser, gateway: Gateway) -> None:
    visitor = gateway.visitor()
    visitor.say("quillwort one #answer:safety")
    visitor.say("quillwort two #answer:cost")
    page = browser.open(f"/conversations/{visitor.conversation_id}")
    page.keyboard.press("j")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("r")
    expect(page.locator(".visitor").nth(1).locator(".verdict")).to_contain_text("Right")
    page.get_by_label("Single keys").uncheck()
    page.keyboard.press("n")
    page.reload()
    expect(page.get_by_label("Single keys")).not_to_be_checked()
    assert visitor.conversation_id in page.url
    page.get_by_label("Single keys").check()
    page.locator("h1").click()
    with page.expect_navigation():
        page.keyboard.press("n")


def test_somebody_signs_up_and_in_with_a_browser_on_plain_loopback(chromium: Any, start_gateway: StartGateway) -> None:
    """Browsers take `__Host-` cookies, which are for https, from loopback too."""
    gateway = start_gateway()
    person = signed_in(gateway)
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{gateway.private_url}/sign-in")
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": AXE_RULES}})
    assert found.response["violations"] == [], found.generate_report()
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Code").fill(person.codes[0])
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{gateway.private_url}/inbox")
    context.close()
