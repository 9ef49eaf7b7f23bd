"""The outbox: mails that wait, are being sent, were sent or have failed.

A row is written in its request's transaction. A mailer leases one row at a time; a row whose lease ran out is
anybody's again. So every mail leaves at least once, and twice only where a mailer or the relay died between the
relay's yes and our writing it down. The Message-ID is the row's and never changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, insert, or_, select, update

from gateway.chat.replies import new_id
from gateway.clock import now_ms
from gateway.journal.schema import outbox, requests

Kind = Literal["clinic", "patient", "withdrawn"]

LATE_MS = 15 * 60_000
"""A mail that waits for longer is shown to the staff, though it is still being tried."""


@dataclass(frozen=True)
class Due:
    """A mail to be sent now, with what its request says that a mail may say."""

    id: str
    kind: Kind
    message_id: str
    created_at: int
    first_try_at: int
    tries: int
    """This one counted."""
    maybe_sent: bool
    """An earlier try may have reached the relay."""
    reference: str
    requested_at: int
    opens_at: int | None
    contact_kind: str
    contact: str | None


@dataclass(frozen=True)
class Trouble:
    """A mail that a person should know of."""

    id: str
    kind: Kind
    reference: str
    state: str
    created_at: int
    tries: int
    error: str | None


def put(connection: Connection, request_id: str, reference: str, kind: Kind, mail_domain: str, now: int) -> None:
    """Adds a mail to be sent from now on."""
    row_id = new_id()
    connection.execute(
        insert(outbox).values(
            id=row_id,
            request_id=request_id,
            kind=kind,
            message_id=f"<{reference}.{row_id}@{mail_domain}>",
            state="waiting",
            created_at=now,
            next_try_at=now,
            tries=0,
            maybe_sent=False,
        )
    )


def lease(connection: Connection, mailer: str, lease_ms: int, to_folder: bool) -> Due | None:
    """Takes the mail that has been due for longest; None where none is. `to_folder`: no relay is set."""
    now = now_ms()
    due = or_(
        and_(outbox.c.state == "waiting", outbox.c.next_try_at <= now),
        and_(outbox.c.state == "sending", outbox.c.lease_until <= now),
    )
    if to_folder:
        due = and_(due, outbox.c.filed_at.is_(None))
    row = connection.execute(
        select(outbox, requests.c.reference, requests.c.created_at.label("requested_at"))
        .add_columns(requests.c.opens_at, requests.c.contact_kind, requests.c.contact)
        .join(requests, requests.c.id == outbox.c.request_id)
        .where(due)
        .order_by(outbox.c.next_try_at, outbox.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=outbox)
    ).one_or_none()
    if row is None:
        return None
    first_try_at = row.first_try_at or now
    connection.execute(
        update(outbox)
        .where(outbox.c.id == row.id)
        .values(
            state="sending",
            lease_by=mailer,
            lease_until=now + lease_ms,
            tries=row.tries + 1,
            first_try_at=None if to_folder else first_try_at,
            maybe_sent=row.maybe_sent or not to_folder,
        )
    )
    return Due(
        row.id, row.kind, row.message_id, row.created_at, first_try_at, row.tries + 1, row.maybe_sent,
        row.reference, row.requested_at, row.opens_at, row.contact_kind, row.contact,
    )  # fmt: skip


def sent(connection: Connection, row_id: str) -> None:
    """The relay has said yes. So it stays, also where the lease ran out meanwhile and another mailer has the mail."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state != "sent")
        .values(state="sent", sent_at=now_ms(), error=None, lease_by=None, lease_until=None)
    )


def filed(connection: Connection, row_id: str, mailer: str) -> None:
    """It is in the folder, and waits for a relay to be set."""
    _give_back(connection, row_id, mailer, state="waiting", filed_at=now_ms(), error=None)


def try_later(connection: Connection, row_id: str, mailer: str, at: int, error: str, maybe_sent: bool) -> None:
    """It could not be sent now; `maybe_sent` where at this try or before the relay said neither yes nor no."""
    _give_back(
        connection, row_id, mailer, state="waiting", next_try_at=at, error=error, maybe_sent=maybe_sent
    )


def failed(connection: Connection, row_id: str, mailer: str, error: str, maybe_sent: bool) -> None:
    """It is not tried any more until a person says so; the request stays."""
    _give_back(connection, row_id, mailer, state="failed", error=error, maybe_sent=maybe_sent)


def drop(connection: Connection, row_id: str) -> None:
    """There is nothing left to say: its request was taken back meanwhile."""
    connection.execute(delete(outbox).where(outbox.c.id == row_id))


def release(connection: Connection, mailer: str) -> None:
    """Takes up at once what this mailer's former process was sending when it died."""
    connection.execute(
        update(outbox)
        .where(outbox.c.state == "sending", outbox.c.lease_by == mailer)
        .values(state="waiting", lease_by=None, lease_until=None, next_try_at=now_ms())
    )


def try_again(connection: Connection, row_id: str) -> bool:
    """A person wants a failed mail to be tried again, for as long as a new one; False where it has not failed."""
    changed = connection.execute(
        update(outbox)
        .where(outbox.c.id == row_id, outbox.c.state == "failed")
        .values(state="waiting", next_try_at=now_ms(), first_try_at=None, tries=0)
    )
    return bool(changed.rowcount)


def troubles(connection: Connection) -> list[Trouble]:
    """Mails that have failed, and those that still wait for a relay after a quarter of an hour, oldest first."""
    late = and_(
        outbox.c.state.in_(["waiting", "sending"]),
        outbox.c.created_at <= now_ms() - LATE_MS,
        outbox.c.filed_at.is_(None),
    )
    rows = connection.execute(
        select(outbox, requests.c.reference)
        .join(requests, requests.c.id == outbox.c.request_id)
        .where(or_(outbox.c.state == "failed", late))
        .order_by(outbox.c.created_at)
    )
    return [Trouble(row.id, row.kind, row.reference, row.state, row.created_at, row.tries, row.error) for row in rows]


def waiting_as_files(connection: Connection, row_ids: Sequence[str]) -> set[str]:
    """Those of the rows whose mail is still to be kept as a file."""
    rows = connection.execute(select(outbox.c.id).where(outbox.c.id.in_(row_ids), outbox.c.state != "sent"))
    return {row.id for row in rows}


def forget_unsent(connection: Connection, request_ids: Sequence[str]) -> None:
    """Drops the mails of these requests that have not left; one that is on its way goes."""
    connection.execute(
        delete(outbox).where(outbox.c.request_id.in_(request_ids), outbox.c.state.in_(["waiting", "failed"]))
    )


def hold(connection: Connection, request_ids: Select[tuple[str]]) -> None:
    """Locks the mails of requests: a mailer that takes one just now has taken it before this, or passes it over."""
    rows = select(outbox.c.id).where(outbox.c.request_id.in_(request_ids))
    connection.execute(rows.order_by(outbox.c.id).with_for_update()).all()


def may_have_left() -> ColumnElement[bool]:
    """Whether the clinic may have a mail: the relay said yes, or neither yes nor no, or is asked just now."""
    return and_(outbox.c.kind == "clinic", or_(outbox.c.state == "sent", outbox.c.maybe_sent))


def _give_back(connection: Connection, row_id: str, mailer: str, **values: Any) -> None:
    """Ends a lease, unless it ran out and another mailer has the mail now."""
    mine = and_(outbox.c.id == row_id, outbox.c.state == "sending", outbox.c.lease_by == mailer)
    connection.execute(update(outbox).where(mine).values(lease_by=None, lease_until=None, **values))
