"""What the bot says, what the visitor sees, and the step between: ids, and buttons that can be pressed.

`BotReply` is a reply of docs/loopback-channel.md; `ReplyJson` is the Reply of the chat API. The gateway gives
every reply and every button its id and keeps the button's payload to itself.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, TypedDict

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Label = Annotated[str, StringConstraints(pattern=r"^[a-z_]+(:[A-Za-z0-9_]+)*$", max_length=100)]
Link = Annotated[str, StringConstraints(pattern=r"^(https://|mailto:|tel:|sms:)\S+$", max_length=2000)]


class SourceJson(TypedDict):
    section: str
    title: str


class ButtonJson(TypedDict):
    id: str
    title: str
    outcome: str | None
    subject: str | None
    value: str | None
    href: str | None


class ReplyJson(TypedDict):
    id: str
    text: str
    outcomes: list[str]
    sources: list[SourceJson]
    subject: str | None
    condition: str | None
    buttons: list[ButtonJson]
    screening: dict[str, Any] | None
    handoff: dict[str, Any] | None
    reference: str | None


class _Said(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Source(_Said):
    section: Text
    title: Text


class BotButton(_Said):
    title: Text
    outcome: Label | None = None
    subject: Label | None = None
    value: str | None = None
    href: Link | None = None
    payload: dict[str, Any] = {}


class BotReply(_Said):
    text: Text
    outcomes: Annotated[list[Label], Field(min_length=1)]
    sources: list[Source] = []
    subject: Label | None = None
    condition: str | None = None
    buttons: list[BotButton] = []
    screening: dict[str, Any] | None = None
    handoff: dict[str, Any] | None = None
    reference: str | None = None


@dataclass(frozen=True)
class Choice:
    """A button as the journal keeps it."""

    id: str
    title: str
    payload: dict[str, Any]


@dataclass(frozen=True)
class Issued:
    """A reply as the visitor sees it, with the buttons that may be pressed from now on."""

    reply: ReplyJson
    choices: tuple[Choice, ...]


def new_id() -> str:
    """128 random bits that nobody guesses."""
    return secrets.token_urlsafe(16)


def new_uuid() -> str:
    """An id such as pages give their messages."""
    return str(uuid.uuid4())


def issue(said: Iterable[BotReply]) -> list[Issued]:
    """Gives every reply and every button its id."""
    return [_issue(reply) for reply in said]


def _issue(said: BotReply) -> Issued:
    choices = tuple(Choice(new_id(), button.title, button.payload) for button in said.buttons)
    reply = ReplyJson(
        id=new_id(),
        text=said.text,
        outcomes=said.outcomes,
        sources=[SourceJson(section=source.section, title=source.title) for source in said.sources],
        subject=said.subject,
        condition=said.condition,
        buttons=[
            ButtonJson(
                id=choice.id,
                title=button.title,
                outcome=button.outcome,
                subject=button.subject,
                value=button.value,
                href=button.href,
            )
            for choice, button in zip(choices, said.buttons, strict=True)
        ],
        screening=said.screening,
        handoff=said.handoff,
        reference=said.reference,
    )
    return Issued(reply, choices)
