"""Two gateways and two mailers on one journal: one request for one confirmation, one mail for one row."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from clinic import MailServer, confirm, engine, states
from conftest import MakeGateway, StartMailer
from processes import Gateway, until
from records import on_both_databases

from gateway.handoff import outbox

MINUTE_MS = 60_000


@on_both_databases
def test_one_confirmation_through_two_gateways_makes_one_request(make_gateway: MakeGateway) -> None:
    one, two = make_gateway(), make_gateway()
    here, there = one.visitor(), two.visitor()
    there.headers = here.headers
    with ThreadPoolExecutor(8) as tabs:
        for form in range(10):
            same = [str(uuid.uuid4()), str(uuid.uuid4())] * 4  # a button pressed in two tabs, by a line that drops
            doors = [here, here, there, there] * 2
            said = list(tabs.map(lambda visitor, id_, form=form: confirm(visitor, id_, form=f"f{form}"), doors, same))
            assert len({reply["reference"] for reply in said}) == 1
    assert one.rows("SELECT count(*), count(DISTINCT reference) FROM requests") == [(10, 10)]
    assert states(one) == {"waiting": 20}
    assert here.lines() == there.lines()
    assert len(here.lines()) == 40


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)  # SQLite's file is one machine's, with one mailer
def test_two_mailers_on_one_journal_send_every_mail_once(
    make_gateway: MakeGateway, server: MailServer, start_mailer: StartMailer
) -> None:
    one, two = make_gateway(), make_gateway("var of another machine")
    visitor = one.visitor()
    for _ in range(15):
        confirm(visitor)
    server.behave("slow")
    mailers = [start_mailer(gateway, server) for gateway in (one, two)]
    until(lambda: states(one) == {"sent": 30}, "all mails")
    assert sorted(server.copies().values()) == [1] * 30
    assert all(any(line["event"] == "mail.sent" for line in mailer.said()) for mailer in mailers)


def test_a_mailer_whose_lease_ran_out_does_not_undo_what_the_next_one_does(gateway: Gateway) -> None:
    confirm(gateway.visitor(), contact_kind="phone", contact="+16135550123")
    with engine(gateway).begin() as connection:
        slow = outbox.lease(connection, "slow", 0, False)
        quick = outbox.lease(connection, "quick", MINUTE_MS, False)
        assert slow
        assert quick
        assert slow.id == quick.id
        outbox.try_later(connection, slow.id, "slow", 0, "451", maybe_sent=False)
        outbox.failed(connection, slow.id, "slow", "550", maybe_sent=False)
        assert outbox.lease(connection, "third", MINUTE_MS, False) is None
        outbox.sent(connection, slow.id)
        outbox.try_later(connection, quick.id, "quick", 0, "451", maybe_sent=True)
        assert outbox.lease(connection, "third", MINUTE_MS, False) is None
    assert states(gateway) == {"sent": 1}
