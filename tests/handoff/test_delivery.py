"""Whatever the relay does, a mail leaves in the end or its failure can be seen; no request is lost."""

from __future__ import annotations

import pytest
from clinic import MailServer, confirm, engine, states
from conftest import StartMailer
from processes import Gateway, until
from records import on_both_databases

from gateway.handoff import outbox


@pytest.mark.parametrize("trouble", ["busy", "closing", "gone"])
def test_a_relay_in_trouble_gets_the_mail_later_and_once(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer, trouble: str
) -> None:
    if trouble == "gone":
        server.kill()
    else:
        server.behave(trouble)
    start_mailer(gateway, server)
    confirm(gateway.visitor())
    until(lambda: gateway.rows("SELECT max(tries) FROM outbox") >= [(2,)], "some tries")
    assert set(states(gateway)) <= {"waiting", "sending"}
    if trouble == "gone":
        server.start()
    server.behave("take")
    until(lambda: states(gateway) == {"sent": 2}, "both to leave")
    assert list(server.copies().values()) == [1, 1]
@on_both_databases
def test_a_relay_that_takes_a_mail_and_hangs_up_gets_it_again_under_the_same_id(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    server.behave("drop")
    start_mailer(gateway, server)
    confirm(gateway.visitor(), contact_kind="phone", contact="+16135550123")
    until(lambda: server.count() == 2, "it to come twice")
    server.behave("take")
    until(lambda: states(gateway) == {"sent": 1}, "a yes")
    assert len(server.copies()) == 1
    assert len({mail.as_bytes() for mail in server.mails()}) == 1
def test_a_mail_that_the_relay_may_have_taken_stays_one_whatever_comes_after(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    server.behave("drop")
    start_mailer(gateway, server)
    visitor = gateway.visitor()
    reply = confirm(visitor, contact_kind="phone", contact="+16135550123")
    until(lambda: server.count(), "it to come")
    server.behave("busy")
    until(lambda: gateway.rows("SELECT count(*) FROM outbox WHERE error = '451'") == [(1,)], "a no")
    assert visitor.erase().status_code == 204
    server.behave("take")
    until(lambda: server.mails()[-1]["Subject"] == f"A request was taken back: {reply['reference']}", "the word of it")


@on_both_databases
def test_a_refused_mail_can_be_seen_at_once_and_tried_again_by_a_person(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    server.behave("refuse")
    start_mailer(gateway, server)
    reply = confirm(gateway.visitor(), contact_kind="phone", contact="+16135550123")
    until(lambda: states(gateway) == {"failed": 1}, "the refusal")
    server.behave("take")
    with engine(gateway).begin() as connection:
        [trouble] = outbox.troubles(connection)
        assert (trouble.reference, trouble.kind, trouble.state, trouble.error) == (
            reply["reference"], "clinic", "failed", "550"
        )  # fmt: skip
        assert outbox.try_again(connection, trouble.id)
    until(lambda: states(gateway) == {"sent": 1}, "it to leave")


def test_after_five_days_in_vain_a_mail_has_failed_and_its_request_is_there(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    server.behave("busy")
    start_mailer(gateway, server)
    confirm(gateway.visitor(), contact_kind="phone", contact="+16135550123")
    until(lambda: gateway.rows("SELECT first_try_at FROM outbox WHERE tries > 0"), "a try")
    gateway.change("UPDATE outbox SET first_try_at = first_try_at - 4 * 86400000")
    until(lambda: gateway.rows("SELECT max(tries) FROM outbox") >= [(3,)], "more tries")
    assert "failed" not in states(gateway)
    gateway.change("UPDATE outbox SET first_try_at = first_try_at - 86400000")
    until(lambda: states(gateway) == {"failed": 1}, "the end of trying")
    assert gateway.rows("SELECT count(*) FROM requests WHERE contact IS NOT NULL") == [(1,)]


def test_a_mail_that_waits_for_a_quarter_of_an_hour_can_be_seen(gateway: Gateway) -> None:
    confirm(gateway.visitor())
    with engine(gateway).begin() as connection:
        assert outbox.troubles(connection) == []
    gateway.change("UPDATE outbox SET created_at = created_at - 15 * 60000")
    with engine(gateway).begin() as connection:
        assert [trouble.state for trouble in outbox.troubles(connection)] == ["waiting", "waiting"]


def test_a_relay_that_refuses_the_login_fails_no_mail(
    gateway: Gateway, server: MailServer, start_mailer: StartMailer
) -> None:
    certificate = server.make_certificate()
    server.end()
    server.start()
    server.behave("login")
    relay = {"smtp__host": "localhost", "smtp__tls": "starttls", "smtp__user": "clinic", "smtp__password": "secret"}
    start_mailer(gateway, server, **relay, SSL_CERT_FILE=certificate)
    confirm(gateway.visitor(), contact_kind="phone", contact="+16135550123")
    until(lambda: gateway.rows("SELECT error FROM outbox WHERE error IS NOT NULL"), "the refusal")
    assert gateway.rows("SELECT error FROM outbox") == [("SMTPAuthenticationError_535",)]
    assert "failed" not in states(gateway)
    server.behave("take")
    until(lambda: states(gateway) == {"sent": 1}, "it to leave")
