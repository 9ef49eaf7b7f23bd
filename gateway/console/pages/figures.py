"""The figures of a period, each with its chart and its table."""

from __future__ import annotations

from datetime import date, timedelta

from sanic.response import HTTPResponse

from gateway.console import figures
from gateway.console.charts import Bar, bars, share_bar
from gateway.console.door import Door, Refused, Visit
from gateway.console.trail import Entry

PERIODS = (7, 30, 90, 365)
MOST_DAYS = 732
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def register(door: Door) -> None:
    """Adds the page."""
    door.page("/figures", _figures)


async def _figures(visit: Visit) -> HTTPResponse:
    first, last = _period(visit)
    found = await visit.read(figures.read, first, last)
    await visit.note(Entry("figures seen", detail={"first": first.isoformat(), "last": last.isoformat()}))
    calendar = visit.console.calendar
    marks = {day: calendar.holiday_name(day) for day, _ in found.by_day}
    by_day = bars(
        "Conversations by day",
        [
            Bar(f"{day.day} {day:%b}", sums["conversations"], day.weekday() > 4 or marks[day] is not None)
            for day, sums in found.by_day
        ],
        wide=True,
    )
    return visit.page(
        "figures.html", it=found, periods=PERIODS, marks=marks, by_day=by_day, share_bar=share_bar,
        shares=figures.ordered(figures.SHARES, found.total), waits=figures.WAIT_NAMES, weekdays=WEEKDAYS,
        by_hour=bars("Conversations by hour of the day", [Bar(str(hour), n) for hour, n in enumerate(found.by_hour)]),
        by_weekday=bars(
            "Conversations by day of the week",
            [Bar(name, n, place > 4) for place, (name, n) in enumerate(zip(WEEKDAYS, found.by_weekday, strict=True))],
        ),
        hours_known=calendar.hours_known,
    )  # fmt: skip


def _period(visit: Visit) -> tuple[date, date]:
    today = visit.console.calendar.today()
    if visit.asked("first") or visit.asked("last"):
        try:
            first, last = date.fromisoformat(visit.asked("first")), date.fromisoformat(visit.asked("last"))
        except ValueError:
            raise Refused(422, "No such period", "Write both days, such as 2026-11-01 and 2026-11-30.") from None
        if not figures.is_period(first, last, MOST_DAYS):
            raise Refused(422, "No such period", "The last day comes after the first, and at most two years after it.")
        return first, last
    length = visit.number("days")
    return today - timedelta(days=(length if length in PERIODS else 30) - 1), today
