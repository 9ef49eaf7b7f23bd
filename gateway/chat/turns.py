"""The way of a message: written down, asked, answered, written down, shown; with no step back.

Messages of one conversation are handled one after another: in this process by a lock, among processes by
the turn that `journal.messages.admit` takes. A message's handling is a task of its own, so that it goes on
when the visitor has gone or was told to wait, and so that the same message sent twice waits for the first.
"""

from __future__ import annotations

import asyncio
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from gateway import metrics
from gateway.chat.bot_client import BotClient, BotFailed, BotTurn, Question, plain
from gateway.chat.notices import Notices
from gateway.chat.replies import BotReply, Issued, ReplyJson, issue
from gateway.clock import now_ms
from gateway.handoff import answers
from gateway.handoff.answers import Prepared
from gateway.handoff.desk import Desk
from gateway.handoff.requests import Unconfirmed
from gateway.journal import conversations, erasure, messages
from gateway.journal.conversations import ConversationOver
from gateway.journal.messages import OtherWords, Recorded, UnknownChoice, VisitorMessage
from gateway.journal.store import Journal, JournalDown
from gateway.logs import failure
from gateway.settings import Settings

log = structlog.get_logger()

LOOK_AGAIN_SECONDS = (0.02, 0.05, 0.1, 0.25)
TURN_MARGIN_SECONDS = 15.0
CARDS_REMEMBERED = 10_000


class Safety(Protocol):
    """Looks through a visitor's raw text for red flags, with neither database, bot nor network."""

    def screen(self, text: str, seen_before: bool = False) -> Sequence[Mapping[str, Any]] | None:
        """The safety card as replies in the form of docs/loopback-channel.md, or None.

        `seen_before`: this conversation was shown a card already, so another wording says it.
        """

    def soft_line(self, text: str) -> str | None:
        """A line with 9-8-8 to put under the answer to a question about suicidal thoughts, or None."""


class TooManyWaiting(Exception):
    """As many messages of the conversation wait for their turn as may."""


@dataclass(frozen=True)
class Said:
    """What the visitor gets: `seq` is null where nothing could be written down."""

    seq: int | None
    replies: list[ReplyJson]


class _Running:
    """A message being handled: `recorded` is there as soon as it is on disk."""

    def __init__(self, message: VisitorMessage) -> None:
        self.message = message
        self.recorded: Recorded | None = None
        self.task: asyncio.Task[Said]


