"""A conversation's row: starting one, numbering its messages, and who handles the next of them.

The statements that every message needs are compiled once: building them again costs more than running them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, case, insert, null, or_, select, update

from gateway.clock import now_ms
from gateway.journal import gateways
from gateway.journal.schema import conversations
from gateway.journal.statements import Statement


class ConversationOver(Exception):
    """The conversation was erased, or nobody wrote in it for too long."""


@dataclass(frozen=True)
class Beginning:
    """What a new conversation starts with."""

    id: str
    expires_at: int
    save: bool
    locale: str
    gateway: str


_IS_THIS = conversations.c.id == bindparam("this")
_IS_OPEN = and_(
    conversations.c.expires_at > bindparam("now"),
    conversations.c.last_seen_at > bindparam("idle_since"),
)
_TURN_IS_FREE = or_(
    conversations.c.turn_gateway.is_(None),
    conversations.c.turn_gateway == bindparam("by"),
    conversations.c.turn_until <= bindparam("now"),
    conversations.c.turn_gateway.not_in(gateways.ALIVE),
)
_NUMBERED: dict[str, Any] = {"last_seq": conversations.c.last_seq + 1, "last_seen_at": bindparam("now")}
_TURN_TAKEN: dict[str, Any] = {"turn_gateway": bindparam("by"), "turn_until": bindparam("until")}
_TURN_ENDED: dict[str, Any] = {
    "turn_gateway": case(
        (conversations.c.turn_gateway == bindparam("by"), null()), else_=conversations.c.turn_gateway
    )
}
_THIS_ONE = update(conversations).where(_IS_THIS)
_IF_TURN_IS_FREE = _THIS_ONE.where(_TURN_IS_FREE)

_OPEN = Statement(select(conversations.c.id).where(_IS_THIS, _IS_OPEN))
_NEXT = Statement(_THIS_ONE.values(_NUMBERED).returning(conversations.c.last_seq))
_NEXT_AND_END_TURN = Statement(
    _THIS_ONE.values(_NUMBERED | _TURN_ENDED).returning(conversations.c.last_seq)
)
_TAKE_TURN = Statement(_IF_TURN_IS_FREE.values(_TURN_TAKEN))
_TAKE_TURN_AND_NEXT = Statement(
    _IF_TURN_IS_FREE.values(_TURN_TAKEN | _NUMBERED).returning(conversations.c.last_seq)
)
_END_TURN = Statement(
    _THIS_ONE.where(conversations.c.turn_gateway == bindparam("by")).values(turn_gateway=null(), turn_until=null())
)
_BEGIN = Statement(
    insert(conversations),
    ("id", "started_at", "last_seen_at", "expires_at", "keep", "locale", "last_seq", "gateway"),
)


def begin(connection: Connection, beginning: Beginning) -> None:
    """Writes a new conversation down."""
    now = now_ms()
    _BEGIN.run(
        connection,
        {
            "id": beginning.id,
            "started_at": now,
            "last_seen_at": now,
            "expires_at": beginning.expires_at,
            "keep": "chat" if beginning.save else "unsaved",
            "locale": beginning.locale,
            "last_seq": 0,
            "gateway": beginning.gateway,
        },
    )


def require_open(connection: Connection, conversation_id: str, idle_ms: int) -> None:
    """Raises ConversationOver unless the conversation is there and somebody wrote in it within `idle_ms`."""
    now = now_ms()
    values = {"this": conversation_id, "now": now, "idle_since": now - idle_ms}
    if _OPEN.scalar(connection, values) is None:
        raise ConversationOver


def next_seq(connection: Connection, conversation_id: str, end_turn_of: str | None = None) -> int:
    """The next message's number; the row stays locked until the transaction ends: numbers have no gaps.

    Ends the turn of the gateway `end_turn_of` in the same breath. Raises ConversationOver after an erasure.
    """
    values = {"this": conversation_id, "now": now_ms()}
    if end_turn_of is None:
        seq = _NEXT.scalar(connection, values)
    else:
        seq = _NEXT_AND_END_TURN.scalar(connection, values | {"by": end_turn_of})
    if seq is None:
        raise ConversationOver
    return int(seq)


def take_turn(connection: Connection, conversation_id: str, gateway: str, until: int) -> bool:
    """Makes `gateway` the one that handles the conversation; False while another living one does."""
    values = {"this": conversation_id, "now": now_ms(), "by": gateway, "until": until}
    return bool(_TAKE_TURN.run(connection, values).rowcount)


def take_turn_and_next(connection: Connection, conversation_id: str, gateway: str, until: int) -> int | None:
    """Takes the turn as `take_turn` does and numbers the message that it is for; None while another has it."""
    values = {"this": conversation_id, "now": now_ms(), "by": gateway, "until": until}
    seq: int | None = _TAKE_TURN_AND_NEXT.scalar(connection, values)
    return seq


def end_turn(connection: Connection, conversation_id: str, gateway: str) -> None:
    """Lets the next message of the conversation be handled, here or elsewhere."""
    _END_TURN.run(connection, {"this": conversation_id, "by": gateway})


def keep_as_request(connection: Connection, conversation_id: str) -> None:
    """Keeps a saved conversation for as long as one with a request to the clinic."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.keep == "chat")
        .values(keep="request")
    )


def stop_saving(connection: Connection, conversation_id: str) -> None:
    """Keeps a conversation, with all that was said in it before, no longer than one that began unsaved."""
    connection.execute(
        update(conversations).where(conversations.c.id == conversation_id).values(keep="unsaved")
    )
