"""The journal's door: runs a piece of work in one transaction, on a thread of its own, or says it is down.

A piece of work is a plain function `work(connection, ...)` of a module beside this one. It commits when it
returns and rolls back when it raises. SQLite has one thread and one connection, so that its waiting never
stops the event loop and two pieces of work never wait for each other's lock inside one process.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Concatenate

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from gateway import metrics
from gateway.journal import migrate
from gateway.logs import failure
from gateway.settings import Settings

log = structlog.get_logger()

WAITING_SECONDS_MARGIN = 1.0


class JournalDown(Exception):
    """Nothing could be read or recorded now; the same may work later."""


class Journal:
    """One database, SQLite or another of SQLAlchemy's."""

    def __init__(self, settings: Settings) -> None:
        url = make_url(settings.journal_url)
        self._busy_seconds = settings.journal.busy_seconds
        self._file = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
        self._inode: int | None = None
        threads = 1 if self._file else settings.journal.threads
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="journal")
        self._open = False
        self._opening = threading.Lock()
        self._engine = _sqlite(settings) if self._file else _other(settings)

    async def open(self) -> None:
        """Brings the tables up to date. Raises JournalDown, or SchemaTooNew where a newer one wrote them.

        Where it was down, the next piece of work tries again: the gateway starts and heals without it.
        """
        await self._on_thread(lambda: self._saying_down(self._ensure_open))

    async def close(self) -> None:
        """Waits for work under way and lets go of the database."""
        await asyncio.to_thread(self._threads.shutdown, wait=True, cancel_futures=True)
        self._engine.dispose()

    async def write[**P, T](
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` returns, once it is on disk. Raises JournalDown, or what `work` itself raised."""
        return await self._on_thread(lambda: self._transact(work, False, args, kwargs))

    async def read[**P, T](
        self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` read, all of it from one moment. Raises as `write` does."""
        return await self._on_thread(lambda: self._transact(work, True, args, kwargs))

    async def settle(self) -> bool:
        """Empties SQLite's write-ahead log, so that erased words are in no file. False: try again later."""
        if not self._file:
            return True
        try:
            return await self._on_thread(lambda: self._saying_down(self._empty_wal))
        except JournalDown:
            return False

    async def _on_thread[T](self, work: Callable[[], T]) -> T:
        future = asyncio.get_running_loop().run_in_executor(self._threads, work)
        try:
            with metrics.journal_seconds.time():
                return await asyncio.wait_for(future, self._busy_seconds + WAITING_SECONDS_MARGIN)
        except TimeoutError:
            log.error("journal.down", error="TimeoutError")
            raise JournalDown from None

    def _transact(self, work: Callable[..., Any], read_only: bool, args: Any, kwargs: Any) -> Any:
        def transact() -> Any:
            self._ensure_open()
            try:
                return self._once(work, read_only, args, kwargs)
            except IntegrityError:
                # Elsewhere than in SQLite two gateways can insert one row at once: the second look finds it.
                return self._once(work, read_only, args, kwargs)

        return self._saying_down(transact)

    def _saying_down[T](self, work: Callable[[], T]) -> T:
        try:
            return work()
        except (SQLAlchemyError, OSError) as wrong:
            log.error("journal.down", **failure(wrong))
            self._engine.dispose()
            raise JournalDown from None

    def _once(self, work: Callable[..., Any], read_only: bool, args: Any, kwargs: Any) -> Any:
        with self._engine.connect() as connection:
            connection = connection.execution_options(read_only=read_only)
            with connection.begin():
                return work(connection, *args, **kwargs)

    def _migrate(self) -> None:
        if self._file:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            # The file is the visitors' words: nobody else on the machine reads it.
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        migrate.to_head(self._engine)
        self._inode = self._file.stat().st_ino if self._file else None
        self._open = True

    def _ensure_open(self) -> None:
        if self._open and self._file_is_the_same():
            return
        with self._opening:
            if self._open:
                log.warning("journal.file_replaced")
                self._engine.dispose()
            self._open = False
            self._migrate()

    def _file_is_the_same(self) -> bool:
        """False where the file was deleted or restored over: SQLite would go on writing to the old one."""
        if self._file is None:
            return True
        try:
            return self._file.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _empty_wal(self) -> bool:
        with self._engine.connect() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()


def _sqlite(settings: Settings) -> Engine:
    engine = create_engine(
        settings.journal_url,
        pool_size=1,
        max_overflow=0,
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
        options = connection.get_execution_options()
        if options.get("isolation_level") != "AUTOCOMMIT":
            connection.exec_driver_sql("BEGIN" if options.get("read_only") else "BEGIN IMMEDIATE")

    return engine


def _other(settings: Settings) -> Engine:
    threads = settings.journal.threads
    return create_engine(
        settings.journal_url, pool_size=threads, max_overflow=0, hide_parameters=True, pool_pre_ping=True
    )
