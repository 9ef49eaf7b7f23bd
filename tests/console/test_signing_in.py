"""Signing in: no default account, two factors at once, lock-out, cookies, forms of our own only, sessions."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from people import PASSWORD, Person, csrf, found, sign_up_link, signed_in, words

if TYPE_CHECKING:
    from processes import Gateway

    from conftest import StartGateway

PAGES = ("/", "/inbox", "/next", "/conversations", "/requests", "/figures", "/audit", "/staff", "/account")
SORRY = "That did not work."


def test_nobody_reads_a_page_without_signing_in(gateway: Gateway) -> None:
    stranger = Person(gateway)
    for path in (*PAGES, "/conversations/any", "/requests/LDN-0000-00"):
        answer = stranger.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in"), path


def test_there_is_no_account_until_somebody_uses_the_link_which_works_once(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    link = sign_up_link(gateway)
    assert gateway.rows("SELECT count(*) FROM staff") == [(0,)]
    assert "recovery codes" in words(Person(gateway).sign_up("Ada", link))
    again = Person(gateway).get(link.removeprefix(gateway.private_url))
    assert again.status_code == 404
    assert "used already" in words(again)


def test_a_command_that_comes_and_goes_leaves_the_gateway_its_write_ahead_log(start_gateway: StartGateway) -> None:
    """Console and chat have a connection each in one process; neither may drop the other's locks."""
    gateway = start_gateway()
    Person(gateway).get("/sign-up/none")
    visitor = gateway.visitor()
    log = gateway.database.with_name("journal.sqlite3-wal")
    before = log.stat().st_ino
    link = sign_up_link(gateway)
    assert log.stat().st_ino == before
    visitor.say("still here")
    assert gateway.rows("SELECT text FROM messages WHERE role = 'visitor'") == [("still here",)]
    assert Person(gateway).get(link.removeprefix(gateway.private_url)).status_code == 200


@pytest.mark.parametrize(
    ("password", "why"),
    [("short", "10 to 72"), ("password123", "easy to guess"), ("bellowellness", "easy to guess"), ("Rosalind2026", "easy to guess")],
)  # fmt: skip
def test_a_password_that_is_easy_to_guess_is_refused_and_the_page_says_why(gateway: Gateway, password: str, why: str) -> None:
    answer = Person(gateway).sign_up("Rosalind", sign_up_link(gateway), password)
    assert answer.status_code == 422
    assert why in words(answer)
    assert gateway.rows("SELECT count(*) FROM staff WHERE name = 'Rosalind'") == [(0,)]


def test_passwords_codes_and_cookies_are_kept_as_digests_only(gateway: Gateway, admin: Person) -> None:
    kept = gateway.bytes_on_disk()
    assert b"$argon2id$" in kept
    for secret in (PASSWORD, *admin.codes, admin.cookies["__Host-console"]):
        assert secret.encode() not in kept


def test_cookies_are_for_this_address_alone_and_out_of_reach_of_scripts(gateway: Gateway) -> None:
    person = Person(gateway)
    person.sign_up("Cookie", sign_up_link(gateway))
    answer = person.sign_in()
    cookie = next(line for line in answer.headers.get_list("set-cookie") if line.startswith("__Host-console="))
    assert {part.strip().lower() for part in cookie.split(";")[1:]} == {"path=/", "secure", "httponly", "samesite=strict"}


def test_every_wrong_part_gets_the_same_answer(gateway: Gateway, admin: Person) -> None:
    stranger = Person(gateway)
    stranger.secret = admin.secret
    tries = [("Ada", "wrong-password-here", "123456"), ("Ada", PASSWORD, "000000"), ("Nobody at all", PASSWORD, "000000")]
    answers = [stranger.sign_in(name, password, code) for name, password, code in tries]
    assert {answer.status_code for answer in answers} == {403}
    assert len({words(answer).replace("Ada", "").replace("Nobody at all", "") for answer in answers}) == 1


def test_a_code_counts_once_and_a_recovery_code_too(start_gateway: StartGateway) -> None:
    person = signed_in(start_gateway())
    assert person.sign_in(code=person.last_code).status_code == 403
    assert person.sign_in(code=person.codes[0]).status_code == 303
    assert person.sign_in(code=person.codes[0]).status_code == 403


