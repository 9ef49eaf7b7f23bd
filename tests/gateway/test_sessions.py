"""Sessions: what a visitor gets at first, and what opens a conversation afterwards."""

from __future__ import annotations

import base64
import json
import stat
from datetime import UTC, datetime, timedelta

import pytest

from processes import Gateway, StartGateway, Visitor, outcomes, until

OWN_PAGE = "http://127.0.0.1"


def test_a_session_starts_with_a_notice_that_is_honest_and_a_greeting_with_buttons(visitor: Visitor) -> None:
    notice = visitor.session["notice"].lower()
    assert "automated" in notice
    assert "no person reads" in notice
    assert 3 <= len(visitor.session["greeting"][0]["buttons"]) <= 4


def test_a_session_ends_a_day_after_its_start(visitor: Visitor) -> None:
    expires_at = datetime.fromisoformat(visitor.session["expires_at"])
    assert timedelta(hours=23) < expires_at - datetime.now(UTC) <= timedelta(hours=24)


def test_an_unsaved_session_says_that_it_is_not_kept(gateway: Gateway) -> None:
    assert "do not keep" in gateway.visitor(save=False).session["notice"]


def test_a_session_without_any_field_is_one_that_keeps_nothing(gateway: Gateway) -> None:
    started = gateway.http.post("/api/v1/sessions", json={})
    assert started.status_code == 201
    assert "do not keep" in started.json()["notice"]


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Basic dXNlcjpwYXNz",
        "Bearer nonsense",
        "Bearer a.b.c",
        "Bearer " + "x" * 4000,
        "Bearer \u00ff",
    ],
    ids=["none", "empty", "no token", "basic", "nonsense", "dots", "long", "latin"],
)
def test_no_token_or_a_made_up_one_opens_nothing(gateway: Gateway, header: str | None) -> None:
    headers = {} if header is None else {b"Authorization": header.encode("latin-1")}
    for method, path in [
        ("GET", "messages"),
        ("POST", "messages"),
        ("POST", "feedback"),
        ("DELETE", "sessions/current"),
    ]:
        answer = gateway.http.request(
            method, f"/api/v1/{path}", headers=headers, json={} if method == "POST" else None
        )
        assert answer.status_code == 401


def test_a_token_changed_in_any_part_opens_nothing(gateway: Gateway, visitor: Visitor) -> None:
    payload, signature = visitor.session["token"].split(".")
    other = gateway.visitor()
    words = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert words[0] == visitor.conversation_id
    forged = (
        base64.urlsafe_b64encode(json.dumps([other.conversation_id, *words[1:]]).encode())
        .decode()
        .rstrip("=")
    )
    for token in (f"{forged}.{signature}", f"{payload}.{signature[:-2]}", payload, f".{signature}"):
        answer = gateway.http.get("/api/v1/messages", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401


def test_a_token_opens_its_own_conversation_only(gateway: Gateway, visitor: Visitor) -> None:
    visitor.say("mine")
    assert gateway.visitor().lines() == []


def test_a_token_works_from_the_origin_that_started_it_only(gateway: Gateway) -> None:
    own = f"http://127.0.0.1:{gateway.port}"
    page = gateway.visitor(headers={"Origin": own})
    assert outcomes(page.say("hello"))
    assert page.say("hello", Origin="https://elsewhere.example").status_code == 401
    page.headers.pop("Origin")
    assert page.say("hello").status_code == 401


def test_our_own_page_may_read_without_naming_its_origin_as_browsers_do(gateway: Gateway) -> None:
    page = gateway.visitor(headers={"Origin": f"http://127.0.0.1:{gateway.port}"})
    page.headers.pop("Origin")
    assert page.read()


def test_another_websites_token_reads_nothing_without_its_origin(gateway: Gateway) -> None:
    page = gateway.visitor(headers={"Origin": "https://clinic.example"})
    page.headers.pop("Origin")
    assert gateway.http.get("/api/v1/messages", headers=page.headers).status_code == 401


def test_a_token_started_without_an_origin_is_refused_from_a_browser(visitor: Visitor) -> None:
    assert visitor.say("hello", Origin="https://elsewhere.example").status_code == 401


def test_a_session_ends_when_its_time_is_over(start_gateway: StartGateway) -> None:
    gateway = start_gateway(sessions__absolute_hours=5 / 3600)
    visitor = gateway.visitor()
    assert outcomes(visitor.say("in time"))
    until(lambda: visitor.say("too late").status_code == 401, "the session to expire")


def test_a_session_ends_when_nobody_writes_and_lives_on_while_somebody_does(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway(sessions__idle_minutes=5 / 60)
    quiet, busy = gateway.visitor(), gateway.visitor()

    def quiet_one_is_over() -> bool:
        assert busy.say("still here").status_code == 200
        return gateway.http.get("/api/v1/messages", headers=quiet.headers).status_code == 401

    until(quiet_one_is_over, "the quiet session to end")
    assert quiet.say("too late").status_code == 401


def test_the_signing_key_is_readable_by_its_owner_only_and_outlives_a_restart(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway()
    visitor = gateway.visitor()
    for name in ("session.key", "journal.sqlite3"):
        assert stat.S_IMODE((gateway.folder / name).stat().st_mode) == 0o600
    gateway.restart()
    assert outcomes(visitor.say("still me"))
