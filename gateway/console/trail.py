"""The audit: one row for every read, search, export, change and deletion; rows are only ever added.

A row holds ids, counts and names of fields, never a word of a visitor's, so that erasing a conversation leaves
nothing of it here. The database itself refuses to change a row, and to delete one that is younger than two years.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, or_, select

from gateway.clock import now_ms
from gateway.console.accounts import Staff
from gateway.console.tables import audit

ON_A_PAGE = 100


@dataclass(frozen=True)
class Entry:
    """What was done: a verb with its object, whose it was, and what else is worth knowing."""

    action: str
    whose: str | None = None
    detail: dict[str, Any] | None = None


def add(connection: Connection, staff: Staff | None, entry: Entry) -> None:
    """Writes one row."""
    connection.execute(
        insert(audit).values(
            at=now_ms(),
            staff_id=staff.id if staff else 0,
            staff_name=staff.name if staff else "",
            action=entry.action,
            whose=entry.whose,
            detail=json.dumps(entry.detail or {}, ensure_ascii=False),
        )
    )


def page(connection: Connection, before: int | None, whose: str | None, staff_id: int | None) -> Sequence[Any]:
    """Rows, newest first, from below the id `before`."""
    chosen = select(audit).order_by(audit.c.id.desc()).limit(ON_A_PAGE)
    if before is not None:
        chosen = chosen.where(audit.c.id < before)
    if whose:
        # A conversation that stood in a list was seen there too.
        chosen = chosen.where(or_(audit.c.whose == whose, audit.c.detail.contains(whose, autoescape=True)))
    if staff_id is not None:
        chosen = chosen.where(audit.c.staff_id == staff_id)
    return connection.execute(chosen).all()
