"""A conversation's row: starting one, and who handles its next message."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, or_, select, update
from sqlalchemy import insert as insert_into

from gateway.clock import now_ms
from gateway.journal import gateways
from gateway.journal.schema import conversations


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


def begin(connection: Connection, beginning: Beginning) -> None:
    """Writes a new conversation down."""
    now = now_ms()
    connection.execute(
        insert_into(conversations).values(
            id=beginning.id,
            started_at=now,
            last_seen_at=now,
            expires_at=beginning.expires_at,
            keep="chat" if beginning.save else "unsaved",
            locale=beginning.locale,
            last_seq=0,
            gateway=beginning.gateway,
        )
    )


def require_open(connection: Connection, conversation_id: str, idle_ms: int) -> None:
    """Raises ConversationOver unless the conversation is there and somebody wrote in it within `idle_ms`."""
    row = connection.execute(
        select(conversations.c.last_seen_at, conversations.c.expires_at).where(
            conversations.c.id == conversation_id
        )
    ).one_or_none()
    now = now_ms()
    if row is None or row.expires_at <= now or row.last_seen_at + idle_ms <= now:
        raise ConversationOver


def next_seq(connection: Connection, conversation_id: str) -> int:
    """The next message's number; the row stays locked until the transaction ends: numbers have no gaps."""
    seq = connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id)
        .values(last_seq=conversations.c.last_seq + 1, last_seen_at=now_ms())
        .returning(conversations.c.last_seq)
    ).scalar()
    if seq is None:
        raise ConversationOver
    return int(seq)


def take_turn(connection: Connection, conversation_id: str, gateway: str, until: int) -> bool:
    """Makes `gateway` the one that handles the conversation; False while another living one does."""
    taken = connection.execute(
        update(conversations)
        .where(
            conversations.c.id == conversation_id,
            or_(
                conversations.c.turn_gateway.is_(None),
                conversations.c.turn_gateway == gateway,
                conversations.c.turn_until <= now_ms(),
                conversations.c.turn_gateway.not_in(gateways.alive()),
            ),
        )
        .values(turn_gateway=gateway, turn_until=until)
    )
    return bool(taken.rowcount)


def end_turn(connection: Connection, conversation_id: str, gateway: str) -> None:
    """Lets the next message of the conversation be handled, here or elsewhere."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.turn_gateway == gateway)
        .values(turn_gateway=None, turn_until=None)
    )


def keep_as_request(connection: Connection, conversation_id: str) -> None:
    """Keeps a saved conversation for as long as one with a request to the clinic."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == conversation_id, conversations.c.keep == "chat")
        .values(keep="request")
    )
