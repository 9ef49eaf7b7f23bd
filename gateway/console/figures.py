"""Every figure of the console, defined once: what is counted, over what, and in which words it is said.

All of them come from overviews and outcomes of saved conversations. A conversation belongs to the day and hour, on
the clinic's clock, on which it started; so do its messages. Periods are whole days, the last one included.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Integer, case, cast, func, select

from gateway.console.calendar import day_of, days, number_of
from gateway.console.overview import KINDS, WAITS
from gateway.console.tables import outcomes, overviews

_o = overviews.c

SUMS: Mapping[str, Any] = {
    "conversations": func.count(),
    "messages": func.sum(_o.messages),
    **{name: func.sum(_o[name]) for name in (*KINDS, *WAITS, "thumbs_up", "thumbs_down")},
    "hours_known": func.count(_o.after_hours),
    "after_hours": func.sum(case((_o.after_hours.is_(True), 1), else_=0)),
    "flagged": func.sum(cast(_o.flagged, Integer)),
    "requested": func.sum(cast(_o.requested, Integer)),
    "screenings": func.sum(case((_o.screening != "", 1), else_=0)),
    "screenings_done": func.sum(case((_o.screening.in_(("no_flag", "flagged")), 1), else_=0)),
}
"""What is added up over conversations. The rest of this page's figures are made of these sums."""

type Sums = Mapping[str, int]


@dataclass(frozen=True)
class Figure:
    """A share: what is counted, of how many, and what that means."""

    key: str
    title: str
    meaning: str
    counted: Callable[[Sums], int]
    of: Callable[[Sums], int]


def _sum(*names: str) -> Callable[[Sums], int]:
    return lambda sums: sum(sums[name] for name in names)


SHARES = (
    Figure("answered", "Answered", "messages answered from the document, of all messages",
           _sum("answered"), _sum("messages")),
    Figure("suggested", "Suggested", "messages where buttons were offered because it was not sure, of all messages",
           _sum("suggested"), _sum("messages")),
    Figure("not_covered", "Not covered", "messages about something that the document is silent on, of all messages",
           _sum("not_covered"), _sum("messages")),
    Figure("handed_off", "Hand-off", "messages that led to the clinic's people, of all messages",
           _sum("handed_off"), _sum("messages")),
    Figure("out_of_scope", "Out of scope", "messages about something else, or unreadable, of all messages",
           _sum("out_of_scope"), _sum("messages")),
    Figure("unanswered", "Never answered", "messages that no answer was recorded for, of all messages",
           _sum("unanswered"), _sum("messages")),
    Figure("fast", "Within 2 seconds", "messages answered within two seconds, of all that were answered",
           _sum("within_1_s", "within_2_s"), _sum(*WAITS)),
    Figure("after_hours", "After hours", "conversations begun while the clinic was closed, of all",
           _sum("after_hours"), _sum("hours_known")),
    Figure("requested", "Asked for the clinic", "conversations in which a request was made, of all",
           _sum("requested"), _sum("conversations")),
    Figure("flagged", "Safety cards", "conversations in which a safety card was shown, of all",
           _sum("flagged"), _sum("conversations")),
    Figure("screening", "Screening finished", "screenings finished, of all that were begun",
           _sum("screenings_done"), _sum("screenings")),
    Figure("helpful", "Found helpful", "thumbs up, of all thumbs",
           _sum("thumbs_up"), _sum("thumbs_up", "thumbs_down")),
)  # fmt: skip

WAIT_NAMES = {
    "within_1_s": "up to 1 second",
    "within_2_s": "1 to 2 seconds",
    "within_8_s": "2 to 8 seconds",
    "later": "later",
}


@dataclass(frozen=True)
class Period:
    """What happened from the first to the last day, both included."""

    first: date
    last: date
    total: dict[str, int]
    by_day: list[tuple[date, dict[str, int]]]
    by_hour: list[int]
    """Conversations begun in each hour of the day."""
    by_weekday: list[int]
    """Conversations begun on each day of the week, Monday first."""
    outcomes: list[tuple[str, int]]
    """Outcomes and how often they were given, most frequent first."""
    subjects: list[tuple[str, int]]
    """Subjects of `not_covered`, most frequent first."""


def share(figure: Figure, sums: Sums) -> float | None:
    """The share, 0 to 1; None where there is nothing to take a share of."""
    of = figure.of(sums)
    return figure.counted(sums) / of if of else None


def read(connection: Connection, first: date, last: date) -> Period:
    """All figures of a period.

    Everything is added up by day first, in the order of an index: without it, SQLite would sort a year to add it up.
    """
    within = _o.day.between(number_of(first), number_of(last))
    named = [column.label(name) for name, column in SUMS.items()]
    of_days = {
        day_of(row.day): {name: int(getattr(row, name) or 0) for name in SUMS}
        for row in connection.execute(select(_o.day, *named).where(within).group_by(_o.day))
    }
    nothing = dict.fromkeys(SUMS, 0)
    by_day = [(day, of_days.get(day, nothing)) for day in days(first, last)]
    by_hour, by_weekday = [0] * 24, [0] * 7
    for day, sums in by_day:
        by_weekday[day.weekday()] += sums["conversations"]
    hours = select(_o.hour, func.count().label("n")).where(within).group_by(_o.day, _o.hour).subquery()
    for row in connection.execute(select(hours.c.hour, func.sum(hours.c.n).label("n")).group_by(hours.c.hour)):
        by_hour[row.hour] = int(row.n)
    given, subjects = _outcomes(connection, first, last)
    total = {name: sum(sums[name] for _, sums in by_day) for name in SUMS}
    return Period(first, last, total, by_day, by_hour, by_weekday, given, subjects)


def _outcomes(connection: Connection, first: date, last: date) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    given: dict[str, int] = {}
    subjects: dict[str, int] = {}
    of_days = (
        select(outcomes.c.outcome, outcomes.c.subject, func.sum(outcomes.c.times).label("times"))
        .where(outcomes.c.day.between(number_of(first), number_of(last)))
        .group_by(outcomes.c.day, outcomes.c.outcome, outcomes.c.subject)
        .subquery()
    )
    times = func.sum(of_days.c.times).label("times")
    for row in connection.execute(
        select(of_days.c.outcome, of_days.c.subject, times).group_by(of_days.c.outcome, of_days.c.subject)
    ):
        given[row.outcome] = given.get(row.outcome, 0) + int(row.times)
        if row.outcome == "not_covered":
            subjects[row.subject or "other"] = subjects.get(row.subject or "other", 0) + int(row.times)
    return _ranked(given), _ranked(subjects)


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda one: (-one[1], one[0]))


def is_period(first: date, last: date, most_days: int) -> bool:
    """Whether the period is a period, and not longer than so many days."""
    return first <= last and (last - first).days < most_days


def ordered(figures: Sequence[Figure], sums: Sums) -> list[tuple[Figure, float | None]]:
    """Each figure with its share."""
    return [(figure, share(figure, sums)) for figure in figures]
