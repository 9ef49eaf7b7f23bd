"""Statements that every message needs: compiled once for each kind of database, then handed to its driver as they are.

SQLAlchemy's own way of running a statement costs several times what SQLite takes to do it. What these statements take
and give are texts and whole numbers only, which drivers know by themselves. They run in the transaction of the
connection they are given; a driver's own error comes out as it is, and `Journal` knows it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.elements import ClauseElement

type Values = Mapping[str, Any]


class _Compiled(NamedTuple):
    """A statement as one kind of database takes it."""

    sql: str
    fixed: dict[str, Any]
    """Values that stand in the statement itself."""
    places: tuple[str, ...] | None
    """The name of the value at each place, where values go by place."""

    def parameters(self, values: Values) -> Any:
        named = {**self.fixed, **values} if self.fixed else values
        return named if self.places is None else [named[name] for name in self.places]


class Statement:
    """One statement; `columns` are those that an INSERT without values of its own fills."""

    def __init__(self, clause: ClauseElement, columns: Sequence[str] | None = None) -> None:
        self._clause = clause
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def run(self, connection: Connection, values: Values) -> Any:
        """Runs it, and gives the driver's cursor."""
        compiled = self._for(connection.dialect)
        cursor = connection.connection.cursor()
        cursor.execute(compiled.sql, compiled.parameters(values))
        return cursor

    def run_for_each(self, connection: Connection, rows: Sequence[Values]) -> None:
        """Runs it once with each row's values."""
        compiled = self._for(connection.dialect)
        connection.connection.cursor().executemany(compiled.sql, [compiled.parameters(row) for row in rows])

    def scalar(self, connection: Connection, values: Values) -> Any:
        """The first column of the only row, or None."""
        row = self.run(connection, values).fetchone()
        return None if row is None else row[0]

    def _for(self, dialect: Dialect) -> _Compiled:
        known = self._compiled.get(dialect.name)
        if known is None:
            known = self._compiled[dialect.name] = self._compile(dialect)
        return known

    def _compile(self, dialect: Dialect) -> _Compiled:
        made: Any = self._clause.compile(dialect=dialect, column_keys=self._columns)
        fixed = {made.bind_names[bind]: bind.value for bind in made.binds.values() if not bind.required}
        return _Compiled(str(made), fixed, tuple(made.positiontup) if made.positional else None)
