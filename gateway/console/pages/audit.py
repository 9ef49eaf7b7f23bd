"""Who did what, and whose it was."""

from __future__ import annotations

import json

from sanic.response import HTTPResponse

from gateway.console import accounts, trail
from gateway.console.door import Door, Visit
from gateway.console.trail import Entry


def register(door: Door) -> None:
    """Adds the page."""
    door.page("/audit", _audit, admin=True)


async def _audit(visit: Visit) -> HTTPResponse:
    whose, staff_id = visit.asked("whose", 40), visit.number("staff")
    await visit.note(Entry("audit read", whose or None, {"staff": staff_id}))
    rows = await visit.read(trail.page, visit.number("before"), whose or None, staff_id)
    details = {row.id: json.loads(row.detail) for row in rows}
    more = rows[-1].id if len(rows) == trail.ON_A_PAGE else None
    people = await visit.read(accounts.everybody)
    return visit.page(
        "audit.html", rows=rows, details=details, more=more, whose=whose, staff_id=staff_id, people=people
    )