class Turns:
    """Handles messages."""

    def __init__(
        self,
        settings: Settings,
        journal: Journal,
        bot: BotClient,
        notices: Notices,
        desk: Desk,
        safety: Safety | None,
    ) -> None:
        self._settings = settings
        self._journal = journal
        self._bot = bot
        self._notices = notices
        self._desk = desk
        self._safety = safety
        self._gateway = settings.instance_name
        self._idle_ms = int(settings.sessions.idle_minutes * 60_000)
        self._lines: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()
        self._running: dict[tuple[str, str], _Running] = {}
        self._waiting: Counter[str] = Counter()
        self._shown_a_card: dict[str, None] = {}

    def card(self, text: str, seen_before: bool = False) -> list[Issued] | None:
        """The safety card for a text, or None. Comes before all else; nothing in it may stop an answer."""
        if self._safety is None:
            return None
        try:
            found = self._safety.screen(text, seen_before)
            return issue(BotReply.model_validate(reply) for reply in found) if found else None
        except Exception as wrong:
            log.critical("safety.failed", **failure(wrong))
            return None

    async def show_card(self, conversation_id: str, message: VisitorMessage, card: list[Issued]) -> Said:
        """Writes the message and its card down if that can be done soon, and shows the card in any case.

        Raises ConversationOver or OtherWords. Waits for no other message of the conversation.
        """
        if conversation_id in self._shown_a_card and message.text is not None:
            card = self.card(message.text, seen_before=True) or card
        self._remember_card(conversation_id)
        try:
            async with asyncio.timeout(self._settings.journal.card_seconds):
                stored = await self._journal.write(
                    messages.record_with_answer, conversation_id, message, self._idle_ms, card
                )
        except (JournalDown, TimeoutError):
            log.error("card.not_recorded", conversation=conversation_id, message=message.id)
            return _counted(Said(None, [one.reply for one in card]))
        log.info("card.shown", conversation=conversation_id, message=message.id, seq=stored.seq)
        return _counted(Said(stored.seq, stored.replies))

    def _remember_card(self, conversation_id: str) -> None:
        # In memory only: a restart shows the first wording once more, which does no harm.
        self._shown_a_card[conversation_id] = None
        while len(self._shown_a_card) > CARDS_REMEMBERED:
            del self._shown_a_card[next(iter(self._shown_a_card))]

    async def take(self, conversation_id: str, message: VisitorMessage) -> Said:
        """The answer to a message, within the seconds that a visitor may be kept waiting.

        Raises JournalDown where nothing was recorded; ConversationOver, OtherWords, UnknownChoice,
        TooManyWaiting.
        """
        key = (conversation_id, message.id)
        running = self._running.get(key) or self._start(key, message)
        if running.message != message:
            raise OtherWords
        done, _ = await asyncio.wait({running.task}, timeout=self._settings.bot.answer_seconds)
        if done:
            return running.task.result()
        log.warning("turn.late", conversation=conversation_id, message=message.id)
        # Where its turn has not come yet: what the visitor wrote is on disk before we say that it is.
        return self._unavailable(running.recorded or await self._record(conversation_id, message))

    async def close(self, seconds: float) -> None:
        """Gives the turns under way this long to end."""
        tasks = {running.task for running in self._running.values()}
        if tasks:
            await asyncio.wait(tasks, timeout=seconds)
        for task in tasks:
            task.cancel()

    def _start(self, key: tuple[str, str], message: VisitorMessage) -> _Running:
        conversation_id = key[0]
        if self._waiting[conversation_id] >= self._settings.limits.waiting_per_conversation:
            raise TooManyWaiting
        self._waiting[conversation_id] += 1
        metrics.turns_running.inc()
        self._running[key] = running = _Running(message)
        running.task = asyncio.create_task(self._handle(conversation_id, running))

        def ended(task: asyncio.Task[Said]) -> None:
            metrics.turns_running.dec()
            del self._running[key]
            self._waiting[conversation_id] -= 1
            if not self._waiting[conversation_id]:
                del self._waiting[conversation_id]
            # Read here, because nobody may be waiting for it any more.
            wrong = None if task.cancelled() else task.exception()
            if wrong and not isinstance(wrong, (ConversationOver, OtherWords, UnknownChoice, JournalDown)):
                log.error("turn.failed", conversation=conversation_id, message=message.id, **failure(wrong))

        running.task.add_done_callback(ended)
        return running

    async def _handle(self, conversation_id: str, running: _Running) -> Said:
        message = running.message
        started = asyncio.get_running_loop().time()
        line = self._lines.setdefault(conversation_id, asyncio.Lock())
        async with line:
            recorded = await self._admit(conversation_id, message)
            if recorded is None:
                return self._unavailable(await self._record(conversation_id, message))
            running.recorded = recorded
            if recorded.answer:
                return Said(recorded.answer.seq, recorded.answer.replies)
            try:
                turn = self._own_turn(recorded) or await self._bot.turn(
                    Question(conversation_id, message.id, recorded.text, recorded.payload)
                )
                prepared = self._prepare(self._softened(turn, recorded))
            except BotFailed as wrong:
                metrics.bot_failures.labels(wrong.reason).inc()
                log.warning(
                    "turn.unavailable", conversation=conversation_id, message=message.id, reason=wrong.reason
                )
                await self._give_back(conversation_id)
                return self._unavailable(recorded)
            answered = await self._write_answer(conversation_id, message, recorded, prepared)
            if asyncio.get_running_loop().time() - started > self._settings.bot.answer_seconds:
                metrics.late_turns.inc()
            return answered

    def _softened(self, turn: BotTurn, recorded: Recorded) -> BotTurn:
        """The turn with the 9-8-8 line under its last reply where the message only asked about suicidal thoughts."""
        if self._safety is None or recorded.payload is not None:
            return turn
        try:
            line = self._safety.soft_line(recorded.text)
        except Exception as wrong:
            log.critical("safety.failed", **failure(wrong))
            return turn
        if not line:
            return turn
        *before, last = turn.replies
        return turn.model_copy(
            update={"replies": [*before, last.model_copy(update={"text": f"{last.text}\n\n{line}"})]}
        )

    async def _record(self, conversation_id: str, message: VisitorMessage) -> Recorded:
        return await self._journal.write(messages.record, conversation_id, message, self._idle_ms)

    async def _admit(self, conversation_id: str, message: VisitorMessage) -> Recorded | None:
        """The message on disk with its turn taken; None where another gateway kept the turn for too long."""
        give_up = asyncio.get_running_loop().time() + self._settings.bot.late_seconds
        tries = 0
        while asyncio.get_running_loop().time() < give_up:
            until = now_ms() + int((self._settings.bot.late_seconds * 2 + TURN_MARGIN_SECONDS) * 1000)
            turn = messages.Turn(self._gateway, until)
            recorded = await self._journal.write(
                messages.admit, conversation_id, message, self._idle_ms, turn
            )
            if recorded:
                return recorded
            await asyncio.sleep(LOOK_AGAIN_SECONDS[min(tries, len(LOOK_AGAIN_SECONDS) - 1)])
            tries += 1
        return None

    def _own_turn(self, recorded: Recorded) -> BotTurn | None:
        """What the gateway answers by itself: the bot is not asked about what nobody can read."""
        if recorded.payload is not None:
            return None
        if len(recorded.text) > self._settings.limits.text_characters:
            return BotTurn(replies=[self._notices.too_long()])
        if not plain(recorded.text):
            return BotTurn(replies=[self._notices.empty()])
        return None

    def _prepare(self, turn: BotTurn) -> Prepared:
        try:
            return self._desk.prepare(turn)
        except Unconfirmed:
            raise BotFailed("unconfirmed") from None

    async def _write_answer(
        self, conversation_id: str, message: VisitorMessage, recorded: Recorded, prepared: Prepared
    ) -> Said:
        try:
            answer = await self._journal.write(
                answers.answer, conversation_id, message.id, prepared, self._gateway
            )
        except ConversationOver:
            # Erased while the bot was at it: what the bot has just written has to go as well.
            await self._journal.write(erasure.bot_wrote_again, conversation_id)
            raise
        except JournalDown:
            # Not on disk, so not shown; the bot gives the same answer when the same message comes again.
            return self._unavailable(recorded)
        log.info("turn.answered", conversation=conversation_id, message=message.id, seq=answer.seq)
        return _counted(Said(answer.seq, answer.replies))

    async def _give_back(self, conversation_id: str) -> None:
        try:
            await self._journal.write(conversations.end_turn, conversation_id, self._gateway)
        except JournalDown:
            log.error("turn.not_given_back", conversation=conversation_id)

    def _unavailable(self, recorded: Recorded) -> Said:
        reply = issue([self._notices.unavailable()])[0].reply
        return _counted(Said(recorded.seq, [reply]))


def _counted(said: Said) -> Said:
    for reply in said.replies:
        for outcome in reply["outcomes"]:
            metrics.outcomes.labels(outcome).inc()
    return said
