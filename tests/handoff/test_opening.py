"""When somebody will read it: against an oracle that walks through the minutes."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest

from gateway.handoff.hours import Hours
from gateway.handoff.opening import opening
from gateway.handoff.week import opening_hours
from gateway.handoff.words import load_words
from gateway.settings import Clinic, Week

MOMENTS = 500
ZONES = [("America/Toronto", "ON"), ("America/Vancouver", "BC"), ("America/St_Johns", "NL"), ("America/Regina", "SK")]
WEEKS = [
    {day: "9:00-17:00" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")},
    {"tuesday": "8:30-12:00, 13:00-19:45", "saturday": "10:00-14:00", "sunday": "2:30-4:00"},
    {"monday": "0:00-24:00", "tuesday": "0:00-6:15", "sunday": "3:00-23:59"},
]
WORDS = load_words().opening


def moments() -> list[tuple[int, int, datetime]]:
    """Zone, week and moment: half of them within two days of a clock change, half near a holiday."""
    draw = random.Random(7)
    changes = [date(2026, 3, 8), date(2026, 11, 1), date(2027, 3, 14), date(2027, 11, 7)]
    found = []
    for number in range(MOMENTS):
        zone = draw.randrange(len(ZONES))
        near = changes
        if number % 2:
            near = sorted(holidays.country_holidays("CA", subdiv=ZONES[zone][1], years=[2026, 2027]))
        at = datetime.combine(draw.choice(near), datetime.min.time(), UTC)
        found.append((zone, draw.randrange(len(WEEKS)), at + timedelta(minutes=draw.randrange(-2880, 4320))))
    return found


@cache
def closed_days(province: str) -> frozenset[date]:
    """The public holidays of the years that are looked at."""
    return frozenset(holidays.country_holidays("CA", subdiv=province, years=[2026, 2027, 2028]))


@cache
def is_open(zone: int, week: int, minute: int) -> bool:
    """Whether the clinic is open in a minute since 1970, looked up on its clock and in its calendar."""
    local = datetime.fromtimestamp(minute * 60, ZoneInfo(ZONES[zone][0]))
    if local.date() in closed_days(ZONES[zone][1]):
        return False
    hours = opening_hours(WEEKS[week].get(list(Week.model_fields)[local.weekday()], ""))
    return any(_clock(start) <= f"{local:%H:%M}" < _clock(end) for start, end in hours)


def oracle(zone: int, week: int, now: datetime) -> str:
    """The line, found by looking at every minute until the clinic is open."""
    minute = int(now.timestamp()) // 60
    if is_open(zone, week, minute):
        return "The clinic is open now."
    while not is_open(zone, week, minute):
        minute += 1
    local = datetime.fromtimestamp(minute * 60, ZoneInfo(ZONES[zone][0]))
    ahead = (local.date() - now.astimezone(ZoneInfo(ZONES[zone][0])).date()).days
    day = "today" if not ahead else f"{local:%A}" if ahead < 7 else f"{local:%A}, {local:%B} {local.day},"
    return f"The clinic is closed now; it opens {day} at {local.hour}:{local:%M}."


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def test_the_line_is_right_at_500_moments_around_clock_changes_and_holidays() -> None:
    clinics = {
        (zone, week): Hours(Clinic(zone=ZONES[zone][0], province=ZONES[zone][1], hours=Week(**WEEKS[week])))
        for zone in range(len(ZONES))
        for week in range(len(WEEKS))
    }
    wrong = []
    for zone, week, now in moments():
        said = opening(clinics[zone, week], WORDS, int(now.timestamp() * 1000)).line
        expected = oracle(zone, week, now)
        if said != expected:
            wrong.append((ZONES[zone][0], week, now.isoformat(), said, expected))
    assert wrong == []


def hours(**settings: object) -> Hours:
    """A clinic in Ontario, open on Tuesdays."""
    return Hours(Clinic.model_validate({"hours": {"tuesday": "9:00-17:00"}} | settings))


def at(text: str) -> int:
    """A moment on Toronto's clock."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("America/Toronto")).timestamp() * 1000)


@pytest.mark.parametrize(
    ("now", "line"),
    [
        ("2026-11-23T23:40", "The clinic is closed now; it opens Tuesday at 9:00."),
        ("2026-11-24T08:59:59", "The clinic is closed now; it opens today at 9:00."),
        ("2026-11-24T09:00", "The clinic is open now."),
        ("2026-11-24T17:00", "The clinic is closed now; it opens Tuesday, December 1, at 9:00."),
    ],
)
def test_the_line_names_the_day_as_people_do(now: str, line: str) -> None:
    assert opening(hours(), WORDS, at(now)).line == line


def test_a_day_that_the_clinic_closes_is_left_out() -> None:
    said = opening(hours(closed_on=["2026-11-24"]), WORDS, at("2026-11-23T12:00"))
    assert said.line == "The clinic is closed now; it opens Tuesday, December 1, at 9:00."
    assert said.after_hours
    assert said.opens_at == at("2026-12-01T09:00")


def test_no_time_is_promised_where_no_hours_are_set() -> None:
    said = opening(hours(hours={}), WORDS, at("2026-11-23T12:00"))
    assert (said.after_hours, said.opens_at) == (None, None)
    assert not any(character.isdigit() for character in said.line)


@pytest.mark.parametrize(
    "text", ["9-17", "17:00-9:00", "9:00-25:00", "9:60-10:00", "13:00-14:00, 9:00-10:00", "always"]
)
def test_hours_that_cannot_be_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="write"):
        opening_hours(text)
