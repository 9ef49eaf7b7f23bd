"""Whether the process lives, and whether a message would be answered."""

from __future__ import annotations

import asyncio
import time

from sqlalchemy import Connection, update

from gateway.chat.bot_client import BotClient, BotFailed
from gateway.journal.schema import conversations
from gateway.journal.store import Journal, JournalDown

REMEMBER_SECONDS = 1.0


class Health:
    """Asks each part of the way of a message; a crowd that asks at once makes one question of it."""

    def __init__(self, journal: Journal, bot: BotClient) -> None:
        self._journal = journal
        self._bot = bot
        self._asking = asyncio.Lock()
        self._parts: dict[str, str] = {}
        self._asked_at = float("-inf")

    async def parts(self) -> dict[str, str]:
        """`ok` or a word about what is wrong, for the journal and for the bot."""
        async with self._asking:
            if time.monotonic() - self._asked_at > REMEMBER_SECONDS:
                journal, bot = await asyncio.gather(self._journal_part(), self._bot_part())
                self._parts = {"journal": journal, "bot": bot}
                self._asked_at = time.monotonic()
            return self._parts

    async def _journal_part(self) -> str:
        try:
            await self._journal.write(_touch)
        except JournalDown:
            return "down"
        return "ok"

    async def _bot_part(self) -> str:
        try:
            await self._bot.model_id()
        except BotFailed as wrong:
            return wrong.reason
        return "ok"


def _touch(connection: Connection) -> None:
    """Takes the right to write into a table of ours, which is what a message needs, and changes no row."""
    connection.execute(update(conversations).where(conversations.c.id == "").values(last_seq=0))
