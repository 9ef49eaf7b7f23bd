"""Conversations by words and filters: one page of them, newest first, and how many there are, up to a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from gateway.console import names, query, search
from gateway.console.filters import Condition
from gateway.console.tables import outcomes, overviews, staff
from gateway.journal.schema import messages

ON_A_PAGE = 30
COUNTED = 1_000


@dataclass(frozen=True)
class Found:
    """One page of what was found."""

    rows: Sequence[Row[Any]]
    excerpts: dict[int, str]
    names: dict[str, list[str]]
    """For each conversation, the names to be covered."""
    total: int
    """At most COUNTED."""


def find(connection: Connection, node: query.Node | None, conditions: Sequence[Condition], before: int | None) -> Found:
    """Conversations that fit the words and every condition; numbers below `before` only, for the next page.

    Newest first means by the start here: an overview's number grows with it, and the full-text index gives its
    entries in that order, so that a page needs no sorting.
    """
    numbers = select(overviews.c.number)
    order: ColumnElement[int] = overviews.c.number
    if node is not None:
        entries, order = search.entries(connection)
        numbers = numbers.join(entries, search.join_of(connection)).where(search.clause(connection, node))
    if conditions:
        numbers = numbers.where(and_(*conditions))
    total = _total(connection, numbers)
    ordered = numbers.order_by(order.desc())
    if before is not None:
        ordered = ordered.where(overviews.c.number < before)
    chosen = list(connection.execute(ordered.limit(ON_A_PAGE)).scalars())
    rows = _rows(connection, chosen)
    excerpts = search.excerpts(connection, node, chosen) if node is not None else {}
    return Found(rows, excerpts, names.of(connection, [row.conversation_id for row in rows]), total)


def _total(connection: Connection, numbers: Any) -> int:
    some = numbers.limit(COUNTED).subquery()
    return int(connection.execute(select(func.count()).select_from(some)).scalar_one())


def _rows(connection: Connection, numbers: Sequence[int]) -> Sequence[Row[Any]]:
    first = (
        select(messages.c.text)
        .where(messages.c.conversation_id == overviews.c.conversation_id, messages.c.role == "visitor")
        .order_by(messages.c.seq)
        .limit(1)
        .scalar_subquery()
    )
    return connection.execute(
        select(overviews, staff.c.name.label("assignee_name"), first.label("first"))
        .outerjoin(staff, staff.c.id == overviews.c.assignee)
        .where(overviews.c.number.in_(numbers))
        .order_by(overviews.c.number.desc())
    ).all()


def vocabulary(connection: Connection) -> tuple[list[str], list[str], list[str]]:
    """The outcomes, subjects and languages that the journal has, for the filters' choices."""
    not_covered = outcomes.c.outcome == "not_covered"
    return (
        _values(connection, outcomes.c.outcome),
        _values(connection, outcomes.c.subject, not_covered, outcomes.c.subject > ""),
        _values(connection, overviews.c.locale),
    )


def _values(connection: Connection, column: Any, *which: Condition) -> list[str]:
    """Walks an index from one value to the next: a plain DISTINCT reads every one of a million rows."""
    found: list[str] = []
    value = connection.execute(select(func.min(column)).where(*which)).scalar()
    while value is not None:
        found.append(value)
        value = connection.execute(select(func.min(column)).where(*which, column > value)).scalar()
    return found
