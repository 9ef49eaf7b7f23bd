"""Erases conversations everywhere: in the journal at once, in the bot as soon as it answers."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from gateway import metrics
from gateway.chat.bot_client import BotClient
from gateway.console import search
from gateway.handoff import withdrawal
from gateway.journal import erasure
from gateway.journal.store import Journal, JournalDown
from gateway.settings import Settings

log = structlog.get_logger()

BOT_MARGIN_MS = 10_000
DAY_MS = 86_400_000


class Erasing:
    """Erases when a visitor wants it, when an unsaved session ends, and when the time of keeping is over."""

    def __init__(self, settings: Settings, journal: Journal, bot: BotClient) -> None:
        self._settings = settings
        self._journal = journal
        self._bot = bot
        self._mail_domain = settings.mail_sender.rpartition("@")[2]
        self._bot_writes_for_ms = int(settings.bot.late_seconds * 1000) + BOT_MARGIN_MS

    async def erase_for_visitor(self, conversation_id: str) -> bool:
        """Erases one conversation; False where it is gone already. Raises JournalDown with nothing erased."""
        if not await self._erase([conversation_id], "visitor"):
            return False
        await self._ask_bot(conversation_id)
        return True

    async def erase_left_behind(self) -> None:
        """Erases unsaved conversations whose gateway died. Raises JournalDown."""
        gateway = self._settings.instance_name
        while found := await self._journal.read(erasure.unsaved_of_the_dead, gateway):
            await self._erase(found, "unsaved")

    async def sweep(self) -> None:
        """Erases whatever is not to be kept any longer, and asks the bot again where it did not answer."""
        idle_ms = int(self._settings.sessions.idle_minutes * 60_000)
        days = self._settings.retention
        while found := await self._journal.read(erasure.unsaved_and_ended, idle_ms):
            await self._erase(found, "unsaved")
        while found := await self._journal.read(
            erasure.kept_long_enough, int(days.chat_days * DAY_MS), int(days.request_days * DAY_MS)
        ):
            await self._erase(found, "retention")
        await self._journal.write(withdrawal.forget_old, int(days.request_days * DAY_MS))
        for conversation_id in await self._journal.read(erasure.bot_to_be_asked):
            if not await self._ask_bot(conversation_id):
                break
        await self._journal.write(erasure.forget_tombstones, int(days.tombstone_days * DAY_MS))
        await self.settle()

    async def settle(self) -> bool:
        """Empties what may still hold erased words beside the tables: the search index's file and the journal's log."""
        try:
            await search.forget_for_good(self._journal)
        except JournalDown:
            return False
        return await self._journal.settle()

    async def _erase(self, conversation_ids: Sequence[str], reason: erasure.Reason) -> int:
        erased = await self._journal.write(
            withdrawal.erase, conversation_ids, reason, self._bot_writes_for_ms, self._mail_domain
        )
        if erased and not await self.settle():
            log.info("erasure.unsettled")
        metrics.erased.labels(reason).inc(erased)
        for conversation_id in conversation_ids:
            log.info("conversation.erased", conversation=conversation_id, reason=reason)
        return erased

    async def _ask_bot(self, conversation_id: str) -> bool:
        erased = await self._bot.erase(conversation_id)
        try:
            await self._journal.write(erasure.bot_was_asked, conversation_id, erased)
        except JournalDown:
            return False
        if not erased:
            log.warning("erasure.bot_not_reached", conversation=conversation_id)
        return erased
