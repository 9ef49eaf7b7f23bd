"""The chat API stands by itself: a chat component that we did not write, deep-chat, talks to it from another website."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Bot, Website, visitor
from playwright.sync_api import expect

DEEP_CHAT = ROOT / "widget" / "node_modules" / "deep-chat" / "dist" / "deepChat.bundle.js"
PAGE = """<script type="module" src="/deep-chat.js"></script>
<script type="module">
  const api = "API";
  const started = await (await fetch(api + "/sessions", {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify({save: false, locale: "en-CA"}),
  })).json();
  const chat = document.createElement("deep-chat");
  chat.connect = {url: api + "/messages", method: "POST", headers: {Authorization: "Bearer " + started.token}};
  chat.requestInterceptor = (request) => ({...request, body: {id: crypto.randomUUID(), text: request.body.messages[0].text}});
  chat.responseInterceptor = ({replies}) => ({text: replies.map(({text}) => text).join(" / ")});
  // It draws itself anew by a timer after each property, and what was typed before is gone: ours is due after those.
  setTimeout(() => document.body.append(chat), 100);
</script>"""


@pytest.fixture(scope="module")
def deep_chat() -> Path:
    """The component's file; npm fetches it as widget/package-lock.json has it."""
    if not DEEP_CHAT.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm is not installed (apt-get install npm)")
        subprocess.run([npm, "ci", "--ignore-scripts", "--silent"], cwd=ROOT / "widget", check=True)
    return DEEP_CHAT


def test_deep_chat_asks_and_shows_the_answer(chromium: Any, site: str, clinic: Website, bot: Bot, deep_chat: Path) -> None:
    visit = visitor(chromium)
    clinic.shows(PAGE.replace("API", f"{site}api/v1"))
    clinic.files["/deep-chat.js"] = ({"Content-Type": "text/javascript"}, deep_chat.read_bytes())
    visit.page.goto(clinic.origin)
    box = visit.page.locator("deep-chat #text-input")
    box.click()
    box.press_sequentially("is it safe")
    visit.page.keyboard.press("Enter")

    expect(visit.page.locator("deep-chat").get_by_text("You said: is it safe / And a second thing.")).to_be_visible()
    assert len(bot.asked("is it safe")) == 1
    visit.context.close()
