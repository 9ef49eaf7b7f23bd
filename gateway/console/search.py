"""The full-text index over what visitors wrote: FTS5 in SQLite, a tsvector in PostgreSQL.

One entry for each saved conversation, under its overview's number. The answers are the document's and not
indexed; they are found by outcome. The migrations' triggers remove an entry with its overview. SQLite before 3.42
keeps the words of a removed entry in the index's file until it is merged: `forget_for_good` does that, in short steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnClause, Connection, TableClause, column, table, text
from sqlalchemy.sql.elements import TextClause

from gateway.console import query
from gateway.journal.store import Journal

_FTS5_PUT = text("INSERT INTO search_words (rowid, words) VALUES (:number, :words)")
_FTS5_DROP = text("DELETE FROM search_words WHERE rowid = :number")
_TSVECTOR_PUT = text(
    "INSERT INTO search_words (number, words, vector) VALUES (:number, :words, to_tsvector('english', :words)) "
    "ON CONFLICT (number) DO UPDATE SET words = excluded.words, vector = excluded.vector"
)
_FTS5_MERGE = text("INSERT INTO search_words (search_words, rank) VALUES ('merge', :pages)")
_FTS5_CHANGES = text("SELECT total_changes()")
MERGED_AT_ONCE = 200
"""Pages of the index that are written in one transaction, so that nobody's message waits long behind it."""


def put(connection: Connection, entries: Mapping[int, str]) -> None:
    """Makes these words the conversations' entries, by their overviews' numbers."""
    rows = [{"number": number, "words": words} for number, words in entries.items()]
    if connection.dialect.name == "sqlite":
        connection.execute(_FTS5_DROP, rows)
        connection.execute(_FTS5_PUT, rows)
    else:
        connection.execute(_TSVECTOR_PUT, rows)


def clause(connection: Connection, node: query.Node) -> TextClause:
    """The condition on `overviews` that the entry fits the query; wants nothing but the parameters it binds."""
    if connection.dialect.name == "sqlite":
        return text("search_words MATCH :typed").bindparams(typed=query.fts5(node))
    return text("search_words.vector @@ to_tsquery('english', :typed)").bindparams(typed=query.tsquery(node))


def entries(connection: Connection) -> tuple[TableClause, ColumnClause[int]]:
    """The index as a table to select from, and its column with the overview's number."""
    number: ColumnClause[int] = column("rowid" if connection.dialect.name == "sqlite" else "number")
    return table("search_words", number), number


def join_of(connection: Connection) -> TextClause:
    """The condition that joins an entry with its overview.

    The plus keeps SQLite from walking the overviews and asking the index about each of them.
    """
    return text(f"overviews.number = +search_words.{'rowid' if connection.dialect.name == 'sqlite' else 'number'}")


def excerpts(connection: Connection, node: query.Node, numbers: list[int]) -> dict[int, str]:
    """For each number, the words around what was found, with \\x02 before a hit and \\x03 behind it."""
    if not numbers:
        return {}
    listed = ", ".join(str(int(number)) for number in numbers)
    between = f"BETWEEN {min(numbers)} AND {max(numbers)}"
    if connection.dialect.name == "sqlite":
        found: Any = connection.execute(
            text(
                "SELECT rowid, snippet(search_words, 0, char(2), char(3), ' … ', 24) FROM search_words "
                # With a plain IN, SQLite would run the whole query once for each number.
                f"WHERE search_words MATCH :typed AND rowid {between} AND +rowid IN ({listed})"
            ),
            {"typed": query.fts5(node)},
        )
    else:
        found = connection.execute(
            text(
                "SELECT number, ts_headline('english', words, to_tsquery('english', :typed), "
                f"'StartSel=\x02, StopSel=\x03, MaxWords=24, MinWords=8') FROM search_words WHERE number IN ({listed})"
            ),
            {"typed": query.tsquery(node)},
        )
    return {row[0]: row[1] for row in found}


async def forget_for_good(journal: Journal) -> None:
    """Where entries were removed from an index that keeps their words until it is merged, merges it.

    What is removed meanwhile is left for the next time. Raises JournalDown; it begins again then.
    """
    debt = await journal.read(_debt)
    if debt is None:
        return
    # A negative number has SQLite merge everything, as 'optimize' would in one long transaction; the steps after it
    # go on until nothing is left to be merged.
    more = await journal.write(_merge, -MERGED_AT_ONCE)
    while more:
        more = await journal.write(_merge, MERGED_AT_ONCE)
    await journal.write(_settle, debt)


def _debt(connection: Connection) -> int | None:
    """The newest removal that the index has not been merged since; None where there is none."""
    if connection.dialect.name != "sqlite":
        return None
    newest: int | None = connection.execute(text("SELECT max(id) FROM search_debts")).scalar()
    return newest


def _merge(connection: Connection, pages: int) -> bool:
    """Whether there was something to merge."""
    before = connection.execute(_FTS5_CHANGES).scalar_one()
    connection.execute(_FTS5_MERGE, {"pages": pages})
    # The command itself counts as one change.
    return int(connection.execute(_FTS5_CHANGES).scalar_one()) - int(before) > 1


def _settle(connection: Connection, debt: int) -> None:
    connection.execute(text("DELETE FROM search_debts WHERE id <= :debt"), {"debt": debt})
