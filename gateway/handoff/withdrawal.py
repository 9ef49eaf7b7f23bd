"""What becomes of requests when their chat is erased.

The visitor erases: a request that the clinic was not mailed yet is gone with its mails. One that may have been
mailed keeps its row without a word of the person's (reference, times and kind only), and the clinic is mailed that
it was taken back. An unsaved chat ends: its request stays, because it was sent with a consent of its own. The time
of keeping ends: the request goes with its chat, and one whose chat went before goes by its own age.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select, update

from gateway.clock import now_ms
from gateway.handoff import outbox
from gateway.journal import erasure
from gateway.journal.erasure import Reason
from gateway.journal.schema import conversations, requests
from gateway.journal.schema import outbox as mails


def erase(
    connection: Connection,
    conversation_ids: Sequence[str],
    reason: Reason,
    bot_writes_for_ms: int,
    mail_domain: str,
) -> int:
    """As `erasure.erase`, with the chats' requests in the same transaction."""
    _hold(connection, conversation_ids)
    if reason == "retention":
        connection.execute(delete(requests).where(requests.c.conversation_id.in_(conversation_ids)))
    if reason == "visitor":
        _take_back(connection, conversation_ids, mail_domain)
    return erasure.erase(connection, conversation_ids, reason, bot_writes_for_ms)


def forget_old(connection: Connection, older_than_ms: int) -> None:
    """Erases the requests without a chat that were kept for long enough."""
    connection.execute(
        delete(requests).where(requests.c.conversation_id.is_(None), requests.c.created_at <= now_ms() - older_than_ms)
    )


def _hold(connection: Connection, conversation_ids: Sequence[str]) -> None:
    """Locks the chats: an answer under way elsewhere has brought its request before this, or finds its chat gone."""
    held = select(conversations.c.id).where(conversations.c.id.in_(conversation_ids))
    connection.execute(held.order_by(conversations.c.id).with_for_update()).all()


def _take_back(connection: Connection, conversation_ids: Sequence[str], mail_domain: str) -> None:
    of_the_chats = requests.c.conversation_id.in_(conversation_ids)
    outbox.hold(connection, select(requests.c.id).where(of_the_chats))
    mailed = select(mails.c.request_id).where(outbox.may_have_left())
    connection.execute(delete(requests).where(of_the_chats, requests.c.id.not_in(mailed)))
    rows = connection.execute(select(requests.c.id, requests.c.reference).where(of_the_chats)).all()
    if not rows:
        return
    now = now_ms()
    outbox.forget_unsent(connection, [row.id for row in rows])
    connection.execute(
        update(requests)
        .where(of_the_chats)
        .values(withdrawn_at=now, name=None, contact=None, times=None, question=None, note=None, screening=None)
    )
    for row in rows:
        outbox.put(connection, row.id, row.reference, "withdrawn", mail_domain, now)
