"""The page of the morning: who needs somebody first, then what else came in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sanic.response import HTTPResponse
from sqlalchemy import Connection, Row, and_, func, or_, select, tuple_

from gateway.console import names
from gateway.console.door import Door, Visit
from gateway.console.tables import overviews, staff
from gateway.console.trail import Entry
from gateway.journal.schema import messages, requests

ON_A_PAGE = 40
SECTIONS = ("open", "mine", "done")
MANY = 1_000

_o = overviews.c


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/", _to_inbox)
    door.page("/inbox", _inbox)
    door.page("/next", _next)


async def _to_inbox(visit: Visit) -> HTTPResponse:
    return visit.to("/inbox")


async def _inbox(visit: Visit) -> HTTPResponse:
    section = visit.asked("show") if visit.asked("show") in SECTIONS else "open"
    before = visit.number("before")
    urgent, others, counts = await visit.read(_read, section, visit.staff.id, before)
    shown = [row.conversation_id for row in [*urgent, *others]]
    await visit.note(Entry("inbox seen", detail={"show": section, "conversations": shown}))
    covered = await visit.read(names.of, shown)
    more = others[-1].last_at if len(others) == ON_A_PAGE else None
    return visit.page(
        "inbox.html",
        section=section,
        urgent=urgent,
        others=others,
        counts=counts,
        more=more,
        paged=before is not None,
        names=covered,
    )


def _read(
    connection: Connection, section: str, staff_id: int, before: int | None
) -> tuple[Sequence[Row[Any]], Sequence[Row[Any]], dict[str, int]]:
    urgent: Sequence[Row[Any]] = []
    if section == "open" and before is None:
        urgent = rows(connection, _o.urgent.is_(True))
    wanted = {
        "open": and_(_o.urgent.is_(False), _o.state.in_(("new", "seen", "waiting"))),
        "mine": and_(_o.assignee == staff_id, _o.state != "done"),
        "done": _o.state == "done",
    }[section]
    others = rows(connection, wanted if before is None else and_(wanted, _o.last_at < before))
    return urgent, others, _counts(connection)


def rows(connection: Connection, which: Any) -> Sequence[Row[Any]]:
    """Overviews, newest first, with the assignee's name, the first words and the reference."""
    chosen = select(overviews).where(which).order_by(_o.last_at.desc()).limit(ON_A_PAGE).subquery()
    first = (
        select(messages.c.text)
        .where(messages.c.conversation_id == chosen.c.conversation_id, messages.c.role == "visitor")
        .order_by(messages.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    reference = (
        select(func.max(requests.c.reference))
        .where(requests.c.conversation_id == chosen.c.conversation_id)
        .scalar_subquery()
    )
    return connection.execute(
        select(chosen, staff.c.name.label("assignee_name"), first.label("first"), reference.label("reference"))
        .outerjoin(staff, staff.c.id == chosen.c.assignee)
        .order_by(chosen.c.last_at.desc())
    ).all()


def _counts(connection: Connection) -> dict[str, int]:
    """How many are urgent and new, counted up to MANY."""

    def up_to_many(which: Any) -> int:
        some = select(_o.number).where(which).limit(MANY).subquery()
        return connection.execute(select(func.count()).select_from(some)).scalar_one()

    return {"urgent": up_to_many(_o.urgent.is_(True)), "new": up_to_many(_o.state == "new")}


async def _next(visit: Visit) -> HTTPResponse:
    """The next conversation of the inbox's order after the one just read, or the inbox where it was the last."""
    following = await visit.read(_following, visit.asked("after", 40))
    return visit.to(f"/conversations/{following}" if following else "/inbox")


def _following(connection: Connection, after: str) -> str | None:
    here = connection.execute(
        select(_o.urgent, _o.last_at, _o.number, _o.flagged, _o.requested).where(_o.conversation_id == after)
    ).one_or_none()
    left = _o.state.in_(("new", "waiting", "seen"))
    order = (_o.urgent.desc(), _o.last_at.desc(), _o.number.desc())
    chosen = select(_o.conversation_id).where(left, _o.conversation_id != after).order_by(*order).limit(1)
    if here is not None:
        # One that was just marked done is not urgent any more; the order goes on from where it stood.
        urgent = here.urgent or here.flagged or here.requested
        below = and_(_o.urgent.is_(urgent), tuple_(_o.last_at, _o.number) < tuple_(here.last_at, here.number))
        chosen = chosen.where(or_(_o.urgent.is_(False), below) if urgent else below)
    found: str | None = connection.execute(chosen).scalar()
    return found
