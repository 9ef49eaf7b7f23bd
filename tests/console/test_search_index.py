"""The search index: what is erased leaves its file too, in steps that nobody has to wait for."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from gateway.console import search
from gateway.journal.store import Journal
from gateway.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from sqlalchemy import Connection

CONVERSATIONS = 300
ERASED = "zqxjkv"


class Counting(Journal):
    """A journal that counts its transactions."""

    written = 0

    async def write(self, work: Any, *args: Any, **kwargs: Any) -> Any:
        self.written += 1
        return await super().write(work, *args, **kwargs)


def fill(connection: Connection) -> None:
    """An index of many segments, and an erased entry in one of them."""
    words = random.Random(5)
    for number in range(CONVERSATIONS):
        said = " ".join(f"word{words.randrange(10_000)}" for _ in range(40))
        search.put(connection, {number: said if number else f"{said} {ERASED}"})


def erase(connection: Connection) -> None:
    connection.execute(text("DELETE FROM search_words WHERE rowid = 0"))
    connection.execute(text("INSERT INTO search_debts (id) VALUES (NULL)"))


def in_the_index(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as journal:
        return any(ERASED.encode() in block for (block,) in journal.execute("SELECT block FROM search_words_data"))


def owed(file: Path) -> list[int]:
    with closing(sqlite3.connect(file)) as journal:
        return [number for (number,) in journal.execute("SELECT id FROM search_debts")]


def test_erased_words_leave_the_index_in_many_short_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MERGED_AT_ONCE", 1)
    journal = Counting(Settings(data_folder=tmp_path))
    file = tmp_path / "journal.sqlite3"

    async def scenario() -> None:
        await journal.write(fill)
        await journal.write(erase)
        assert in_the_index(file)
        journal.written = 0
        await search.forget_for_good(journal)
        await journal.close()

    asyncio.run(scenario())
    assert journal.written > 5
    assert not in_the_index(file)
    assert owed(file) == []


def test_a_debt_is_never_taken_for_an_earlier_one_that_somebody_else_is_about_to_settle(tmp_path: Path) -> None:
    journal = Counting(Settings(data_folder=tmp_path))

    async def scenario() -> None:
        await journal.write(fill)
        await journal.write(erase)
        await search.forget_for_good(journal)
        await journal.write(erase)
        await journal.close()

    asyncio.run(scenario())
    assert owed(tmp_path / "journal.sqlite3") == [2]
