"""Brings a journal's tables to the newest migration, once, also where two gateways start together."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from gateway.journal.schema import HEAD

MIGRATIONS = Path(__file__).parent / "migrations"
POSTGRESQL_LOCK = 7_316_204_411


class SchemaTooNew(Exception):
    """A newer gateway wrote this journal; the older one must not touch it."""


def to_head(engine: Engine) -> None:
    """Runs the migrations that are missing. Raises SchemaTooNew, or SQLAlchemy's errors."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRESQL_LOCK})
        if _version(connection) != HEAD:
            _upgrade(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version


def _upgrade(connection: Connection) -> None:
    # Alembic is slow to load and needed once in a journal's life; a restart should take a moment only.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError:
        raise SchemaTooNew(
            "journal.url: a newer gateway has written this journal; start that one, or restore an older copy"
        ) from None
