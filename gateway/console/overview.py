"""What one conversation came to, in one narrow row that lists, filters and figures read.

It is derived from the journal and can be made anew at any time; state and assignee alone are the staff's. Only
saved conversations have one: what a visitor did not want kept reaches no index.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, delete, false, func, insert, or_, select, update

from gateway.console import search
from gateway.console.calendar import Calendar
from gateway.console.tables import outcomes, overviews, questions
from gateway.journal.schema import conversations, feedback, messages, replies

CATCH_UP = 200
"""Conversations brought up to date before a page is shown, at most; the console's worker does the rest."""

LOOK_BACK_MS = 10 * 60_000
CARDS = ("crisis", "emergency")
KINDS: Final = ("answered", "handed_off", "suggested", "not_covered", "out_of_scope", "other", "unanswered")
"""What a message can have come to. Each message counts once: as the first of these that it has."""

WAITS: Final = ("within_1_s", "within_2_s", "within_8_s", "later")
_WAIT_MS = (1_000, 2_000, 8_000)
_TO_BE_LEARNED_FROM = ("not_covered", "out_of_scope", "suggest")
_STALE = (
    select(conversations, overviews.c.number, overviews.c.messages, overviews.c.state)
    .join(overviews, overviews.c.conversation_id == conversations.c.id)
    .where(overviews.c.seq == 0)
)
_RENEW = update(overviews).where(overviews.c.number == bindparam("this"))
_SAVED = conversations.c.keep.in_(("chat", "request"))


@dataclass
class _Seen:
    """What has been read of one conversation."""

    counts: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    words: list[str] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    screening: str = ""
    flagged: bool = False
    requested: bool = False
    last_at: int = 0


def pending(connection: Connection, limit: int, everywhere: bool = False) -> Sequence[Row[Any]]:
    """Saved conversations with messages that their overview does not count, oldest first.

    Looks at what was written lately; `everywhere` looks at all and is slow.
    """
    chosen = (
        select(conversations, overviews.c.number, overviews.c.messages, overviews.c.state)
        .outerjoin(overviews, overviews.c.conversation_id == conversations.c.id)
        .where(
            _SAVED,
            conversations.c.last_seq > 1,
            or_(overviews.c.seq.is_(None), overviews.c.seq.between(1, conversations.c.last_seq - 1)),
        )
        .order_by(conversations.c.last_seen_at)
        .limit(limit)
    )
    if not everywhere:
        newest = connection.execute(select(func.max(overviews.c.last_at))).scalar()
        chosen = chosen.where(conversations.c.last_seen_at >= (newest or 0) - LOOK_BACK_MS)
    return [*connection.execute(_STALE.limit(limit)), *connection.execute(chosen)][:limit]


def catch_up(connection: Connection, calendar: Calendar, limit: int = CATCH_UP, everywhere: bool = False) -> int:
    """Brings overviews, outcomes, questions and the search index up to date; how many conversations that were."""
    rows = {row.id: row for row in pending(connection, limit, everywhere)}
    if not rows:
        return 0
    seen = _read(connection, list(rows))
    values = {one: _values(calendar, row, seen[one]) for one, row in rows.items()}
    numbers = {one: row.number for one, row in rows.items() if row.number is not None}
    if numbers:
        connection.execute(_RENEW, [{"this": numbers[one], **values[one]} for one in numbers])
        connection.execute(delete(outcomes).where(outcomes.c.number.in_(numbers.values())))
    new = [{"conversation_id": one, **values[one]} for one in rows if one not in numbers]
    if new:
        connection.execute(insert(overviews), new)
        numbers |= _numbers(connection, [one["conversation_id"] for one in new])
    given = [
        {"number": numbers[one], "outcome": outcome, "subject": subject, "day": values[one]["day"], "times": times}
        for one in rows
        for (outcome, subject), times in seen[one].outcomes.items()
    ]
    if given:
        connection.execute(insert(outcomes), given)
    _keep_questions(connection, seen)
    search.put(connection, {numbers[one]: "\n".join(seen[one].words) for one in rows})
    return len(rows)


def _values(calendar: Calendar, row: Row[Any], seen: _Seen) -> dict[str, Any]:
    """An overview's columns; a conversation in which the visitor wrote again is new again."""
    counted = seen.counts
    at = calendar.moment(row.started_at)
    again = row.number is not None and counted["messages"] > row.messages
    state = "new" if row.number is None or again else row.state
    return {
        "seq": row.last_seq,
        "started_at": row.started_at,
        "last_at": seen.last_at or row.started_at,
        "day": at.day,
        "hour": at.hour,
        "weekday": at.weekday,
        "holiday": at.holiday,
        "after_hours": at.after_hours,
        "locale": row.locale,
        "flagged": seen.flagged,
        "screening": seen.screening,
        "requested": seen.requested,
        "state": state,
        "urgent": (seen.flagged or seen.requested) and state != "done",
        **{name: counted[name] for name in ("messages", "thumbs_up", "thumbs_down", *KINDS, *WAITS)},
    }


