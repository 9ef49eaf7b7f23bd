"""A confirmed request is written down with its answer, once, and its reference is shown only then."""

from __future__ import annotations

import json
import uuid

import pytest
from clinic import OPEN_ALWAYS, REFERENCE, ConfirmingBot, confirm, states
from conftest import MakeGateway
from processes import Gateway, outcomes
from records import on_both_databases

from gateway.handoff import references


@on_both_databases
def test_a_confirmed_request_is_on_disk_when_its_reference_is_shown(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    reply = confirm(visitor, note="please call me Janie", screening={"opioid_use": "no"})
    assert REFERENCE.fullmatch(reply["reference"])
    assert references.read(reply["reference"]) == reply["reference"] != "LDN-0000-00"
    assert reply["text"] == (
        f"Thank you. Your reference is {reply['reference']}. The team reads requests when the clinic is open. "
        "Kept 365 days. Or write to info@bellowellness.ca."
    )
    columns = (
        "reference, conversation_id, kind, name, contact_kind, contact, times, question, note, screening, after_hours"
    )
    assert gateway.rows(f"SELECT {columns} FROM requests") == [
        (
            *(reply["reference"], visitor.conversation_id, "booking", "Jane Roe", "email", "jane@example.com"),
            *("weekday mornings", None, "please call me Janie", '{"opioid_use": "no"}', None),
        )
    ]
    assert gateway.rows("SELECT kind FROM outbox ORDER BY kind") == [("clinic",), ("patient",)]
    assert visitor.read()[-1]["replies"][-1] == reply
    assert gateway.rows("SELECT keep FROM conversations") == [("request",)]
@on_both_databases
def test_the_same_confirmation_twice_makes_one_request(gateway: Gateway) -> None:
    visitor, message_id = gateway.visitor(), str(uuid.uuid4())
    first = confirm(visitor, message_id)
    gateway.restart()
    assert confirm(visitor, message_id) == first
    assert gateway.rows("SELECT reference FROM requests") == [(first["reference"],)]
    assert confirm(visitor)["reference"] != first["reference"]
@on_both_databases
def test_another_message_that_confirms_the_same_form_gets_the_same_reference(gateway: Gateway) -> None:
    visitor, other = gateway.visitor(), gateway.visitor()
    first = confirm(visitor, form="f1")["reference"]
    assert confirm(visitor, form="f1", note="pressed twice")["reference"] == first
    assert confirm(visitor, form="f2")["reference"] != first
    assert confirm(other, form="f1")["reference"] != first
    assert gateway.rows("SELECT count(*) FROM requests") == [(3,)]
    assert states(gateway) == {"waiting": 6}


def test_somebody_with_a_telephone_gets_no_mail(gateway: Gateway) -> None:
    confirm(gateway.visitor(), contact_kind="phone", contact="+16135550123")
    assert gateway.rows("SELECT kind FROM outbox") == [("clinic",)]


@pytest.mark.parametrize(
    "request_",
    [
        {"consent": False},
        {"contact": "jane@example.com\r\nBcc: all@example.com"},
        {"contact": "Jane <jane@example.com>"},
        {"contact_kind": "phone", "contact": "613-555-0123"},
        {"kind": "other"},
        {"name": "\r\n"},
        {"name": "x" * 101},
        {"name": "nobody"},
        {"times": 7},
    ],
    ids=[
        "no consent",
        "two headers",
        "not bare",
        "not international",
        "kind",
        "no name",
        "long name",
        "nothing",
        "type",
    ],
)
def test_a_request_that_cannot_be_believed_is_not_shown_as_made(gateway: Gateway, request_: dict[str, object]) -> None:

    answer = gateway.visitor().say("confirm" + json.dumps(request_))
    assert outcomes(answer) == ["unavailable"]
    assert answer.json()["replies"][0]["reference"] is None
    assert gateway.rows("SELECT count(*) FROM requests") == [(0,)]


def test_a_reference_that_the_bot_makes_up_is_not_shown(gateway: Gateway, bot: ConfirmingBot) -> None:
    replies = gateway.visitor().say("confirm").json()["replies"]
    assert replies[0]["reference"] is None
    assert "LDN-0000-00" not in str(replies)


def test_hours_and_booking_page_are_the_settings(make_gateway: MakeGateway) -> None:
    page = "https://clinic.example/book"
    gateway = make_gateway(clinic__booking_url=page, clinic__email="hello@clinic.example", **OPEN_ALWAYS)
    offer, reply = gateway.visitor().say("confirm").json()["replies"]
    button = offer["buttons"][0]
    assert (button["title"], button["href"], button["outcome"]) == ("Open the booking page", page, "handoff:booking")
    assert "write to hello@clinic.example" in reply["text"]
    # On a public holiday this clinic is closed, whatever day the test runs on.
    open_now = gateway.rows("SELECT after_hours FROM requests") == [(0,)]
    assert ("The clinic is open now." if open_now else "The clinic is closed now; it opens ") in reply["text"]


def test_a_request_of_an_erased_chat_is_not_written(gateway: Gateway, bot: ConfirmingBot) -> None:
    visitor = gateway.visitor()
    assert visitor.erase().status_code == 204
    assert visitor.say("confirm").status_code == 401
    assert gateway.rows("SELECT count(*) FROM requests") == [(0,)]
