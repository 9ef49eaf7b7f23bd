"""Which websites' pages may talk to the gateway, and what every answer tells a browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from processes import Bot, Gateway, outcomes

CLINIC = "https://www.clinic.example"
PREFLIGHT = {
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture(scope="module")
def open_gateway(shared_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway whose settings name the clinic's website."""
    gateway = Gateway(tmp_path_factory.mktemp("cors"), shared_bot, origins__allowed=[CLINIC])
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(open_gateway: Gateway, bot: Bot) -> Gateway:
    """That gateway, its bot answering."""
    return open_gateway


def test_a_page_of_a_configured_website_may_ask_and_read(gateway: Gateway) -> None:
    asked = gateway.http.options("/api/v1/messages", headers={"Origin": CLINIC, **PREFLIGHT})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Origin"] == CLINIC
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]
    page = gateway.visitor(headers={"Origin": CLINIC})
    answer = page.say("hello")
    assert outcomes(answer)
    assert answer.headers["Access-Control-Allow-Origin"] == CLINIC
    assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://www.clinic.example", CLINIC + ".evil.example"]
)
def test_a_page_of_any_other_website_may_neither_ask_nor_read(gateway: Gateway, origin: str) -> None:
    asked = gateway.http.options("/api/v1/messages", headers={"Origin": origin, **PREFLIGHT})
    started = gateway.http.post("/api/v1/sessions", json={}, headers={"Origin": origin})
    for answer in (asked, started):
        assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_only_a_configured_website_may_load_the_panel_as_a_module(gateway: Gateway) -> None:
    for path in ("/widget/panel.en.js", "/widget/clinic.json", "/widget/document.json"):
        ours, theirs = (gateway.http.get(path, headers={"Origin": origin}) for origin in (CLINIC, "https://evil.example"))
        assert ours.headers["Access-Control-Allow-Origin"] == CLINIC
        assert "Access-Control-Allow-Origin" not in theirs.headers


def test_a_problem_can_be_read_by_a_configured_website_too(gateway: Gateway) -> None:
    answer = gateway.http.post("/api/v1/messages", json={}, headers={"Origin": CLINIC})
    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == CLINIC


def test_no_browser_or_proxy_keeps_a_copy_of_an_answer(gateway: Gateway) -> None:
    answer = gateway.visitor().say("hello")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_the_page_is_served_with_a_strict_policy_and_nothing_outside_its_folder_is(gateway: Gateway) -> None:
    page = gateway.http.get("/")
    assert page.status_code == 200
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe" not in page.headers["Content-Security-Policy"]
    for path in ("/page/../app.py", "/page/%2e%2e/app.py", "/page/..%2fapp.py", "/widget/../app.py", "/page/index.html"):
        assert gateway.http.get(path).status_code in (400, 404)
