"""Questions that the assistant could not answer: their groups for the page, and the work of grouping them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, select, update

from gateway.clock import now_ms
from gateway.console.grouping import Vectors
from gateway.console.tables import groupings, questions
from gateway.journal.schema import messages
from language.encoder import DIMENSIONS

SHOWN_GROUPS = 40
SHOWN_EXAMPLES = 4
AMONG_EXAMPLES = 20
"""The examples are the first different ones of so many most typical questions."""

WEEK_MS = 7 * 86_400_000
TREND_WEEKS = 12
MOST = 20_000
"""The newest so many questions are read and grouped."""

type Member = tuple[str, int, int, int]
"""A question (its conversation and its number in it), its group, and its place in the group."""


@dataclass(frozen=True)
class Group:
    """Questions that mean the same: how many, when, and the most typical ones."""

    number: int
    count: int
    weeks: list[int]
    """How many came in each of the last weeks, the newest last."""
    kinds: dict[str, int]
    subject: str
    examples: Sequence[Any]


def groups(connection: Connection) -> list[Group]:
    """The groups, largest first."""
    _q = questions.c
    found = connection.execute(
        select(_q.group_id, func.count().label("n"))
        .where(_q.group_id.is_not(None))
        .group_by(_q.group_id)
        .order_by(func.count().desc(), _q.group_id)
        .limit(SHOWN_GROUPS)
    ).all()
    numbers = [row.group_id for row in found]
    first = now_ms() - TREND_WEEKS * WEEK_MS
    weeks = {number: [0] * TREND_WEEKS for number in numbers}
    kinds: dict[int, dict[str, int]] = {number: {} for number in numbers}
    subjects: dict[int, dict[str, int]] = {number: {} for number in numbers}
    for row in connection.execute(select(_q.group_id, _q.at, _q.kind, _q.subject).where(_q.group_id.in_(numbers))):
        kinds[row.group_id][row.kind] = kinds[row.group_id].get(row.kind, 0) + 1
        if row.subject:
            subjects[row.group_id][row.subject] = subjects[row.group_id].get(row.subject, 0) + 1
        if row.at >= first:
            weeks[row.group_id][min(TREND_WEEKS - 1, (row.at - first) // WEEK_MS)] += 1
    # Words that were asked again and again are shown once.
    examples: dict[int, dict[str, Any]] = {number: {} for number in numbers}
    for one in connection.execute(
        select(_q.group_id, _q.conversation_id, _q.seq, _q.at, messages.c.text)
        .join(messages, (messages.c.conversation_id == _q.conversation_id) & (messages.c.seq == _q.seq))
        .where(_q.group_id.in_(numbers), _q.place < AMONG_EXAMPLES)
        .order_by(_q.group_id, _q.place)
    ):
        examples[one.group_id].setdefault(one.text.casefold(), one)
    return [
        Group(
            row.group_id, row.n, weeks[row.group_id], kinds[row.group_id],
            max(subjects[row.group_id], key=subjects[row.group_id].__getitem__, default=""),
            list(examples[row.group_id].values())[:SHOWN_EXAMPLES],
        )
        for row in found
    ]  # fmt: skip


def alone(connection: Connection) -> int:
    """How many questions are in no group."""
    return connection.execute(
        select(func.count()).select_from(questions).where(questions.c.group_id.is_(None))
    ).scalar_one()


def last_grouping(connection: Connection) -> Row[Any] | None:
    """The newest grouping, wherever it stands."""
    return connection.execute(select(groupings).order_by(groupings.c.id.desc()).limit(1)).one_or_none()


def ask_for_grouping(connection: Connection) -> None:
    """Has the grouper group anew, unless it is about to."""
    last = last_grouping(connection)
    if last is None or last.state in ("done", "failed"):
        connection.execute(
            insert(groupings).values(asked_at=now_ms(), state="waiting", step="waiting", done=0, total=0)
        )


def progress(connection: Connection, grouping: int, state: str, step: str, done: int, total: int) -> None:
    """Writes down how far a grouping is."""
    finished = now_ms() if state in ("done", "failed") else None
    connection.execute(
        update(groupings)
        .where(groupings.c.id == grouping)
        .values(state=state, step=step, done=done, total=total, finished_at=finished)
    )


def to_be_read(connection: Connection) -> int:
    """How many of the newest questions have no vector yet."""
    return connection.execute(
        select(func.count()).select_from(questions).where(questions.c.meaning.is_(None), _among_the_newest())
    ).scalar_one()


def without_meaning(connection: Connection, limit: int) -> Sequence[Any]:
    """The newest questions whose vector is to be made, with their words."""
    return connection.execute(
        select(questions.c.conversation_id, questions.c.seq, messages.c.text)
        .join(
            messages,
            (messages.c.conversation_id == questions.c.conversation_id) & (messages.c.seq == questions.c.seq),
        )
        .where(questions.c.meaning.is_(None), _among_the_newest())
        .order_by(questions.c.at.desc())
        .limit(limit)
    ).all()


def _among_the_newest() -> ColumnElement[bool]:
    oldest = select(questions.c.at).order_by(questions.c.at.desc()).offset(MOST - 1).limit(1).scalar_subquery()
    return questions.c.at >= func.coalesce(oldest, 0)


def keep_meanings(connection: Connection, made: Sequence[tuple[str, int, Vectors]]) -> None:
    """Stores vectors; what was erased meanwhile stays erased."""
    connection.execute(
        update(questions)
        .where(questions.c.conversation_id == bindparam("this"), questions.c.seq == bindparam("message"))
        .values(meaning=bindparam("vector")),
        [{"this": one, "message": seq, "vector": vector.astype(np.float16).tobytes()} for one, seq, vector in made],
    )


def meanings(connection: Connection) -> tuple[list[tuple[str, int]], Vectors]:
    """The newest questions that have a vector, and their vectors (n x 384)."""
    rows = connection.execute(
        select(questions.c.conversation_id, questions.c.seq, questions.c.meaning)
        .where(questions.c.meaning.is_not(None))
        .order_by(questions.c.at.desc())
        .limit(MOST)
    ).all()
    vectors = np.frombuffer(b"".join(row.meaning for row in rows), dtype=np.float16).astype(np.float32)
    return [(row.conversation_id, row.seq) for row in rows], vectors.reshape(len(rows), DIMENSIONS)


def forget_groups(connection: Connection) -> None:
    """Empties every group, before others are kept."""
    connection.execute(update(questions).where(questions.c.group_id.is_not(None)).values(group_id=None, place=None))


def keep_groups(connection: Connection, members: Sequence[Member]) -> None:
    """Stores which group these questions are in."""
    connection.execute(
        update(questions)
        .where(questions.c.conversation_id == bindparam("this"), questions.c.seq == bindparam("message"))
        .values(group_id=bindparam("label"), place=bindparam("nth")),
        [{"this": one, "message": seq, "label": label, "nth": place} for one, seq, label, place in members],
    )
