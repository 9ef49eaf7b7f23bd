"""The clinic's calendar and clock: on which day and at which hour something was, and whether it was open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from gateway.handoff.hours import Hours, public_holidays
from gateway.settings import Clinic


@dataclass(frozen=True)
class Moment:
    """A moment as the clinic's staff would say it."""

    day: int
    hour: int
    weekday: int
    holiday: bool
    after_hours: bool | None


class Calendar:
    """Reads moments (milliseconds since 1970, UTC) in the clinic's time zone."""

    def __init__(self, clinic: Clinic) -> None:
        self._zone = ZoneInfo(clinic.zone)
        self._hours = Hours(clinic)
        self._province = clinic.province
        self._closed_on = frozenset(clinic.closed_on)

    @cached_property
    def _holidays(self) -> Mapping[date, str]:
        return public_holidays(self._province)

    @property
    def hours_known(self) -> bool:
        """Whether opening hours are set, so that "after hours" means something."""
        return self._hours.known

    @property
    def zone_name(self) -> str:
        """Such as America/Toronto."""
        return self._zone.key

    def moment(self, at: int) -> Moment:
        """The moment on the clinic's calendar. A closed day of the clinic's own counts as a holiday."""
        local = self.local(at)
        day = local.date()
        return Moment(
            number_of(day),
            local.hour,
            local.weekday(),
            day in self._closed_on or day in self._holidays,
            not self._hours.is_open(local) if self._hours.known else None,
        )

    def local(self, at: int) -> datetime:
        """The moment on the clinic's clock."""
        return datetime.fromtimestamp(at / 1000, UTC).astimezone(self._zone)

    def today(self) -> date:
        """Today's date at the clinic."""
        return datetime.now(self._zone).date()

    def holiday_name(self, day: date) -> str | None:
        """The public holiday, or that the clinic is closed on this day; None on other days."""
        name = self._holidays.get(day)
        return name or ("closed" if day in self._closed_on else None)


def number_of(day: date) -> int:
    """A day as the journal's derived tables keep it: 20261123."""
    return day.year * 10_000 + day.month * 100 + day.day


def day_of(number: int) -> date:
    """The day of such a number. Raises ValueError."""
    return date(number // 10_000, number // 100 % 100, number % 100)


def days(first: date, last: date) -> list[date]:
    """Every day from the first to the last."""
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
