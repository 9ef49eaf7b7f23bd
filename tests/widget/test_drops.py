"""A connection that drops again and again: every message is stored once, answered once, in order."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from conftest import Bot, Server, Visit, free_port, visitor
from playwright.sync_api import expect

SEED = 4
LONGEST_WAIT_MS = 120_000


@pytest.fixture
def dropping_site(site: str, http: httpx.Client, tmp_path: Path) -> Iterator[str]:
    """The demonstration page behind a connection that drops."""
    port = free_port()
    arguments = ["tests/widget/dropping_proxy.py", str(port), str(urlsplit(site).port), str(SEED)]
    with Server(arguments, {}, tmp_path / "log"):
        http.get(f"http://127.0.0.1:{port}/drops").raise_for_status()
        yield f"http://127.0.0.1:{port}/"


def test_over_twenty_drops_every_message_is_stored_once(chromium: Any, dropping_site: str, bot: Bot) -> None:
    hold_over_drops(20, chromium, dropping_site, bot)


@pytest.mark.faults
def test_over_two_hundred_drops_every_message_is_stored_once(chromium: Any, dropping_site: str, bot: Bot) -> None:
    hold_over_drops(200, chromium, dropping_site, bot, reload_each=25)


def hold_over_drops(drops: int, chromium: Any, site: str, bot: Bot, reload_each: int = 10) -> None:
    """Talks until the connection has dropped so many times, with reloads in between, and looks at the record."""
    visit = visitor(chromium)
    visit.page.goto(site)
    visit.start()
    said: list[str] = []
    while dropped(site) < drops:
        for _ in range(3):
            said.append(f"message number {len(said)}")
            visit.say(said[-1])
        if len(said) % reload_each < 3:
            visit.page.reload()
            visit.open()
    # It goes on dropping meanwhile, and each drop in a row doubles the wait before the next try.
    last = visit.log.locator(".theirs").get_by_text(f"You said: {said[-1]}", exact=True)
    expect(last).to_be_visible(timeout=LONGEST_WAIT_MS)

    expect(visit.log.locator(".mine .bubble")).to_have_count(len(said))
    assert transcript(visit, site) == [line for text in said for line in (("visitor", text), ("bot", f"You said: {text}"))]
    assert [len({turn["message_id"] for turn in bot.asked(text)}) for text in said] == [1] * len(said)
    assert json.loads(json.loads(visit.kept())[0]["ldn-chat"])["outbox"] == []
    shown = visit.log.locator(".mine .bubble").evaluate_all("all => all.map((one) => one.lastChild.textContent)")
    assert shown == said
    visit.context.close()


def dropped(site: str) -> int:
    """How often it has dropped so far."""
    return sum(httpx.get(f"{site}drops", trust_env=False).json().values())


def transcript(visit: Visit, site: str) -> list[tuple[str, str]]:
    """What the server has, without the greeting: whose, and the first line of it."""
    token = json.loads(json.loads(visit.kept())[0]["ldn-chat"])["token"]
    headers = {"Authorization": f"Bearer {token}", "Origin": site.rstrip("/")}
    messages: list[dict[str, Any]] = []
    while found := httpx.get(
        f"{site}api/v1/messages", params={"after": messages[-1]["seq"] if messages else 0}, headers=headers, trust_env=False
    ).json()["messages"]:
        messages += found
    return [(one["role"], one["text"].splitlines()[0]) for one in messages[1:]]