def test_after_five_failures_a_name_is_locked_whether_it_is_ours_or_not(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    person = signed_in(gateway, "Ada")
    for name in ("Ada", "Nobody"):
        refused = [person.sign_in(name, "wrong-password-here", "000000") for _ in range(5)]
        assert {answer.status_code for answer in refused} == {403}
    assert person.sign_in(code=person.codes[0]).status_code == 403
    assert SORRY in words(person.sign_in("Nobody", PASSWORD, "000000"))
    assert gateway.rows("SELECT failures FROM failed_sign_ins") == [(5,), (5,)]
    # A quarter of an hour later the same code signs in.
    with closing(sqlite3.connect(gateway.database, timeout=20)) as journal, journal:
        journal.execute("UPDATE failed_sign_ins SET last_at = last_at - 15 * 60000")
    assert person.sign_in(code=person.codes[0]).status_code == 303


def test_a_locked_or_unknown_name_costs_a_password_check_like_any_other(start_gateway: StartGateway) -> None:
    """Not a stop-watch: what takes the time is one Argon2 check, and the audit shows that each try went the whole way."""
    gateway = start_gateway()
    person = signed_in(gateway)
    for name in ("Ada", "Nobody"):
        for _ in range(6):
            person.sign_in(name, "wrong-password-here", "000000")
    tries = gateway.rows("SELECT detail FROM audit WHERE action = 'sign-in refused' ORDER BY id")
    assert [detail for (detail,) in tries] == (['{"locked": false}'] * 5 + ['{"locked": true}']) * 2


@pytest.mark.parametrize("token", [None, "", "0" * 64, "ß"])
def test_a_form_without_our_token_changes_nothing(gateway: Gateway, reader: Person, token: str | None) -> None:
    before = gateway.rows("SELECT count(*) FROM recovery_codes")
    fields = {} if token is None else {"csrf": token}
    answer = reader.send("/account/recovery-codes", **fields)
    assert answer.status_code == 403
    assert "Nothing was changed" in words(answer)
    assert gateway.rows("SELECT count(*) FROM recovery_codes") == before


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}],
    ids=str,
)
def test_another_website_cannot_send_our_forms_even_with_the_token(gateway: Gateway, reader: Person, headers: dict[str, str]) -> None:
    page = reader.get("/account")
    answer = reader.send("/account/recovery-codes", headers=headers, csrf=csrf(page))
    assert answer.status_code == 403


def test_the_token_of_one_session_is_no_use_in_another(gateway: Gateway, admin: Person, reader: Person) -> None:
    assert reader.send("/account/recovery-codes", csrf=csrf(admin.get("/account"))).status_code == 403


def test_sessions_are_listed_and_can_be_ended_from_another_one(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    here = signed_in(gateway)
    there = Person(gateway)
    there.name, there.secret = here.name, here.secret
    assert there.sign_in(code=here.codes[0]).status_code == 303
    page = here.get("/account")
    assert "Another browser" in words(page)
    here.submit(page, "/account/sessions/end", session=found(r'name="session" value="(\w+)"', page))
    assert there.get("/inbox").status_code == 303
    assert here.get("/inbox").status_code == 200


def test_signing_out_ends_the_session_on_the_server_too(start_gateway: StartGateway) -> None:
    person = signed_in(start_gateway())
    cookie = person.cookies["__Host-console"]
    person.submit(person.get("/inbox"), "/sign-out")
    person.cookies["__Host-console"] = cookie
    assert person.get("/inbox").status_code == 303


def test_a_session_ends_when_nobody_used_it_for_too_long(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    person = signed_in(gateway)
    with closing(sqlite3.connect(gateway.database, timeout=20)) as journal, journal:
        journal.execute("UPDATE staff_sessions SET seen_at = seen_at - 61 * 60000")
    assert person.get("/inbox").status_code == 303


def test_a_reader_may_not_do_what_is_for_admins(gateway: Gateway, reader: Person) -> None:
    for path in ("/audit", "/staff"):
        assert reader.get(path).status_code == 403
    page = reader.get("/account")
    for path in ("/staff/invite", "/staff/1/leave", "/conversations", "/requests/LDN-0000-00/erase"):
        answer = reader.submit(page, path)
        assert answer.status_code == 403, path
        assert "For admins" in words(answer)


def test_the_last_admin_cannot_close_the_door_behind_everybody(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    person = signed_in(gateway)
    answer = person.submit(person.get("/staff"), "/staff/1/leave")
    assert answer.status_code == 409
    other = signed_in(gateway, "Bea")
    assert other.submit(other.get("/staff"), "/staff/1/leave").status_code == 303
    assert person.get("/inbox").status_code == 303
    assert person.sign_in(code=person.codes[0]).status_code == 403


def test_pages_may_load_from_here_only_are_kept_by_no_browser_and_shown_in_no_frame(admin: Person) -> None:
    headers = admin.get("/inbox").headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
