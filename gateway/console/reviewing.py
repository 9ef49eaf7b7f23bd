"""What staff write about a conversation: verdicts on what the bot understood, and notes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, insert, select

from gateway.clock import now_ms
from gateway.console.tables import notes, overviews, reviews
from gateway.journal.schema import messages

LONGEST_NOTE = 4_000


class NothingToReview(Exception):
    """There is no such message of a visitor's, or it is in no conversation that is kept."""


def review(
    connection: Connection,
    conversation_id: str,
    seq: int,
    staff_id: int,
    verdict: str,
    label: str | None,
    example: str | None,
) -> None:
    """Writes a verdict down in place of an earlier one. A wrong reading with a label becomes a draft of an example.

    `example` is the draft's text, contact data taken out; staff correct it before it is used.
    """
    require_message(connection, conversation_id, seq)
    connection.execute(delete(reviews).where(reviews.c.conversation_id == conversation_id, reviews.c.seq == seq))
    connection.execute(
        insert(reviews).values(
            conversation_id=conversation_id,
            seq=seq,
            at=now_ms(),
            staff_id=staff_id,
            verdict=verdict,
            label=label,
            example=example if label else None,
            example_state="draft" if label else None,
        )
    )


def words_of(connection: Connection, conversation_id: str, seq: int) -> str:
    """What the visitor typed. Raises NothingToReview."""
    return str(require_message(connection, conversation_id, seq).text)


def require_message(connection: Connection, conversation_id: str, seq: int) -> Any:
    """The visitor's message. Raises NothingToReview."""
    row = connection.execute(
        select(messages)
        .join(overviews, overviews.c.conversation_id == messages.c.conversation_id)
        .where(messages.c.conversation_id == conversation_id, messages.c.seq == seq, messages.c.role == "visitor")
    ).one_or_none()
    if row is None:
        raise NothingToReview
    return row


def add_note(connection: Connection, conversation_id: str, staff_id: int, text: str) -> None:
    """Adds a note that all staff see; it is erased with the conversation."""
    if connection.execute(select(overviews.c.number).where(overviews.c.conversation_id == conversation_id)).first():
        connection.execute(
            insert(notes).values(conversation_id=conversation_id, at=now_ms(), staff_id=staff_id, text=text)
        )
