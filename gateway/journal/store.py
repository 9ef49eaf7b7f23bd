"""The journal's door: runs a piece of work in one transaction, on a thread of its own, or says it is down.

A piece of work is a plain function `work(connection, ...)` of a module beside this one. It commits when it
returns and rolls back when it raises. SQLite has one thread and one connection, so that its waiting never
stops the event loop and two pieces of work never wait for each other's lock inside one process.
"""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Concatenate

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway import metrics
from gateway.journal import migrate
from gateway.journal.workers import Workers
from gateway.logs import failure
from gateway.settings import Settings

log = structlog.get_logger()

WAITING_SECONDS_MARGIN = 1.0


class JournalDown(Exception):
    """Nothing could be read or recorded now; the same may work later."""


class _Piece:
    """One piece of work: either it is committed or it was given up, never both.

    Whoever waits for it may say that nothing was recorded only if nothing will be.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._committing = False
        self.given_up = False

    def may_commit(self) -> bool:
        """False where nobody waits for it any more; else it can no longer be given up."""
        with self._lock:
            self._committing = not self.given_up
            return self._committing

    def give_up(self) -> bool:
        """False where it is being committed already."""
        with self._lock:
            self.given_up = not self._committing
            return self.given_up


class _GivenUp(Exception):
    """Nobody waits for this piece of work any more: it is rolled back."""


class Journal:
    """One database, SQLite or another of SQLAlchemy's."""

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.journal_url)
        self._busy_seconds = settings.journal.busy_seconds
        self._file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
        self._inode: int | None = None
        self._kept: Connection | None = None
        threads = 1 if self._file else settings.journal.threads
        self._workers = Workers(threads, "journal")
        self._open = False
        self._opening = threading.Lock()
        self._engine = _sqlite(settings) if self._file else _other(settings)
        driver = self._engine.dialect.loaded_dbapi
        # `Statement` hands its work to the driver, whose errors SQLAlchemy then does not see.
        self._twice = (IntegrityError, driver.IntegrityError)
        self._down = (SQLAlchemyError, driver.Error, OSError)
        # What is read is of one moment: SQLite's transactions are so by themselves.
        self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")

    async def open(self) -> None:
        """Brings the tables up to date. Raises JournalDown, or SchemaTooNew where a newer one wrote them.

        Where it was down, the next piece of work tries again: the gateway starts and heals without it.
        """
        # No visitor waits for it, and a migration of a long journal takes its time.
        await self._workers.submit(lambda: self._saying_down(self._ensure_open))

    async def close(self) -> None:
        """Waits for work under way and lets go of the database."""
        await asyncio.to_thread(self._workers.close)
        self._let_go()

    async def write[**P, T](
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` returns, once it is on disk. Raises JournalDown, or what `work` itself raised."""
        return await self._on_thread(lambda piece: self._transact(piece, work, False, args, kwargs))

    async def read[**P, T](
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` read, all of it from one moment. Raises as `write` does."""
        return await self._on_thread(lambda piece: self._transact(piece, work, True, args, kwargs))

    async def settle(self) -> bool:
        """Empties SQLite's write-ahead log, so that erased words are in no file. False: try again later."""
        if not self._file:
            return True
        try:
            return await self._on_thread(lambda _piece: self._saying_down(self._empty_wal))
        except JournalDown:
            return False

    async def _on_thread[T](self, work: Callable[[_Piece], T]) -> T:
        piece = _Piece()
        future = self._workers.submit(lambda: work(piece))
        loop, patience = asyncio.get_running_loop(), self._busy_seconds + WAITING_SECONDS_MARGIN

        def give_up(whatever_it_does: bool) -> None:
            if future.done():
                return
            if not (piece.give_up() or whatever_it_does):  # it is being committed, which gets as long again
                loop.call_later(patience, give_up, True)
            else:
                log.error("journal.down", error="TimeoutError")
                future.set_exception(JournalDown())

        timer = loop.call_later(patience, give_up, False)
        with metrics.journal_seconds.time():
            try:
                return await future
            finally:
                timer.cancel()

    def _transact(
        self, piece: _Piece, work: Callable[..., Any], read_only: bool, args: Any, kwargs: Any
    ) -> Any:
        def transact() -> Any:
            self._ensure_open()
            try:
                return self._once(piece, work, read_only, args, kwargs)
            except self._twice:
                # Elsewhere than in SQLite two gateways can insert one row at once: the second look finds it.
                return self._once(piece, work, read_only, args, kwargs)

        return None if piece.given_up else self._saying_down(transact)

    def _saying_down[T](self, work: Callable[[], T]) -> T:
        try:
            return work()
        except _GivenUp:
            raise JournalDown from None
        except self._down as wrong:
            log.error("journal.down", **failure(wrong))
            self._let_go()
            raise JournalDown from None

    def _once(
        self, piece: _Piece, work: Callable[..., Any], read_only: bool, args: Any, kwargs: Any
    ) -> Any:
        def do(connection: Connection) -> Any:
            with connection.begin():
                done = work(connection, *args, **kwargs)
                if not piece.may_commit():
                    raise _GivenUp
                return done

        if self._file:
            return do(self._only_connection(read_only))
        with (self._reading if read_only else self._engine).connect() as connection:
            return do(connection)

    def _only_connection(self, read_only: bool) -> Connection:
        """SQLite's: one thread works with it, and taking it out of the pool each time costs more than a statement."""
        if self._kept is None:
            self._kept = self._engine.connect()
        if self._kept.get_execution_options().get("read_only") is not read_only:
            self._kept.execution_options(read_only=read_only)
        return self._kept

    def _let_go(self) -> None:
        kept, self._kept = self._kept, None
        if kept is not None:
            kept.close()
        self._engine.dispose()

    def _migrate(self) -> None:
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # The file is the visitors' words: nobody else on the machine reads it. One that is there is not touched:
            # closing it drops the locks of this process's other connections, and the next process that leaves would
            # take itself for the last one and remove the write-ahead log under them.
            with contextlib.suppress(FileExistsError):
                os.close(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        migrate.to_head(self._engine)
        self._inode = self._file.stat().st_ino if self._file else None
        self._open = True

    def _ensure_open(self) -> None:
        if self._open and self._file_is_the_same():
            return
        with self._opening:
            if self._open:
                log.warning("journal.file_replaced")
                self._let_go()
            self._open = False
            self._migrate()

    def _file_is_the_same(self) -> bool:
        """False where the file was deleted or restored over: SQLite would go on writing to the old one."""
        if self._file is None:
            return True
        try:
            return os.stat(self._file).st_ino == self._inode
        except FileNotFoundError:
            return False

    def _empty_wal(self) -> bool:
        # Of the driver itself: in a transaction, which SQLAlchemy would begin, the log cannot be emptied.
        cursor = self._only_connection(read_only=True).connection.cursor()
        busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _sqlite(settings: Settings) -> Engine:
    engine = create_engine(
        settings.journal_url,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return=None,  # every piece of work ends its transaction itself
        hide_parameters=True,
        connect_args={"timeout": settings.journal.busy_seconds, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # The driver begins transactions late and by itself; ours begin at once, with the lock to write.
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only")
        connection.connection.cursor().execute("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _other(settings: Settings) -> Engine:
    threads, patience = settings.journal.threads, settings.journal.busy_seconds
    url = make_url(settings.journal_url)
    return create_engine(
        url,
        pool_size=threads,
        max_overflow=0,
        pool_timeout=patience,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args=_postgresql_patience(patience) if url.get_backend_name() == "postgresql" else {},
    )


def _postgresql_patience(seconds: float) -> dict[str, Any]:
    """A server that hangs, or a lock that is held for too long, says so instead of keeping a visitor waiting."""
    milliseconds = int(seconds * 1000)
    return {
        "connect_timeout": max(2, math.ceil(seconds)),  # less than 2 means for ever
        "tcp_user_timeout": milliseconds,
        "options": f"-c lock_timeout={milliseconds} -c statement_timeout={milliseconds}",
    }
