"""What a visitor thought of a reply: the last word counts."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select

from gateway.clock import now_ms
from gateway.journal import conversations
from gateway.journal.schema import feedback, replies


class UnknownReply(Exception):
    """No such reply was given in this conversation."""


def give(
    connection: Connection,
    conversation_id: str,
    reply_id: str,
    helpful: bool,
    comment: str | None,
    idle_ms: int,
) -> None:
    """Writes the thumb down in place of an earlier one. Raises ConversationOver or UnknownReply."""
    conversations.require_open(connection, conversation_id, idle_ms)
    known = connection.execute(
        select(replies.c.id).where(replies.c.id == reply_id, replies.c.conversation_id == conversation_id)
    ).scalar()
    if known is None:
        raise UnknownReply
    connection.execute(delete(feedback).where(feedback.c.reply_id == reply_id))
    connection.execute(
        insert(feedback).values(
            reply_id=reply_id, conversation_id=conversation_id, at=now_ms(), helpful=helpful, comment=comment
        )
    )
