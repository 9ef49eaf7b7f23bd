"""A gateway's journal as a test sees it beside the gateway: SQLite's file, or a database of PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest

on_both_databases = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""Runs a test twice; its gateways keep their journal in the one, then in the other."""

TABLES = (
    *("conversations", "messages", "replies", "readings", "choices", "feedback", "tombstones", "gateways"),
    *("requests", "outbox"),
)


class Record(Protocol):
    """What both can tell."""

    def rows(self, query: str) -> list[Any]:
        """What a query finds."""

    def change(self, statement: str) -> None:
        """Changes it beside the gateway."""

    def locked(self) -> AbstractContextManager[None]:
        """A context in which nobody else can write."""

    def all_bytes(self) -> bytes:
        """Everything that is kept."""


class File:
    """SQLite's file with its write-ahead log."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def rows(self, query: str) -> list[Any]:
        """What a query finds."""
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=5)) as connection:
            return connection.execute(query).fetchall()

    def change(self, statement: str) -> None:
        """Changes it beside the gateway."""
        with closing(sqlite3.connect(self._path, timeout=20)) as connection, connection:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute(statement)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else can write."""
        with closing(sqlite3.connect(self._path, timeout=20, isolation_level=None)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")

    def all_bytes(self) -> bytes:
        """The bytes of all its files."""
        # The log first: what a sweep moves meanwhile goes from the log into the table file, never back.
        files = sorted(self._path.parent.glob(f"{self._path.name}*"), reverse=True)
        return b"".join(file.read_bytes() for file in files)


class Database:
    """A database of PostgreSQL."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("+psycopg", "")

    def rows(self, query: str) -> list[Any]:
        """What a query finds."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            return connection.execute(query.encode()).fetchall()

    def change(self, statement: str) -> None:
        """Changes it beside the gateway."""
        with psycopg.connect(self._url) as connection:
            connection.execute(statement.encode())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else can write."""
        with psycopg.connect(self._url) as connection:
            connection.execute(f"LOCK TABLE {', '.join(TABLES)} IN EXCLUSIVE MODE".encode())
            yield
            connection.rollback()

    def all_bytes(self) -> bytes:
        """The rows of all tables. What erased rows leave in files until VACUUM is PostgreSQL's own."""
        found = b""
        with psycopg.connect(self._url) as connection, connection.cursor() as cursor:
            for table in TABLES:
                with cursor.copy(f"COPY {table} TO STDOUT".encode()) as copied:
                    found += b"".join(bytes(part) for part in copied)
        return found
