"""Trials of the examples that are ready: asked for, taken up, said how far, remembered with what they were of.

The words are not written down again: a trial holds a digest of each example, which hangs on its review and goes with
the conversation. What a trial says is of these examples only as long as all of them are there, unchanged, and no
other is ready.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from gateway.clock import now_ms
from gateway.console import learning
from gateway.console.tables import trial_examples, trials

SILENT_MS = 60_000
"""A running trial that said nothing for so long has died with its process."""

VERDICTS = ("right", "suggested", "wrong", "missed", "other_subject")
BEST_FIRST = ("right", "right, other subject", "suggested", "missed", "wrong")
DIED = "It ended without a word: its process was killed, or the machine went down."

type Key = tuple[str, int]


class NothingToTry(Exception):
    """No example is ready."""


@dataclass(frozen=True)
class Standing:
    """Where the newest trial stands. `step` is what it does, or why it failed; `total` is 0 where nobody knows."""

    state: str
    step: str
    done: int
    total: int
    at: int
    """When it was asked for, or when it ended."""


@dataclass(frozen=True)
class Figures:
    """What the last trial that came to its end measured."""

    trial: int
    finished_at: int
    examples: int
    of_these: bool
    """Whether it was of exactly the examples that are ready now."""
    with_this: bool
    """Whether model and held-out messages are still those that it was measured with."""
    files: Sequence[Mapping[str, Any]]
    total: Mapping[str, Any]
    changed: Sequence[Mapping[str, Any]]
    """Held-out messages that are judged otherwise, those that got worse first."""
    outcomes: Mapping[Key, Mapping[str, Any]]
    """By conversation and message: what an example itself came to, where it still is as it was tried."""

    seconds: int

    @property
    def holds(self) -> bool:
        """Whether it says what taking the examples that are ready would do now."""
        return self.of_these and self.with_this

    @property
    def worse(self) -> int:
        """How many of the held-out messages that are judged otherwise got worse."""
        return sum(_gain(one) < 0 for one in self.changed)

    @property
    def learned(self) -> int:
        """How many of the examples come to what they should, once learned."""
        return sum(one["after"]["verdict"] == "right" for one in self.outcomes.values())


def ask(connection: Connection) -> None:
    """Has a trial made, unless one is under way. Raises NothingToTry."""
    if not learning.ready(connection):
        raise NothingToTry
    _bury(connection)
    if connection.execute(select(trials.c.id).where(_under_way())).first() is None:
        connection.execute(
            insert(trials).values(
                asked_at=now_ms(), said_at=now_ms(), state="waiting",
                step="", done=0, total=0, examples=0, measured_with="",
            )
        )  # fmt: skip


def take_up(connection: Connection, measured_with: str) -> tuple[int, Sequence[tuple[str, str]]] | None:
    """The trial that waits, with its examples (label and words), now running; None where there is nothing to do."""
    _bury(connection)
    states = {row.state: row.id for row in connection.execute(select(trials.c.state, trials.c.id).where(_under_way()))}
    if "waiting" not in states or "running" in states:
        return None
    number = states["waiting"]
    examples = learning.ready(connection)
    place = {(label, learning.key(text)): index for index, (label, text) in enumerate(examples)}
    rows = learning.ready_rows(connection)
    connection.execute(
        update(trials)
        .where(trials.c.id == number)
        .values(state="running", said_at=now_ms(), examples=len(rows), measured_with=measured_with)
    )
    if rows:
        connection.execute(
            insert(trial_examples),
            [
                {
                    "trial_id": number, "conversation_id": row.conversation_id, "seq": row.seq,
                    "number": place[row.label, learning.key(row.example)], "digest": _digest(row),
                }
                for row in rows
            ],
        )  # fmt: skip
    return number, examples


def say(connection: Connection, trial: int, step: str, done: int, total: int) -> None:
    """Writes down how far a running trial is, and that it lives."""
    _settle(connection, trial, step=step, done=done, total=total, said_at=now_ms())


def fail(connection: Connection, trial: int, why: str) -> None:
    """Writes down why a trial came to no end."""
    _settle(connection, trial, state="failed", step=why, finished_at=now_ms())


def keep(connection: Connection, trial: int, result: Mapping[str, Any]) -> None:
    """Writes down what a trial measured; what was erased meanwhile stays erased."""
    figures = {name: result[name] for name in ("files", "changed", "seconds")}
    _settle(connection, trial, state="done", step="", figures=json.dumps(figures), finished_at=now_ms())
    for number, outcome in enumerate(result["examples"]):
        connection.execute(
            update(trial_examples)
            .where(trial_examples.c.trial_id == trial, trial_examples.c.number == number)
            .values(outcome=json.dumps(outcome))
        )


def last(connection: Connection) -> Standing | None:
    """The newest trial, wherever it stands; one that has died says so."""
    row = connection.execute(select(trials).order_by(trials.c.id.desc()).limit(1)).one_or_none()
    if row is None:
        return None
    if row.state == "running" and row.said_at < now_ms() - SILENT_MS:
        return Standing("failed", DIED, 0, 0, row.said_at)
    return Standing(row.state, row.step, row.done, row.total, row.finished_at or row.asked_at)


def figures(connection: Connection, measured_with: str) -> Figures | None:
    """What the newest trial that came to its end measured, and whether that still holds."""
    trial = connection.execute(
        select(trials).where(trials.c.state == "done").order_by(trials.c.id.desc()).limit(1)
    ).one_or_none()
    if trial is None:
        return None
    now = {(row.conversation_id, row.seq): _digest(row) for row in learning.ready_rows(connection)}
    tried = connection.execute(select(trial_examples).where(trial_examples.c.trial_id == trial.id)).all()
    then = {(row.conversation_id, row.seq): row.digest for row in tried}
    said = json.loads(trial.figures)
    return Figures(
        trial=trial.id,
        finished_at=trial.finished_at,
        examples=trial.examples,
        of_these=then == now and len(then) == trial.examples,
        with_this=trial.measured_with == measured_with,
        files=said["files"],
        total=_total(said["files"]),
        changed=sorted(said["changed"], key=_gain),
        outcomes={
            (row.conversation_id, row.seq): json.loads(row.outcome)
            for row in tried
            if row.outcome and now.get((row.conversation_id, row.seq)) == row.digest
        },
        seconds=said["seconds"],
    )


def _total(files: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    def added(when: str) -> dict[str, int]:
        return {verdict: sum(file[when][verdict] for file in files) for verdict in VERDICTS}

    return {"messages": sum(file["messages"] for file in files), "before": added("before"), "after": added("after")}


def _gain(changed: Mapping[str, Any]) -> int:
    """Below zero where the message is read worse than before."""
    before, after = (BEST_FIRST.index(changed[when]["verdict"]) for when in ("before", "after"))
    return before - after


def _digest(row: Row[Any]) -> str:
    return hashlib.sha256(f"{row.label}\0{row.example}".encode()).hexdigest()


def _under_way() -> Any:
    return trials.c.state.in_(("waiting", "running"))


def _bury(connection: Connection) -> None:
    """Whatever died makes room for the next."""
    connection.execute(
        update(trials)
        .where(trials.c.state == "running", trials.c.said_at < now_ms() - SILENT_MS)
        .values(state="failed", step=DIED, finished_at=now_ms())
    )


def _settle(connection: Connection, trial: int, **values: object) -> None:
    connection.execute(update(trials).where(trials.c.id == trial, trials.c.state == "running").values(**values))
