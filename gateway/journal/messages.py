"""Messages and their answers: each written once, read back as the visitor saw them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Connection, Text, bindparam, insert, select

from gateway.chat.replies import Issued, ReplyJson
from gateway.clock import now_ms, rfc3339
from gateway.journal import conversations
from gateway.journal.schema import choices, messages, readings, replies
from gateway.journal.statements import Statement

TRANSCRIPT_MESSAGES = 500
"""As many messages as one reading of the transcript gives at most."""


class OtherWords(Exception):
    """The id was used before, for a message with another text or another button."""


class UnknownChoice(Exception):
    """No such button was shown in this conversation."""


@dataclass(frozen=True)
class VisitorMessage:
    """One message as it came in: either `text` or `choice`, the id of a button."""

    id: str
    text: str | None
    choice: str | None


@dataclass(frozen=True)
class Recorded:
    """A message that is on disk, with its answer where there is one."""

    seq: int
    text: str
    payload: dict[str, Any] | None
    answer: Answer | None


@dataclass(frozen=True)
class Answer:
    """The replies to one message, and their place in the transcript."""

    seq: int
    replies: list[ReplyJson]


@dataclass(frozen=True)
class Turn:
    """A wish to handle the conversation's next message, here and until then."""

    gateway: str
    until: int


_FIND = Statement(
    select(messages.c.seq, messages.c.text, messages.c.choice_id).where(
        messages.c.conversation_id == bindparam("this"), messages.c.client_id == bindparam("message")
    )
)
_FIND_ANSWER = Statement(
    select(messages.c.seq).where(
        messages.c.conversation_id == bindparam("this"), messages.c.answers == bindparam("message")
    )
)
_FIND_CHOICE = Statement(
    select(choices.c.title, choices.c.payload).where(
        choices.c.id == bindparam("choice"), choices.c.conversation_id == bindparam("this")
    )
)
_READ_REPLIES = Statement(
    select(replies.c.seq, replies.c.body)
    .where(
        replies.c.conversation_id == bindparam("this"),
        replies.c.seq.between(bindparam("first"), bindparam("last")),
    )
    .order_by(replies.c.seq, replies.c.position)
)
_ADD_MESSAGE = Statement(
    insert(messages), ("conversation_id", "seq", "role", "at", "client_id", "text", "choice_id")
)
_ADD_ANSWER = Statement(insert(messages), ("conversation_id", "seq", "role", "at", "answers", "text"))
_ADD_READING = Statement(
    insert(readings).from_select(
        ["conversation_id", "seq", "body"],
        select(messages.c.conversation_id, messages.c.seq, bindparam("body", type_=Text())).where(
            messages.c.conversation_id == bindparam("this"), messages.c.client_id == bindparam("message")
        ),
    )
)
_ADD_REPLY = Statement(insert(replies), ("id", "conversation_id", "seq", "position", "body"))
_ADD_CHOICE = Statement(insert(choices), ("id", "conversation_id", "reply_id", "title", "payload"))


def record(connection: Connection, conversation_id: str, message: VisitorMessage, idle_ms: int) -> Recorded:
    """Writes the message down, or finds it where it was written before.

    Raises ConversationOver, OtherWords or UnknownChoice; then nothing of it is written.
    """
    conversations.require_open(connection, conversation_id, idle_ms)
    known = _find(connection, conversation_id, message)
    if known:
        return known
    return _write(connection, conversation_id, message, conversations.next_seq(connection, conversation_id))


def admit(
    connection: Connection, conversation_id: str, message: VisitorMessage, idle_ms: int, turn: Turn
) -> Recorded | None:
    """Records the message and takes the conversation's turn for it, both or neither.

    None while another gateway has the turn. A message with an answer takes no turn. Raises as `record` does.
    """
    conversations.require_open(connection, conversation_id, idle_ms)
    known = _find(connection, conversation_id, message)
    if known is None:
        seq = conversations.take_turn_and_next(connection, conversation_id, turn.gateway, turn.until)
        return None if seq is None else _write(connection, conversation_id, message, seq)
    if known.answer:
        return known
    if not conversations.take_turn(connection, conversation_id, turn.gateway, turn.until):
        return None
    # PostgreSQL may have waited for the other gateway's transaction, which brought the answer and ended the turn.
    found = _answer_to(connection, conversation_id, message.id)
    if found:
        conversations.end_turn(connection, conversation_id, turn.gateway)
    return replace(known, answer=found)


def answer(
    connection: Connection,
    conversation_id: str,
    message_id: str,
    issued: Sequence[Issued],
    gateway: str,
    save: bool = True,
    understood: Mapping[str, Any] | None = None,
) -> Answer:
    """Writes a message's replies with the buttons they carry, and what was understood of it, and ends its turn.

    Without `save` the whole conversation is kept from now on as one that began unsaved. Where the message
    has an answer already, that one stands and is returned. Raises ConversationOver after an erasure.
    """
    stored = _answer_to(connection, conversation_id, message_id)
    if not save:
        conversations.stop_saving(connection, conversation_id)
    if stored is None:
        if understood:
            reading = _json(understood)
            _ADD_READING.run(connection, {"this": conversation_id, "message": message_id, "body": reading})
        return _write_answer(connection, conversation_id, message_id, issued, gateway)
    conversations.end_turn(connection, conversation_id, gateway)
    return stored


