"""What becomes of a request when its chat is erased."""

from __future__ import annotations

import pytest
from clinic import MailServer, confirm, states, words
from conftest import MakeGateway, StartMailer
from processes import Gateway, until
from records import on_both_databases

SECRET = "canary-of-the-note"
@on_both_databases
def test_a_request_that_was_not_mailed_yet_is_gone_with_its_chat(make_gateway: MakeGateway) -> None:
    gateway = make_gateway()
    visitor = gateway.visitor()
    confirm(visitor, note=SECRET)
    assert visitor.erase().status_code == 204
    assert gateway.rows("SELECT count(*) FROM requests") == gateway.rows("SELECT count(*) FROM outbox") == [(0,)]
    assert SECRET.encode() not in gateway.bytes_on_disk()
    assert b"jane@example.com" not in gateway.bytes_on_disk()


def test_its_files_go_too_where_no_relay_is_set(gateway: Gateway, start_mailer: StartMailer) -> None:
    start_mailer(gateway)
    visitor = gateway.visitor()
    confirm(visitor)
    until(lambda: len(list((gateway.folder / "mail").glob("*.eml"))) == 2, "two files")
    visitor.erase()
    until(lambda: not list((gateway.folder / "mail").iterdir()), "the files to go")
@on_both_databases
def test_of_a_mailed_request_no_word_stays_and_the_clinic_is_told(
    make_gateway: MakeGateway, server: MailServer, start_mailer: StartMailer
) -> None:
    gateway = make_gateway()
    start_mailer(gateway, server)
    visitor = gateway.visitor()
    reply = confirm(visitor, note=SECRET)
    until(lambda: states(gateway) == {"sent": 2}, "both mails")
    visitor.erase()
    assert SECRET.encode() not in gateway.bytes_on_disk()
    assert b"jane@example.com" not in gateway.bytes_on_disk()
    assert gateway.rows("SELECT reference, conversation_id, name, contact FROM requests") == [
        (reply["reference"], None, None, None)
    ]
    until(lambda: server.count() == 3, "the third mail")
    told = server.mails()[-1]
    assert told["Subject"] == f"A request was taken back: {reply['reference']}"
    assert told["To"] == "Bello Wellness <info@bellowellness.ca>"
    assert "jane" not in words(told)
    assert told["Reply-To"] is None
@on_both_databases
def test_a_request_from_an_unsaved_chat_stays_when_the_chat_ends(gateway: Gateway) -> None:
    visitor = gateway.visitor(save=False)
    reply = confirm(visitor, note="call me")
    gateway.restart()
    assert gateway.rows("SELECT count(*) FROM conversations") == [(0,)]
    assert gateway.rows("SELECT reference, conversation_id, note FROM requests") == [
        (reply["reference"], None, "call me")
    ]
    assert states(gateway) == {"waiting": 2}


@on_both_databases
@pytest.mark.parametrize("saved", [True, False], ids=["with its chat", "after its chat"])
def test_when_the_time_of_keeping_is_over_a_request_goes(make_gateway: MakeGateway, saved: bool) -> None:
    gateway = make_gateway(retention__sweep_seconds=0.3)
    confirm(gateway.visitor(save=saved))
    if not saved:
        gateway.restart()
    year = 366 * 86_400_000
    gateway.change(f"UPDATE requests SET created_at = created_at - {year}")
    gateway.change(f"UPDATE conversations SET last_seen_at = last_seen_at - {year}")
    until(lambda: gateway.rows("SELECT count(*) FROM requests") == [(0,)], "the sweeper")
    assert gateway.rows("SELECT count(*) FROM outbox") == [(0,)]
