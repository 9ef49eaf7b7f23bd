"""What goes on beside the requests: saying that this gateway lives, and sweeping."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from gateway.erasing import Erasing
from gateway.journal import gateways
from gateway.journal.store import Journal, JournalDown
from gateway.logs import failure
from gateway.settings import Settings

log = structlog.get_logger()


class Background:
    """Runs each job again and again; one that fails is tried again at its next time."""

    def __init__(self, settings: Settings, journal: Journal, erasing: Erasing) -> None:
        self._settings = settings
        self._journal = journal
        self._erasing = erasing
        self._beat_seconds = settings.journal.dead_seconds / gateways.BEATS_TO_DEATH
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Takes over from this gateway's former process and begins all jobs."""
        jobs = [
            _again("beat", self._beat_seconds, self._beat),
            _again("sweep", self._settings.retention.sweep_seconds, self._erasing.sweep),
        ]
        try:
            await self._take_over()
        except JournalDown:
            jobs.append(_until_done("take_over", self._beat_seconds, self._take_over))
        self._tasks = [asyncio.create_task(job) for job in jobs]

    async def stop(self) -> None:
        """Ends all jobs."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _take_over(self) -> None:
        """Frees what the former process held, and erases what it was not to leave behind."""
        name = self._settings.instance_name
        await self._journal.open()
        await self._beat()
        await self._journal.write(gateways.forget_former_self, name)
        await self._erasing.erase_left_behind()

    async def _beat(self) -> None:
        alive_ms = int(self._settings.journal.dead_seconds * 1000)
        await self._journal.write(gateways.beat, self._settings.instance_name, alive_ms)


async def _again(name: str, seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while True:
        await _try(name, job)
        await asyncio.sleep(seconds)


async def _until_done(name: str, seconds: float, job: Callable[[], Awaitable[None]]) -> None:
    while not await _try(name, job):  # noqa: ASYNC110 (waits for no event of this process)
        await asyncio.sleep(seconds)


async def _try(name: str, job: Callable[[], Awaitable[None]]) -> bool:
    try:
        await job()
    except JournalDown:
        log.warning("job.journal_down", job=name)
        return False
    except Exception as wrong:
        log.error("job.failed", job=name, **failure(wrong))
        return False
    return True
