"""Which gateways on this journal are alive: each writes down every few seconds that it is."""

from __future__ import annotations

from sqlalchemy import Connection, Select, delete, insert, select, update

from gateway.clock import now_ms
from gateway.journal.schema import conversations, gateways

BEAT_SECONDS = 2.0
DEAD_AFTER_MS = 10_000


def beat(connection: Connection, name: str) -> None:
    """Writes down that this gateway is alive now."""
    changed = connection.execute(update(gateways).where(gateways.c.name == name).values(seen_at=now_ms()))
    if not changed.rowcount:
        connection.execute(insert(gateways).values(name=name, seen_at=now_ms()))


def forget_former_self(connection: Connection, name: str) -> None:
    """Frees the turns that this gateway's former process held when it died; forgets long-dead gateways."""
    connection.execute(
        update(conversations)
        .where(conversations.c.turn_gateway == name)
        .values(turn_gateway=None, turn_until=None)
    )
    connection.execute(delete(gateways).where(gateways.c.seen_at < now_ms() - 24 * 3_600_000))


def alive() -> Select[tuple[str]]:
    """The names of the gateways that live."""
    return select(gateways.c.name).where(gateways.c.seen_at >= now_ms() - DEAD_AFTER_MS)
