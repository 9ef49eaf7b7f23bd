"""The mailer: takes one mail at a time from the outbox and hands it to the relay, for as long as it takes.

It reads the journal and nothing else. Killed at any moment, it or the one after it begins where it was; a mail may
then leave a second time, with the same Message-ID.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from typing import Any, Concatenate

import structlog
from sqlalchemy import Connection

from gateway.clock import now_ms
from gateway.handoff import outbox
from gateway.handoff.delivery import NotNow, Refused, Unclear
from gateway.handoff.folder import MailFolder
from gateway.handoff.mail import MailComposer
from gateway.handoff.outbox import Due
from gateway.handoff.relay import Relay
from gateway.journal.store import Journal, JournalDown
from gateway.logs import failure
from gateway.settings import Settings

log = structlog.get_logger()

LOOK_SECONDS = 0.5
JOURNAL_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 3600.0
LONGEST_PAUSE_SECONDS = 60.0
LEASE_MARGIN_SECONDS = 60.0
DAY_MS = 86_400_000


class Mailer:
    """One mailer process's work."""

    def __init__(self, settings: Settings, journal: Journal) -> None:
        self._settings = settings
        self._journal = journal
        self._name = f"{settings.instance_name}:mailer"
        self._composer = MailComposer(settings)
        self._relay = Relay(settings.smtp, settings.mail_sender.rpartition("@")[2]) if settings.smtp.host else None
        self._folder = MailFolder(settings.mail_folder)
        self._stopping = asyncio.Event()
        self._pauses = 0

    def stop(self) -> None:
        """Finishes the mail at hand and ends."""
        self._stopping.set()

    async def run(self) -> None:
        """Works until it is stopped. Raises SchemaTooNew."""
        await self._insist(outbox.release, self._name)
        log.info("mailer.started", to="relay" if self._relay else "folder")
        while not self._stopping.is_set():
            try:
                if not await self.deliver_next():
                    await self._tidy_folder()
                    await self._rest(LOOK_SECONDS)
            except JournalDown:
                await self._rest(JOURNAL_SECONDS)
            except OSError as wrong:  # of the folder
                log.error("mailer.folder", **failure(wrong))
                await self._rest(LONGEST_PAUSE_SECONDS)
        if self._relay:
            await self._relay.hang_up()
        log.info("mailer.stopped")

    async def deliver_next(self) -> bool:
        """Takes the next mail that is due, and sees to it; False where none is. Raises JournalDown, OSError."""
        seconds = self._relay.seconds if self._relay else 0
        lease_ms = int((seconds + LEASE_MARGIN_SECONDS) * 1000)
        due = await self._journal.write(outbox.lease, self._name, lease_ms, self._relay is None)
        if due is None:
            if self._relay:
                await self._relay.hang_up()
            return False
        if due.contact is None and due.kind != "withdrawn":
            await self._insist(outbox.drop, due.id)
        elif self._relay and due.kind == "patient" and now_ms() - due.created_at > self._give_up_ms:
            await self._give_up(due, "too_late")
        elif message := await self._compose(due):
            if self._relay:
                await self._send(due, message, self._relay)
            else:
                self._folder.write(due, message)
                await self._insist(outbox.filed, due.id, self._name)
        return True

    async def _compose(self, due: Due) -> EmailMessage | None:
        try:
            return self._composer.compose(due)
        except Exception as wrong:  # one that cannot be composed must not stop the others
            log.error("mail.not_composed", mail=due.id, **failure(wrong))
            await self._give_up(due, "not_composed")
            return None

    async def _send(self, due: Due, message: EmailMessage, relay: Relay) -> None:
        recipient = message["To"].addresses[0].addr_spec
        try:
            await relay.hand_over(message, self._settings.mail_sender, recipient)
        except NotNow as wrong:
            await self._try_later(due, wrong.error)
            self._pauses += 1
            await self._rest(min(self._wait(self._pauses), LONGEST_PAUSE_SECONDS))
        except Refused as wrong:
            self._pauses = 0
            if wrong.for_good:
                await self._give_up(due, wrong.error)
            else:
                await self._try_later(due, wrong.error)
        except Unclear as wrong:
            await self._try_later(replace(due, maybe_sent=True), wrong.error)
        else:
            self._pauses = 0
            await self._insist(outbox.sent, due.id)
            log.info("mail.sent", mail=due.id, kind=due.kind, tries=due.tries)

    async def _try_later(self, due: Due, error: str) -> None:
        if now_ms() - due.first_try_at > self._give_up_ms:
            await self._give_up(due, error)
            return
        at = now_ms() + int(self._wait(due.tries) * 1000)
        await self._insist(outbox.try_later, due.id, self._name, at, error, due.maybe_sent)
        log.warning("mail.later", mail=due.id, kind=due.kind, tries=due.tries, error=error)

    async def _give_up(self, due: Due, error: str) -> None:
        await self._insist(outbox.failed, due.id, self._name, error[:60], due.maybe_sent)
        log.error("mail.given_up", mail=due.id, kind=due.kind, tries=due.tries, error=error)

    async def _tidy_folder(self) -> None:
        """Removes files whose mail has left, or whose request was taken back."""
        files = await asyncio.to_thread(self._folder.rows)
        if files:
            kept = await self._journal.read(outbox.waiting_as_files, list(files))
            gone = [file for row_id, file in files.items() if row_id not in kept]
            await asyncio.to_thread(self._folder.remove, gone)

    async def _insist[**P](
        self, work: Callable[Concatenate[Connection, P], Any], *args: P.args, **kwargs: P.kwargs
    ) -> None:
        """Writes down how it went, however long the journal is down: forgetting it would send a mail twice."""
        while True:
            try:
                await self._journal.write(work, *args, **kwargs)
                return
            except JournalDown:
                if self._stopping.is_set():
                    return
            await self._rest(JOURNAL_SECONDS)

    def _wait(self, tries: int) -> float:
        """Seconds until the next try: doubling up to an hour, and never all at one moment."""
        doubled = self._settings.smtp.retry_seconds * 2.0 ** min(tries - 1, 20)
        return min(doubled, LONGEST_WAIT_SECONDS) * random.uniform(0.5, 1.0)

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), seconds)

    @property
    def _give_up_ms(self) -> float:
        return self._settings.smtp.give_up_days * DAY_MS


def where_mails_go(settings: Settings) -> str:
    """One line for the person who starts the system."""
    if settings.smtp.host:
        return f"mails leave by {settings.smtp.host}:{settings.smtp.port}"
    return f"no smtp.host is set: requests wait in the journal, and their mails are files in {settings.mail_folder}"
