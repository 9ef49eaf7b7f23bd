"""One conversation as staff read it: every message with what the bot understood, what was said, and the reviews."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from gateway.console import names
from gateway.console.masking import masked
from gateway.console.tables import notes, overviews, reviews, staff
from gateway.journal.schema import feedback, messages, readings, replies, requests

CONTACT_FIELDS = ("name", "contact")


@dataclass(frozen=True)
class Reply:
    """One reply as it was shown, with the visitor's thumb."""

    text: str
    outcomes: list[str]
    sources: list[dict[str, str]]
    subject: str | None
    condition: str | None
    buttons: list[str]
    helpful: bool | None
    comment: str | None


@dataclass(frozen=True)
class Message:
    """One message: a visitor's with its reading and review, or the bot's with its replies."""

    seq: int
    at: int
    by_visitor: bool
    text: str
    pressed: bool
    answered: bool
    waited_ms: int | None
    reading: dict[str, Any] | None
    review: Row[Any] | None
    replies: list[Reply]


@dataclass(frozen=True)
class Transcript:
    """A whole conversation."""

    id: str
    overview: Row[Any]
    assignee: str | None
    messages: list[Message]
    notes: Sequence[Row[Any]]
    requests: Sequence[Row[Any]]
    shown: bool
    """Whether contact data is shown; if not, it is masked everywhere in here."""
    hides: bool
    """Whether something in here is, or would be, masked."""


def read(connection: Connection, conversation_id: str, shown: bool) -> Transcript | None:
    """The conversation; None where it is not there, or is one that is not kept."""
    overview = connection.execute(
        select(overviews, staff.c.name.label("assignee_name"))
        .outerjoin(staff, staff.c.id == overviews.c.assignee)
        .where(overviews.c.conversation_id == conversation_id)
    ).one_or_none()
    if overview is None:
        return None
    rows = connection.execute(
        select(messages).where(messages.c.conversation_id == conversation_id).order_by(messages.c.seq)
    ).all()
    asked = connection.execute(select(requests).where(requests.c.conversation_id == conversation_id)).all()
    covered_names = names.of(connection, [conversation_id])[conversation_id]
    hid: list[bool] = []

    def cover(text: str) -> str:
        covered = masked(text, covered_names)
        hid.append(covered != text)
        return text if shown else covered

    said = _replies(connection, conversation_id, cover)
    understood = {
        row.seq: json.loads(row.body)
        for row in connection.execute(select(readings).where(readings.c.conversation_id == conversation_id))
    }
    reviewed = {
        row.seq: row
        for row in connection.execute(
            select(reviews, staff.c.name).join(staff).where(reviews.c.conversation_id == conversation_id)
        )
    }
    answers = {row.answers: row.at for row in rows if row.role == "bot"}
    found = [
        Message(
            row.seq,
            row.at,
            row.role == "visitor",
            cover(row.text),
            row.choice_id is not None,
            row.client_id in answers,
            answers[row.client_id] - row.at if row.client_id in answers else None,
            _covered_reading(understood.get(row.seq), cover),
            reviewed.get(row.seq),
            said.get(row.seq, []),
        )
        for row in rows
    ]
    written = connection.execute(
        select(notes, staff.c.name).join(staff).where(notes.c.conversation_id == conversation_id).order_by(notes.c.id)
    ).all()
    return Transcript(
        conversation_id, overview, overview.assignee_name, found, written, asked, shown, any(hid) or bool(covered_names)
    )


def _replies(connection: Connection, conversation_id: str, cover: Callable[[str], str]) -> dict[int, list[Reply]]:
    thumbs = {
        row.reply_id: row
        for row in connection.execute(select(feedback).where(feedback.c.conversation_id == conversation_id))
    }
    said: dict[int, list[Reply]] = {}
    for row in connection.execute(
        select(replies).where(replies.c.conversation_id == conversation_id).order_by(replies.c.seq, replies.c.position)
    ):
        body = json.loads(row.body)
        thumb = thumbs.get(row.id)
        said.setdefault(row.seq, []).append(
            Reply(
                cover(body["text"]),
                body["outcomes"],
                body["sources"],
                body["subject"],
                body["condition"],
                [button["title"] for button in body["buttons"]],
                thumb.helpful if thumb else None,
                cover(thumb.comment) if thumb and thumb.comment else None,
            )
        )
    return said


def _covered_reading(reading: dict[str, Any] | None, cover: Callable[[str], str]) -> dict[str, Any] | None:
    """The reading with every key that the page reads, the visitor's own words in it masked as the message is."""
    if reading is None:
        return None
    return {
        "outcomes": [_outcome(one) for one in reading.get("outcomes") or ()],
        "pieces": [
            {
                "text": cover(str(piece.get("text", ""))),
                "entities": [
                    {"kind": one.get("kind"), "canonical": one.get("canonical"), "negated": bool(one.get("negated"))}
                    for one in piece.get("entities") or ()
                ],
                "ranked": [_outcome(one) for one in piece.get("ranked") or ()],
                "nearest": [
                    {"text": str(one["text"]), "label": str(one["label"]), "cosine": float(one["cosine"])}
                    for one in piece.get("nearest") or ()
                ],
            }
            for piece in reading.get("pieces") or ()
        ],
    }


def _outcome(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "label": str(one["label"]),
        "subject": one.get("subject"),
        "condition": one.get("condition"),
        "score": float(one.get("score") or 0),
        "options": [_outcome(option) for option in one.get("options") or ()],
    }
