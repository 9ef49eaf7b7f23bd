"""Requests to the clinic: what a confirming turn of the bot's must hold, and writing it down once."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from sqlalchemy import Connection, insert, or_, select

from gateway.chat.replies import BotReply, new_id
from gateway.clock import now_ms
from gateway.handoff import outbox, references
from gateway.handoff.opening import Opening
from gateway.journal.schema import requests
from language import contacts

REQUESTED = "handoff:requested"
WORDS_CHARACTERS = 20_000


class Unconfirmed(Exception):
    """The bot says that a request was made and gives none that can be written down."""


def _none_if_empty(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _within(characters: int) -> Callable[[str], str]:
    def check(text: str) -> str:
        if len(text) > characters:
            raise ValueError("long")
        return text

    return check


_OptionalTimes = Annotated[
    Annotated[str, AfterValidator(contacts.words), AfterValidator(_within(contacts.TIMES_CHARACTERS))] | None,
    BeforeValidator(_none_if_empty),
]
_OptionalWords = Annotated[
    Annotated[str, AfterValidator(contacts.words), AfterValidator(_within(WORDS_CHARACTERS))] | None,
    BeforeValidator(_none_if_empty),
]


class Confirmed(BaseModel):
    """What somebody has read in the summary and said yes to."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)

    form: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    kind: Literal["booking", "email"]
    name: Annotated[str, AfterValidator(contacts.name)]
    contact_kind: Literal["email", "phone"]
    contact: Annotated[str, Field(max_length=400)]
    times: _OptionalTimes = None
    question: _OptionalWords = None
    note: _OptionalWords = None
    screening: dict[str, Any] | None = None
    consent: Literal[True]

    @model_validator(mode="after")
    def _can_be_reached(self) -> Self:
        reach = contacts.email if self.contact_kind == "email" else contacts.phone
        if reach(self.contact).value != self.contact:
            raise ValueError("contact_form")
        return self


@dataclass(frozen=True)
class NewRequest:
    """A confirmed request with what was told of the opening hours, and the domain that its mails come from."""

    confirmed: Confirmed
    opening: Opening
    mail_domain: str


def confirmed(said: Sequence[BotReply]) -> Confirmed | None:
    """What a turn confirms, or None. Raises Unconfirmed where it says so and cannot be believed."""
    confirming = [reply for reply in said if REQUESTED in reply.outcomes]
    if not confirming:
        return None
    if len(confirming) > 1:
        raise Unconfirmed
    try:
        return Confirmed.model_validate(confirming[0].handoff)
    except ValidationError:
        raise Unconfirmed from None


def write(connection: Connection, conversation_id: str, message_id: str, new: NewRequest) -> str:
    """Writes the request with its mails and gives its reference. The same message again, or another one that confirms
    the same form, gives the same reference and writes nothing."""
    said = new.confirmed
    again = requests.c.message_id == message_id
    if said.form:
        again = or_(again, requests.c.form == said.form)
    known = connection.execute(
        select(requests.c.reference).where(requests.c.conversation_id == conversation_id, again)
    ).scalar()
    if known:
        return str(known)
    request_id, now = new_id(), now_ms()
    reference = references.new_reference(lambda drawn: _is_used(connection, drawn))
    connection.execute(
        insert(requests).values(
            id=request_id,
            reference=reference,
            conversation_id=conversation_id,
            message_id=message_id,
            form=said.form,
            kind=said.kind,
            created_at=now,
            after_hours=new.opening.after_hours,
            opens_at=new.opening.opens_at,
            contact_kind=said.contact_kind,
            name=said.name,
            contact=said.contact,
            times=said.times,
            question=said.question,
            note=said.note,
            screening=json.dumps(said.screening, ensure_ascii=False) if said.screening else None,
        )
    )
    outbox.put(connection, request_id, reference, "clinic", new.mail_domain, now)
    if said.contact_kind == "email":
        outbox.put(connection, request_id, reference, "patient", new.mail_domain, now)
    return reference


def _is_used(connection: Connection, reference: str) -> bool:
    used = select(requests.c.id).where(requests.c.reference == reference)
    return connection.execute(used).scalar() is not None
