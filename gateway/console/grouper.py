"""`python -m gateway.console.grouper`: a process of its own that groups what patients ask, beside the gateway.

It does the console's other long work, too: trials of training examples (`trier.py`), and counting in conversations
that the console has not counted yet, such as a whole old journal. It writes down how far it is, in small steps, so
that no visitor's message waits behind it. Killed at any moment it groups and counts again; a trial is asked for again.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Sequence
from itertools import batched
from typing import Any

import structlog

from gateway import logs
from gateway.clock import now_ms
from gateway.console import asked, grouping, overview
from gateway.console.calendar import Calendar
from gateway.console.grouping import Labels, Vectors
from gateway.console.trier import Trier
from gateway.journal.migrate import SchemaTooNew
from gateway.journal.store import Journal, JournalDown
from gateway.logs import failure
from gateway.settings import Settings, load_settings
from gateway.settings_errors import SettingsError
from language import encoder

log = structlog.get_logger()

LOOK_SECONDS = 5.0
EVERYWHERE_SECONDS = 3_600.0
ANEW_MS = 24 * 3_600_000
VECTORS_AT_ONCE = 50
MEMBERS_AT_ONCE = 1_000


class Grouper:
    """Looks for work again and again."""

    def __init__(self, settings: Settings) -> None:
        self._journal = Journal(settings)
        self._calendar = Calendar(settings.clinic)
        self._looked_everywhere_at = float("-inf")

    async def run(self) -> None:
        """Until it is cancelled."""
        try:
            while True:
                try:
                    await self._count_in()
                    await self._group()
                except JournalDown:
                    log.warning("grouper.journal_down")
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._journal.close()

    async def _count_in(self) -> None:
        now = asyncio.get_running_loop().time()
        everywhere = now - self._looked_everywhere_at > EVERYWHERE_SECONDS
        counted = 1
        while counted:
            counted = await self._journal.write(overview.catch_up, self._calendar, everywhere=everywhere)
        if everywhere:
            self._looked_everywhere_at = now

    async def _group(self) -> None:
        last = await self._journal.read(asked.last_grouping)
        if last is None or (last.state in ("done", "failed") and last.finished_at <= now_ms() - ANEW_MS):
            await self._journal.write(asked.ask_for_grouping)
            last = await self._journal.read(asked.last_grouping)
        if last is None or last.state in ("done", "failed"):
            return
        try:
            await self._give_meanings(last.id)
            ids, vectors = await self._journal.read(asked.meanings)
            await self._say(last.id, "running", "grouping", 0, len(ids))
            labels, places = await asyncio.to_thread(grouping.grouped, vectors)
            await self._keep_groups(ids, labels, places)
            await self._say(last.id, "done", "done", len(ids), len(ids))
            log.info("questions.grouped", questions=len(ids), groups=int(labels.max(initial=-1)) + 1)
        except JournalDown:
            raise
        except Exception as wrong:
            log.error("grouping.failed", **failure(wrong))
            await self._say(last.id, "failed", type(wrong).__name__, 0, 0)

    async def _give_meanings(self, number: int) -> None:
        done, total = 0, await self._journal.read(asked.to_be_read)
        while rows := await self._journal.read(asked.without_meaning, VECTORS_AT_ONCE):
            await self._journal.write(asked.keep_meanings, await asyncio.to_thread(_read, rows))
            done += len(rows)
            await self._say(number, "running", "reading", done, max(done, total))

    async def _keep_groups(self, ids: Sequence[tuple[str, int]], labels: Labels, places: Labels) -> None:
        grouped = [
            (*one, int(label), int(place)) for one, label, place in zip(ids, labels, places, strict=True) if label >= 0
        ]
        await self._journal.write(asked.forget_groups)
        for members in batched(grouped, MEMBERS_AT_ONCE, strict=False):
            await self._journal.write(asked.keep_groups, members)

    async def _say(self, number: int, state: str, step: str, done: int, total: int) -> None:
        await self._journal.write(asked.progress, number, state, step, done, total)


def _read(rows: Sequence[Any]) -> list[tuple[str, int, Vectors]]:
    return [(row.conversation_id, row.seq, encoder.shared().encode(row.text)) for row in rows]


async def _until_told_to_stop(settings: Settings) -> None:
    running = asyncio.gather(Grouper(settings).run(), Trier(settings).run())
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running


def main() -> int:
    """Runs until it is told to stop; exit code 2 where a mistake stops the start."""
    try:
        settings = load_settings()
        logs.configure(settings.log.level)
        encoder.shared()
        asyncio.run(_until_told_to_stop(settings))
    except (SettingsError, SchemaTooNew, encoder.EncoderMissing) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