def _numbers(connection: Connection, conversation_ids: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(
        select(overviews.c.conversation_id, overviews.c.number).where(overviews.c.conversation_id.in_(conversation_ids))
    )
    return {row.conversation_id: row.number for row in rows}


def _read(connection: Connection, conversation_ids: Sequence[str]) -> dict[str, _Seen]:
    """What was said in these conversations, read with one question for each table."""
    of = {one: _Seen() for one in conversation_ids}
    bodies: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for conversation, seq, body in connection.execute(
        select(replies.c.conversation_id, replies.c.seq, replies.c.body)
        .where(replies.c.conversation_id.in_(conversation_ids))
        .order_by(replies.c.conversation_id, replies.c.seq, replies.c.position)
    ):
        bodies.setdefault((conversation, seq), []).append(json.loads(body))
    rows = connection.execute(
        select(messages)
        .where(messages.c.conversation_id.in_(conversation_ids))
        .order_by(messages.c.conversation_id, messages.c.seq)
    ).all()
    answers = {(row.conversation_id, row.answers): row for row in rows if row.role == "bot"}
    for row in rows:
        seen = of[row.conversation_id]
        if row.role == "visitor":
            answer = answers.get((row.conversation_id, row.client_id))
            _take(seen, row, bodies.get((row.conversation_id, answer.seq), []) if answer else None, answer)
        seen.last_at = row.at
    for thumb in connection.execute(select(feedback).where(feedback.c.conversation_id.in_(conversation_ids))):
        seen = of[thumb.conversation_id]
        seen.counts["thumbs_up" if thumb.helpful else "thumbs_down"] += 1
        if thumb.comment:
            seen.words.append(thumb.comment)
    return of


def _take(seen: _Seen, row: Any, answer: list[dict[str, Any]] | None, answered: Any) -> None:
    seen.counts["messages"] += 1
    seen.words.append(row.text)
    if answer is None:
        seen.counts["unanswered"] += 1
        return
    labels = [label for reply in answer for label in reply["outcomes"]]
    seen.counts[kind_of(labels)] += 1
    seen.counts[WAITS[bisect_left(_WAIT_MS, answered.at - row.at)]] += 1
    for reply in answer:
        for label in reply["outcomes"]:
            seen.outcomes[label, (reply.get("subject") or "") if label == "not_covered" else ""] += 1
    for reply in answer:
        if reply.get("reference"):
            seen.requested = True
            seen.words.append(str(reply["reference"]))
    seen.flagged = seen.flagged or any(label in CARDS for label in labels)
    seen.screening = _screening_after(seen.screening, labels)
    wanting = next((one for one in _TO_BE_LEARNED_FROM if one in labels), None)
    if wanting and row.choice_id is None:
        subject = next((str(reply["subject"]) for reply in answer if reply.get("subject")), "")
        seen.questions.append({"seq": row.seq, "at": row.at, "kind": wanting, "subject": subject})


def kind_of(labels: Iterable[str]) -> str:
    """What a message with these outcomes counts as: one of KINDS."""
    groups = {label.partition(":")[0] for label in labels}
    if not groups:
        return "unanswered"
    for group, kind in (
        ("answer", "answered"),
        ("handoff", "handed_off"),
        ("suggest", "suggested"),
        ("not_covered", "not_covered"),
        ("out_of_scope", "out_of_scope"),
        ("unreadable", "out_of_scope"),
    ):
        if group in groups:
            return kind
    return "other"


def _screening_after(before: str, labels: Iterable[str]) -> str:
    for label in labels:
        if label == "screening":
            before = "begun"
        elif label == "screening:cancelled":
            before = "cancelled"
        elif label.startswith("screening:done:"):
            before = label.rpartition(":")[2]
    return before


def _keep_questions(connection: Connection, seen: Mapping[str, _Seen]) -> None:
    known = set(
        connection.execute(
            select(questions.c.conversation_id, questions.c.seq).where(questions.c.conversation_id.in_(seen))
        ).all()
    )
    new = [
        {"conversation_id": one, **question}
        for one, read in seen.items()
        for question in read.questions
        if (one, question["seq"]) not in known
    ]
    if new:
        connection.execute(insert(questions), new)


def set_state(connection: Connection, conversation_id: str, state: str) -> None:
    """Marks how far the staff are with a conversation."""
    urgent = or_(overviews.c.flagged, overviews.c.requested) if state != "done" else false()
    connection.execute(
        update(overviews).where(overviews.c.conversation_id == conversation_id).values(state=state, urgent=urgent)
    )


def set_assignee(connection: Connection, conversation_id: str, staff_id: int | None) -> None:
    """Gives a conversation to somebody of the staff, or to nobody."""
    connection.execute(
        update(overviews).where(overviews.c.conversation_id == conversation_id).values(assignee=staff_id)
    )
