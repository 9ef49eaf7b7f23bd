"""Logs: one JSON object a line on standard error, with ids and names of events, never a word of a visitor's.

Our own lines are made with structlog. A line of a library's is cut down to who said it and where, because its
words may quote a message; so is every exception that nobody caught.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sys
from pathlib import Path
from types import TracebackType
from typing import Any

import structlog

ROOT = f"{Path(__file__).parents[1]}/"
OURS = f"{Path(__file__).parent}/"


def configure(level: str) -> None:
    """Sends everything that this process logs through the rules above."""
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.JSONRenderer(ensure_ascii=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_: _Line(),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers = [_Libraries()]
    root.setLevel(max(number, logging.WARNING))
    for name in list(logging.root.manager.loggerDict):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    sys.excepthook = _uncaught


def failure(wrong: BaseException) -> dict[str, str]:
    """An exception as a log may show it: its type and the place in our code, not its words."""
    return {"error": type(wrong).__name__, "place": _place(wrong.__traceback__)}


def loop_failure(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """The event loop's handler for exceptions that no task caught."""
    wrong = context.get("exception")
    structlog.get_logger().error("process.uncaught", **(failure(wrong) if wrong else {"error": "unknown"}))


def _uncaught(_type: type[BaseException], wrong: BaseException, _trace: TracebackType | None) -> None:
    structlog.get_logger().critical("process.uncaught", **failure(wrong))


def _place(trace: TracebackType | None) -> str:
    place = "unknown"
    while trace:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(OURS) or place == "unknown":
            place = f"{file.removeprefix(ROOT)}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place


class _Line:
    """Writes one line; a log that cannot be written must not stop an answer."""

    def msg(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(line + "\n")
            sys.stderr.flush()

    debug = info = warning = error = critical = fatal = exception = log = msg


class _Libraries(logging.Handler):
    """What a library logs, without its words."""

    def emit(self, record: logging.LogRecord) -> None:
        wrong = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno,
            "library",
            library=record.name,
            line=f"{record.module}:{record.lineno}",
            **(failure(wrong) if wrong else {}),
        )