def record_with_answer(
    connection: Connection,
    conversation_id: str,
    message: VisitorMessage,
    idle_ms: int,
    issued: Sequence[Issued],
) -> Answer:
    """Writes a message and its replies in one piece, whoever has the turn: for safety cards.

    Raises as `record` does.
    """
    known = record(connection, conversation_id, message, idle_ms)
    return known.answer or _write_answer(connection, conversation_id, message.id, issued)


def greet(connection: Connection, conversation_id: str, greeting_id: str, issued: Sequence[Issued]) -> Answer:
    """Writes the greeting down as the conversation's first message."""
    return _write_answer(connection, conversation_id, greeting_id, issued)


def transcript(
    connection: Connection, conversation_id: str, after: int, idle_ms: int
) -> list[dict[str, Any]]:
    """The messages with a higher number than `after`, oldest first, as the chat API shows them."""
    conversations.require_open(connection, conversation_id, idle_ms)
    rows = connection.execute(
        select(messages)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq > after)
        .order_by(messages.c.seq)
        .limit(TRANSCRIPT_MESSAGES)
    ).all()
    if not rows:
        return []
    said = _replies_between(connection, conversation_id, rows[0].seq, rows[-1].seq)
    return [_shown(row, said.get(row.seq, [])) for row in rows]


def _find(connection: Connection, conversation_id: str, message: VisitorMessage) -> Recorded | None:
    row = _FIND.run(connection, {"this": conversation_id, "message": message.id}).fetchone()
    if row is None:
        return None
    seq, text, choice = row
    if choice != message.choice or (message.choice is None and text != message.text):
        raise OtherWords
    _, payload = _words(connection, conversation_id, message)
    return Recorded(seq, text, payload, _answer_to(connection, conversation_id, message.id))


def _write(connection: Connection, conversation_id: str, message: VisitorMessage, seq: int) -> Recorded:
    text, payload = _words(connection, conversation_id, message)
    _ADD_MESSAGE.run(
        connection,
        {
            "conversation_id": conversation_id,
            "seq": seq,
            "role": "visitor",
            "at": now_ms(),
            "client_id": message.id,
            "text": text,
            "choice_id": message.choice,
        },
    )
    return Recorded(seq, text, payload, None)


def _words(
    connection: Connection, conversation_id: str, message: VisitorMessage
) -> tuple[str, dict[str, Any] | None]:
    if message.choice is None:
        return message.text or "", None
    row = _FIND_CHOICE.run(connection, {"this": conversation_id, "choice": message.choice}).fetchone()
    if row is None:
        raise UnknownChoice
    title, payload = row
    return title, json.loads(payload)


def _answer_to(connection: Connection, conversation_id: str, message_id: str) -> Answer | None:
    seq = _FIND_ANSWER.scalar(connection, {"this": conversation_id, "message": message_id})
    if seq is None:
        return None
    return Answer(seq, _replies_between(connection, conversation_id, seq, seq)[seq])


def _write_answer(
    connection: Connection,
    conversation_id: str,
    message_id: str,
    issued: Sequence[Issued],
    end_turn_of: str | None = None,
) -> Answer:
    seq = conversations.next_seq(connection, conversation_id, end_turn_of)
    _ADD_ANSWER.run(
        connection,
        {
            "conversation_id": conversation_id,
            "seq": seq,
            "role": "bot",
            "at": now_ms(),
            "answers": message_id,
            "text": "",
        },
    )
    _ADD_REPLY.run_for_each(
        connection,
        [
            {
                "id": one.reply["id"],
                "conversation_id": conversation_id,
                "seq": seq,
                "position": position,
                "body": _json(one.reply),
            }
            for position, one in enumerate(issued)
        ],
    )
    buttons = [
        {
            "id": choice.id,
            "conversation_id": conversation_id,
            "reply_id": one.reply["id"],
            "title": choice.title,
            "payload": _json(choice.payload),
        }
        for one in issued
        for choice in one.choices
    ]
    if buttons:
        _ADD_CHOICE.run_for_each(connection, buttons)
    if any(one.reply["reference"] for one in issued):
        conversations.keep_as_request(connection, conversation_id)
    return Answer(seq, [one.reply for one in issued])


def _replies_between(
    connection: Connection, conversation_id: str, first: int, last: int
) -> dict[int, list[ReplyJson]]:
    said: dict[int, list[ReplyJson]] = {}
    values = {"this": conversation_id, "first": first, "last": last}
    for seq, body in _READ_REPLIES.run(connection, values).fetchall():
        said.setdefault(seq, []).append(json.loads(body))
    return said


def _json(data: Any) -> str:
    return to_json(data).decode()


def _shown(row: Any, said: list[ReplyJson]) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "id": row.client_id or row.answers,
        "role": row.role,
        "at": rfc3339(row.at),
        "text": row.text if row.role == "visitor" else "\n\n".join(reply["text"] for reply in said),
        "replies": said,
    }
