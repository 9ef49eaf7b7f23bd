"""Conversations as files: plain text to read, JSON Lines to compute with, CSV to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from gateway.clock import rfc3339
from gateway.console.calendar import Calendar
from gateway.console.transcript import Message, Transcript

FORMATS = {
    "txt": "text/plain; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
}
COLUMNS = ("conversation", "seq", "at", "who", "text", "outcomes", "verdict")
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = "\ufeff"


def as_text(transcript: Transcript, calendar: Calendar) -> str:
    """The conversation as a person reads it."""
    lines = [f"Conversation {transcript.id}", f"Times: {calendar.zone_name}", ""]
    for message in transcript.messages:
        who = "Visitor" if message.by_visitor else "Assistant"
        at = calendar.local(message.at)
        lines.append(f"[{at:%Y-%m-%d %H:%M:%S}] {who}: {_said(message)}")
        labels = _outcomes(message)
        if labels:
            lines.append(f"    ({', '.join(labels)})")
    for note in transcript.notes:
        lines += ["", f"Note by {note.name}: {note.text}"]
    return "\n".join(lines) + "\n"


def as_jsonl(transcripts: Iterable[Transcript]) -> str:
    """One message a line, with everything that the console shows of it."""
    return "".join(
        json.dumps(_row(transcript, message) | {"message": _whole(message)}, ensure_ascii=False) + "\n"
        for transcript in transcripts
        for message in transcript.messages
    )


def as_csv(transcripts: Iterable[Transcript]) -> str:
    """One message a row; what a spreadsheet would take for a formula is shown as text."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, COLUMNS)
    table.writeheader()
    for transcript in transcripts:
        for message in transcript.messages:
            table.writerow({name: defused(str(value)) for name, value in _row(transcript, message).items()})
    return BOM + written.getvalue()


def defused(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would calculate it."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_STARTS_A_FORMULA) else cell


def written(name: str, transcripts: Sequence[Transcript], calendar: Calendar) -> str:
    """The conversations in the format of this name."""
    if name == "csv":
        return as_csv(transcripts)
    if name == "jsonl":
        return as_jsonl(transcripts)
    return "\n".join(as_text(transcript, calendar) for transcript in transcripts)


def _row(transcript: Transcript, message: Message) -> dict[str, Any]:
    return {
        "conversation": transcript.id,
        "seq": message.seq,
        "at": rfc3339(message.at),
        "who": "visitor" if message.by_visitor else "assistant",
        "text": _said(message),
        "outcomes": " ".join(_outcomes(message)),
        "verdict": message.review.verdict if message.review else "",
    }


def _whole(message: Message) -> dict[str, Any]:
    review = message.review
    return {
        "pressed": message.pressed,
        "reading": message.reading,
        "review": {"verdict": review.verdict, "label": review.label, "by": review.name} if review else None,
        "replies": [asdict(reply) for reply in message.replies],
    }


def _said(message: Message) -> str:
    return message.text if message.by_visitor else "\n\n".join(reply.text for reply in message.replies)


def _outcomes(message: Message) -> list[str]:
    return [outcome for reply in message.replies for outcome in reply.outcomes]
