"""Requests to the clinic as a queue: open ones first, each with the state of its mails."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from gateway.clock import now_ms
from gateway.console import overview
from gateway.console.tables import request_work, staff
from gateway.handoff import outbox as mails
from gateway.journal.schema import outbox, requests

ON_A_PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """One request with its mails."""

    row: Row[Any]
    screening: dict[str, Any] | None
    mails: Sequence[Row[Any]]


def page(connection: Connection, done: bool, before: int | None) -> list[Waiting]:
    """Requests that are done, newest first, or that are not, oldest first."""
    is_done = request_work.c.done_at.is_not(None)
    chosen = (
        select(requests, request_work.c.done_at, staff.c.name.label("done_by"))
        .outerjoin(request_work, request_work.c.request_id == requests.c.id)
        .outerjoin(staff, staff.c.id == request_work.c.staff_id)
        .where(is_done if done else ~is_done)
        .order_by(requests.c.created_at.desc() if done else requests.c.created_at)
        .limit(ON_A_PAGE)
    )
    if before is not None:
        chosen = chosen.where(requests.c.created_at < before if done else requests.c.created_at > before)
    return _with_mails(connection, connection.execute(chosen).all())


def find(connection: Connection, reference: str) -> Waiting | None:
    """The request with this reference."""
    chosen = (
        select(requests, request_work.c.done_at, staff.c.name.label("done_by"))
        .outerjoin(request_work, request_work.c.request_id == requests.c.id)
        .outerjoin(staff, staff.c.id == request_work.c.staff_id)
        .where(func.upper(requests.c.reference) == reference.strip().upper())
    )
    found = _with_mails(connection, connection.execute(chosen).all())
    return found[0] if found else None


def open_count(connection: Connection) -> int:
    """How many are not done."""
    return connection.execute(
        select(func.count())
        .select_from(requests)
        .outerjoin(request_work, request_work.c.request_id == requests.c.id)
        .where(request_work.c.done_at.is_(None), requests.c.withdrawn_at.is_(None))
    ).scalar_one()


def set_done(connection: Connection, reference: str, staff_id: int, done: bool) -> bool:
    """Marks a request, and its conversation with it; False where there is no such request."""
    row = connection.execute(
        select(requests.c.id, requests.c.conversation_id).where(requests.c.reference == reference)
    ).one_or_none()
    if row is None:
        return False
    connection.execute(delete(request_work).where(request_work.c.request_id == row.id))
    connection.execute(
        insert(request_work).values(request_id=row.id, staff_id=staff_id, done_at=now_ms() if done else None)
    )
    if row.conversation_id:
        overview.set_state(connection, row.conversation_id, "done" if done else "waiting")
    return True


def try_again(connection: Connection, mail_id: str) -> bool:
    """Has a mail tried again at once; False where it has not failed and does not wait."""
    if mails.try_again(connection, mail_id):
        return True
    changed = connection.execute(
        update(outbox).where(outbox.c.id == mail_id, outbox.c.state == "waiting").values(next_try_at=now_ms())
    )
    return bool(changed.rowcount)


def _with_mails(connection: Connection, rows: Sequence[Row[Any]]) -> list[Waiting]:
    of: dict[str, list[Row[Any]]] = {}
    for mail in connection.execute(
        select(outbox).where(outbox.c.request_id.in_([row.id for row in rows])).order_by(outbox.c.created_at)
    ):
        of.setdefault(mail.request_id, []).append(mail)
    return [Waiting(row, json.loads(row.screening) if row.screening else None, of.get(row.id, [])) for row in rows]
