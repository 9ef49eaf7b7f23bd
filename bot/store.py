"""The bot's state of each conversation: one row, written with one statement at the end of a turn.

It keeps what the next turn needs (slots, the active form, the last turns) and what was said to the last messages, so
that a repeated message gets the same replies, also where another one came in between. The record of the conversation
is the gateway's journal, not this.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    AllSlotsReset,
    Event,
    Restarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses

from bot import turn as turns
from bot.turn import Row

ADDRESS_VARIABLE = "BOT_DATABASE_URL"
TURNS_KEPT = 3
SAID_KEPT = 5

_tables = sa.MetaData()
_conversation = sa.Table(
    "bot_conversation", _tables,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("said", sa.Text, comment="JSON: what was said to the last messages, by their ids"),
    sa.Column("changed_at", sa.Float, nullable=False),
)
_KEPT = sa.select(_conversation.c.state, _conversation.c.said).where(_conversation.c.id == sa.bindparam("this"))
_opened: ConversationStore | None = None


class ConversationStore(TrackerStore):
    """Rasa's tracker store. During a turn of the loopback channel `save` only holds the tracker back: the channel
    writes it with the replies, or drops both. Elsewhere (`rasa shell`) it writes at once.

    `host` is a database address of SQLAlchemy; the environment variable BOT_DATABASE_URL goes before it.
    """

    def __init__(self, domain: Domain | None = None, host: str = "sqlite:///var/bot.sqlite3",
                 event_broker: Any = None, **kwargs: Any) -> None:
        super().__init__(domain, event_broker, **kwargs)
        address = os.environ.get(ADDRESS_VARIABLE) or host
        self._engine = _engine(address)
        _tables.create_all(self._engine)
        self._upsert = _upsert(self._engine.dialect.name)
        global _opened
        _opened = self

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The tracker as the last turn left it, or None for a new conversation."""
        try:
            state, _ = self._kept(sender_id)
        except Exception as error:
            self._report(error)
            raise
        if state is None:
            return None
        tracker = self.init_tracker(sender_id)
        tracker.update_with_events(_events(json.loads(state)), self.domain)
        return tracker

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Holds the tracker for the channel during a turn, writes it otherwise."""
        turn = turns.current()
        if turn is not None:
            turn.tracker = tracker
            return
        self.write(tracker)

    async def keys(self) -> Iterable[str]:
        """The ids of all conversations."""
        with self._engine.connect() as connection:
            return [row.id for row in connection.execute(sa.select(_conversation.c.id))]

    def write(self, tracker: DialogueStateTracker, message_id: str | None = None,
              said: Mapping[str, Any] | None = None) -> None:
        """Writes state and what was said in one statement."""
        said_before = self._said(tracker.sender_id)
        if message_id is not None:
            said_before[message_id] = said
        values = {
            "id": tracker.sender_id, "state": json.dumps([event.as_dict() for event in _compact(tracker)]),
            "said": json.dumps(dict(list(said_before.items())[-SAID_KEPT:])), "changed_at": time.time(),
        }
        with self._engine.begin() as connection:
            connection.execute(self._upsert, values)
        self._forget_row(tracker.sender_id)

    def said_to(self, conversation: str, message_id: str) -> dict[str, Any] | None:
        """What was said to this message, if it was one of the conversation's last."""
        return self._said(conversation).get(message_id)

    def _said(self, conversation: str) -> dict[str, Any]:
        _, said = self._kept(conversation)
        return json.loads(said) if said else {}

    def _kept(self, conversation: str) -> Row:
        """State and what was said; read once in a turn of the conversation, which no other turn of this process has
        meanwhile (the channel's lock), nor one of another process (the gateway's turn)."""
        turn = turns.current()
        ours = turn is not None and turn.conversation == conversation
        if ours and turn.row is not None:
            return turn.row
        with self._engine.connect() as connection:
            found = connection.execute(_KEPT, {"this": conversation}).first()
        row: Row = (None, None) if found is None else (found.state, found.said)
        if ours:
            turn.row = row
        return row

    def erase(self, conversation: str) -> None:
        """Removes the conversation's row and, on SQLite, its bytes from file and write-ahead log."""
        self._forget_row(conversation)
        with self._engine.begin() as connection:
            connection.execute(_conversation.delete().where(_conversation.c.id == conversation))
        if self._engine.dialect.name == "sqlite":
            with self._engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    @staticmethod
    def _forget_row(conversation: str) -> None:
        turn = turns.current()
        if turn is not None and turn.conversation == conversation:
            turn.row = None

    @staticmethod
    def _report(error: Exception) -> None:
        turn = turns.current()
        if turn is not None:
            turn.fail(f"{type(error).__name__} in the bot's store")


def opened() -> ConversationStore:
    """The store that Rasa made from endpoints.yml. Raises `RuntimeError` where it made another kind."""
    if _opened is None:
        raise RuntimeError("endpoints.yml names no tracker_store of type bot.store.ConversationStore. Restore it.")
    return _opened


def _events(kept: Iterable[Mapping[str, Any]]) -> list[Event]:
    """What `_compact` kept. Rasa's own `deserialise_events` looks through all kinds for each one."""
    kinds = _kinds()
    return [kinds[row["event"]]._from_parameters(dict(row)) for row in kept]


@lru_cache(maxsize=1)
def _kinds() -> dict[str, type[Event]]:
    return {kind.type_name: kind for kind in reversed(all_subclasses(Event)) if kind.type_name}


def _compact(tracker: DialogueStateTracker) -> list[Event]:
    """The events that lead to the same state: slots and form as they stood before the last turns, then these."""
    events = list(tracker.events)
    starts = [place for place, event in enumerate(events) if isinstance(event, UserUttered)]
    cut = starts[-TURNS_KEPT] if len(starts) > TURNS_KEPT else 0
    if cut == 0:
        return events
    slots: dict[str, Any] = {}
    form: str | None = None
    for event in events[:cut]:
        if isinstance(event, SlotSet):
            slots[event.key] = event.value
        elif isinstance(event, ActiveLoop):
            form = event.name
        elif isinstance(event, (AllSlotsReset, Restarted)):
            slots = {}
            form = None if isinstance(event, Restarted) else form
    before: list[Event] = [SlotSet(name, value) for name, value in slots.items()]
    if form:
        before.append(ActiveLoop(form))
    return [*before, ActionExecuted("action_listen"), *events[cut:]]


def _engine(address: str) -> sa.engine.Engine:
    url = sa.engine.make_url(address)
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(url, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # One connection that stays: a message opened and closed the file four times.
    engine = sa.create_engine(url, poolclass=sa.pool.QueuePool, connect_args={"check_same_thread": False, "timeout": 5})

    @sa.event.listens_for(engine, "connect")
    def _prepare(connection: Any, _: Any) -> None:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    return engine


def _upsert(dialect: str) -> Any:
    if dialect == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    statement = insert(_conversation)
    return statement.on_conflict_do_update(
        index_elements=["id"],
        set_={name: statement.excluded[name] for name in ("state", "said", "changed_at")},
    )
