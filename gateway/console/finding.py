"""Conversations by words and filters: one page of them, newest first, and how many there are, up to a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, literal, select

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
    ordered = numbers.order_by(order.desc())
    # The counted ones are the newest too: a first page is found by counting.
    newest = list(connection.execute(ordered.limit(COUNTED)).scalars())
    chosen = newest[:ON_A_PAGE]
    if before is not None:
        earlier = ordered.where(overviews.c.number < before).limit(ON_A_PAGE)
        chosen = list(connection.execute(earlier).scalars())
    rows = _rows(connection, chosen)
    excerpts = search.excerpts(connection, node, chosen) if node is not None else {}
    return Found(rows, excerpts, names.of(connection, [row.conversation_id for row in rows]), len(newest))


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


def vocabulary(connection: Connection) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """The outcomes, subjects and languages that the journal has, for the filters' choices."""
    return (
        _values(connection, outcomes.c.outcome),
        _values(connection, outcomes.c.subject, outcomes.c.outcome == "not_covered"),
        _values(connection, overviews.c.locale),
    )


def _values(connection: Connection, column: ColumnElement[str], *which: Condition) -> Sequence[str]:
    """The column's values, none of them empty, in their order.

    Walks an index from one value to the next: a plain DISTINCT reads every one of a million rows.
    """

    def least_above(value: ColumnElement[str]) -> Any:
        return select(func.min(column).label("value")).where(*which, column > value)

    walk = least_above(literal("")).cte("walk", recursive=True)
    following = least_above(walk.c.value).correlate(walk).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.value.is_not(None)))
    values = select(walk.c.value).where(walk.c.value.is_not(None)).order_by(walk.c.value)
    return connection.execute(values).scalars().all()
