"""Erasing conversations for good, and remembering (by id alone) what the bot still has to erase."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from sqlalchemy import Connection, and_, delete, exists, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from gateway.clock import now_ms
from gateway.journal import gateways
from gateway.journal.schema import conversations, messages, tombstones

Reason = Literal["visitor", "unsaved", "retention"]

AT_ONCE = 200
"""Conversations erased in one transaction at most, so that nobody's message waits long behind it."""

RETRY_MS = (1_000, 5_000, 30_000, 120_000, 600_000)


def erase(
    connection: Connection, conversation_ids: Sequence[str], reason: Reason, bot_writes_for_ms: int
) -> int:
    """Erases conversations with everything that hangs on them; how many there were.

    A message without an answer may still be with the bot, which then writes for up to `bot_writes_for_ms`
    more: the bot is asked again after that.
    """
    now = now_ms()
    unanswered = messages.alias()
    answered = messages.alias()
    under_way = select(unanswered.c.conversation_id).where(
        unanswered.c.conversation_id == conversations.c.id,
        unanswered.c.role == "visitor",
        ~exists().where(
            answered.c.conversation_id == unanswered.c.conversation_id,
            answered.c.answers == unanswered.c.client_id,
        ),
    )
    rows = connection.execute(
        select(conversations.c.id, under_way.exists().label("under_way")).where(
            conversations.c.id.in_(conversation_ids)
        )
    ).all()
    for row in rows:
        settled_at = now + bot_writes_for_ms if row.under_way else now
        _bury(connection, row.id, reason, settled_at)
    connection.execute(delete(conversations).where(conversations.c.id.in_([row.id for row in rows])))
    return len(rows)


def unsaved_of_the_dead(connection: Connection, gateway: str) -> list[str]:
    """Unsaved conversations that this gateway's former process, or one that died, left behind."""
    left = or_(conversations.c.gateway == gateway, conversations.c.gateway.not_in(gateways.ALIVE))
    return _ids(connection, and_(conversations.c.keep == "unsaved", left))


def unsaved_and_ended(connection: Connection, idle_ms: int) -> list[str]:
    """Unsaved conversations whose session is over."""
    now = now_ms()
    over = or_(conversations.c.expires_at <= now, conversations.c.last_seen_at <= now - idle_ms)
    return _ids(connection, and_(conversations.c.keep == "unsaved", over))


def kept_long_enough(connection: Connection, chat_ms: int, request_ms: int) -> list[str]:
    """Saved conversations whose time of keeping is over."""
    now = now_ms()
    return _ids(
        connection,
        or_(
            and_(conversations.c.keep == "chat", conversations.c.last_seen_at <= now - chat_ms),
            and_(conversations.c.keep == "request", conversations.c.last_seen_at <= now - request_ms),
        ),
    )


def bot_to_be_asked(connection: Connection) -> list[str]:
    """Erased conversations whose state the bot should be asked to erase now."""
    rows = connection.execute(
        select(tombstones.c.conversation_id)
        .where(tombstones.c.next_try_at <= now_ms())
        .order_by(tombstones.c.next_try_at)
        .limit(AT_ONCE)
    )
    return [row.conversation_id for row in rows]


def bot_was_asked(connection: Connection, conversation_id: str, erased: bool) -> None:
    """Writes down how asking the bot went: it is done, or has to be asked again, and when."""
    row = connection.execute(
        select(tombstones.c.settled_at, tombstones.c.tries).where(
            tombstones.c.conversation_id == conversation_id
        )
    ).one_or_none()
    if row is None:
        return
    now = now_ms()
    if erased:
        again = None if row.settled_at <= now else row.settled_at
    else:
        again = now + RETRY_MS[min(row.tries, len(RETRY_MS) - 1)]
    connection.execute(
        update(tombstones)
        .where(tombstones.c.conversation_id == conversation_id)
        .values(next_try_at=again, tries=row.tries + (0 if erased else 1))
    )


def bot_wrote_again(connection: Connection, conversation_id: str) -> None:
    """The bot finished a turn of an erased conversation: it is to be asked once more."""
    connection.execute(
        update(tombstones).where(tombstones.c.conversation_id == conversation_id).values(next_try_at=now_ms())
    )


def forget_tombstones(connection: Connection, older_than_ms: int) -> None:
    """Forgets what was erased long ago, where the bot has erased it too."""
    connection.execute(
        delete(tombstones).where(
            tombstones.c.next_try_at.is_(None), tombstones.c.at <= now_ms() - older_than_ms
        )
    )


def _bury(connection: Connection, conversation_id: str, reason: Reason, settled_at: int) -> None:
    now = now_ms()
    connection.execute(
        insert(tombstones).values(
            conversation_id=conversation_id,
            reason=reason,
            at=now,
            settled_at=settled_at,
            next_try_at=now,
            tries=0,
        )
    )


def _ids(connection: Connection, which: ColumnElement[bool]) -> list[str]:
    rows = connection.execute(select(conversations.c.id).where(which).limit(AT_ONCE), {"now": now_ms()})
    return [row.id for row in rows]
