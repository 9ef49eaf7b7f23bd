"""The journal's tables and its rules about durability."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

import gateway.console.tables  # noqa: F401 (adds the console's tables to the metadata)
from gateway.chat.replies import BotReply, issue
from gateway.clock import now_ms
from gateway.journal import conversations, messages, migrate
from gateway.journal.conversations import Beginning
from gateway.journal.messages import Turn, VisitorMessage
from gateway.journal.schema import HEAD, metadata
from processes import StartGateway
from records import on_both_databases

HOUR_MS = 3_600_000


@on_both_databases
def test_the_migrations_make_the_tables_that_the_code_speaks_of(
    tmp_path: Path, journal: dict[str, object]
) -> None:
    engine = create_engine(str(journal.get("journal__url") or f"sqlite:///{tmp_path / 'journal.sqlite3'}"))
    migrate.to_head(engine)
    migrate.to_head(engine)
    with engine.connect() as connection:
        # The full-text index is no table of SQLAlchemy's; its own tests are the console's.
        def counts(_object: object, name: str | None, kind: str, *_: object) -> bool:
            return kind != "table" or not str(name).startswith("search_")

        context = MigrationContext.configure(connection, opts={"include_object": counts})
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_that_the_schema_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_heads() == [HEAD]


def test_a_journal_of_a_newer_gateway_is_left_alone(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    migrate.to_head(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(migrate.SchemaTooNew):
        migrate.to_head(engine)


def test_a_gateway_with_a_newer_journal_stops_and_says_why(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    gateway.end()
    with sqlite3.connect(gateway.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    super(type(gateway), gateway).start()
    assert gateway.wait() == 2
    assert "a newer gateway has written this journal" in gateway.log.read_text()


def test_the_journal_is_kept_as_an_honest_record_needs_it(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    gateway.visitor().say("hello")
    assert gateway.rows("PRAGMA journal_mode") == [("wal",)]
    assert gateway.rows("PRAGMA integrity_check") == [("ok",)]
    with pytest.raises(sqlite3.IntegrityError), sqlite3.connect(gateway.database) as connection:
        connection.execute("INSERT INTO messages SELECT * FROM messages LIMIT 1")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_an_answer_that_comes_between_looking_and_taking_the_turn_is_found(
    journal: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = create_engine(str(journal["journal__url"]))
    migrate.to_head(engine)
    expires_at = now_ms() + HOUR_MS
    message = VisitorMessage("m", "both doors", None)
    with engine.begin() as here:
        conversations.begin(here, Beginning("c", expires_at, True, "en", "one"))
        assert messages.admit(here, "c", message, HOUR_MS, Turn("one", expires_at))
    take_turn = conversations.take_turn

    def after_the_other_has_answered(*args: Any) -> bool:
        with engine.begin() as here:
            messages.answer(here, "c", "m", issue([BotReply(text="Hi", outcomes=["answer:safety"])]), "one")
        return take_turn(*args)

    monkeypatch.setattr(conversations, "take_turn", after_the_other_has_answered)
    with engine.begin() as there:
        found = messages.admit(there, "c", message, HOUR_MS, Turn("two", expires_at))
        turn = there.exec_driver_sql("SELECT turn_gateway FROM conversations").scalar()
    assert found
    assert found.answer
    assert found.answer.replies[0]["text"] == "Hi"
    assert turn is None
