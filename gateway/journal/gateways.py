"""Which gateways on this journal are alive: each writes down every few seconds that it is."""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from gateway.clock import now_ms
from gateway.journal.schema import conversations, gateways

BEATS_TO_DEATH = 5
"""A gateway says so this many times before the others would take it for dead."""

FORGET_AFTER_MS = 24 * 3_600_000


ALIVE = select(gateways.c.name).where(gateways.c.alive_until >= bindparam("now"))
"""The names of the gateways that live; wants the parameter `now`."""


def beat(connection: Connection, name: str, alive_ms: int) -> None:
    """Writes down that this gateway is alive, and for how long others may believe it."""
    until = now_ms() + alive_ms
    changed = connection.execute(update(gateways).where(gateways.c.name == name).values(alive_until=until))
    if not changed.rowcount:
        connection.execute(insert(gateways).values(name=name, alive_until=until))


def forget_former_self(connection: Connection, name: str) -> None:
    """Frees the turns that this gateway's former process held when it died; forgets long-dead gateways."""
    connection.execute(
        update(conversations)
        .where(conversations.c.turn_gateway == name)
        .values(turn_gateway=None, turn_until=None)
    )
    connection.execute(delete(gateways).where(gateways.c.alive_until < now_ms() - FORGET_AFTER_MS))
