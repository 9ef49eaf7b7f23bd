"""Searches that staff keep under a name, for all staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from gateway.console.tables import saved_views, staff


def save(connection: Connection, name: str, query: str, staff_id: int) -> None:
    """Keeps a search in place of an earlier one of that name."""
    connection.execute(delete(saved_views).where(saved_views.c.name == name))
    connection.execute(insert(saved_views).values(name=name, query=query, staff_id=staff_id))


def drop(connection: Connection, number: int) -> None:
    """Forgets one."""
    connection.execute(delete(saved_views).where(saved_views.c.id == number))


def every(connection: Connection) -> Sequence[Row[Any]]:
    """All of them, by name."""
    return connection.execute(
        select(saved_views, staff.c.name.label("by")).join(staff).order_by(saved_views.c.name)
    ).all()
