"""One turn of one conversation: what Rasa's parts say about it while it runs, kept apart from every other turn.

Rasa hands its tracker store, its actions and its log the same event loop and no common object; the turn is that
object, carried by a context variable.
"""

from __future__ import annotations

import logging
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rasa.shared.core.trackers import DialogueStateTracker

Row = tuple[str | None, str | None]
"""A conversation's state and what was said to its last messages, as the store keeps them; (None, None) at its start."""
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] if TYPE_CHECKING else tuple

_current: ContextVar[Turn | None] = ContextVar("turn", default=None)


@dataclass
class Turn:
    """What has happened so far: the tracker that Rasa would have saved, the row that the store read at the beginning,
    and the first thing that went wrong."""

    conversation: str
    tracker: DialogueStateTracker | None = None
    row: Row | None = None
    failure: str | None = None

    def fail(self, what: str) -> None:
        """Marks the turn as one whose result must not be kept."""
        self.failure = self.failure or what

    def __enter__(self) -> Turn:
        self._token = _current.set(self)
        return self

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def current() -> Turn | None:
    """The turn that is running here, if one is."""
    return _current.get()


def keep_text_out_of_logs() -> None:
    """From now on what is logged during a turn says where and what kind, never a word of what was written.

    Rasa logs whole messages and, when an action fails, whole trackers. The same place tells that an action failed:
    Rasa swallows the exception and goes on as if it had said nothing.
    """
    make = logging.getLogRecordFactory()
    if getattr(make, "is_quiet", False):
        return

    def quiet(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = make(*args, **kwargs)
        turn = current()
        if turn is None:
            return record
        kind = ""
        if record.exc_info and record.exc_info[0] is not None:
            kind = f" {record.exc_info[0].__name__}"
            if record.name.startswith("rasa.core"):
                turn.fail(f"{record.exc_info[0].__name__} in {record.name}")
        record.msg = f"during a turn:{kind} at {Path(record.pathname).name}:{record.lineno}"
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return record

    quiet.is_quiet = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(quiet)
