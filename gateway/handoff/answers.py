"""A message's answer and the request that it confirms, written in one transaction: both or neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, select

from gateway.chat.replies import Issued, ReplyJson
from gateway.handoff import requests
from gateway.handoff.requests import REQUESTED, NewRequest
from gateway.journal import messages
from gateway.journal.conversations import ConversationOver
from gateway.journal.messages import Answer
from gateway.journal.schema import conversations
from gateway.journal.schema import messages as rows


@dataclass(frozen=True)
class Prepared:
    """Replies that are ready to be written, and the request that goes with them."""

    issued: Sequence[Issued]
    save: bool = True
    """False once the visitor chose to go on without saving; a request stays nevertheless."""
    request: NewRequest | None = None
    understood: Mapping[str, Any] = field(default_factory=dict)
    """What the bot understood of the message, for the staff who review it."""


def answer(connection: Connection, conversation_id: str, message_id: str, prepared: Prepared, gateway: str) -> Answer:
    """As `messages.answer`; before that the request is written, and its reference put into its reply."""
    issued = prepared.issued
    if prepared.request:
        _require(connection, conversation_id)
        if not _is_answered(connection, conversation_id, message_id):
            reference = requests.write(connection, conversation_id, message_id, prepared.request)
            issued = [_with_reference(one, reference) for one in issued]
    return messages.answer(connection, conversation_id, message_id, issued, gateway, prepared.save, prepared.understood)


def _with_reference(one: Issued, reference: str) -> Issued:
    if REQUESTED not in one.reply["outcomes"]:
        return one
    text = one.reply["text"].replace("{reference}", reference)
    reply: ReplyJson = {**one.reply, "text": text, "reference": reference}
    return replace(one, reply=reply)


def _is_answered(connection: Connection, conversation_id: str, message_id: str) -> bool:
    answers = select(rows.c.seq).where(rows.c.conversation_id == conversation_id, rows.c.answers == message_id)
    return connection.execute(answers).scalar() is not None


def _require(connection: Connection, conversation_id: str) -> None:
    """The row stays locked until the end, so that an erasure or another gateway's answer comes before or after, never
    in between: what is looked for after this is there to be found."""
    row = select(conversations.c.id).where(conversations.c.id == conversation_id).with_for_update()
    if connection.execute(row).scalar() is None:
        raise ConversationOver
