"""When the clinic is open: weekly hours on its own clock, without public holidays and other closed days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.handoff.week import opening_hours
from gateway.settings import Clinic, Week

LOOK_AHEAD_DAYS = 60
"""A clinic that does not open within so many days has no next opening to tell of."""
CLOSED = "closed"
"""The hours of a day without any."""


class Hours:
    """The opening hours of one clinic. Moments are aware datetimes of any zone."""

    def __init__(self, clinic: Clinic) -> None:
        self._zone = ZoneInfo(clinic.zone)
        self._week = [opening_hours(getattr(clinic.hours, day)) for day in Week.model_fields]
        self._holidays = public_holidays(clinic.province) if self.known else {}
        self._closed_on = frozenset(clinic.closed_on)

    @property
    def known(self) -> bool:
        """Whether any hours are set; if not, nothing may be promised."""
        return any(self._week)

    def local(self, moment: datetime) -> datetime:
        """The moment on the clinic's clock."""
        return moment.astimezone(self._zone)

    def is_open(self, moment: datetime) -> bool:
        """Whether the clinic is open at the moment."""
        local = self.local(moment)
        minute = local.hour * 60 + local.minute
        return any(start <= minute < end for start, end in self._spans(local.date()))

    def next_opening(self, moment: datetime) -> datetime | None:
        """When the clinic opens next after the moment, on its own clock."""
        today = self.local(moment).date()
        for ahead in range(LOOK_AHEAD_DAYS + 1):
            for opening in self._openings(today + timedelta(days=ahead)):
                if opening > moment:
                    return opening
        return None

    def weekly(self) -> list[tuple[str, str]]:
        """The hours of every day as people read them: ("Monday", "9:00 to 17:00")."""
        return [
            (day.title(), ", ".join(f"{clock(start)} to {clock(end)}" for start, end in spans) or CLOSED)
            for day, spans in zip(Week.model_fields, self._week, strict=True)
        ]

    def _spans(self, day: date) -> tuple[tuple[int, int], ...]:
        if day in self._closed_on or day in self._holidays:
            return ()
        return self._week[day.weekday()]

    def _openings(self, day: date) -> Iterator[datetime]:
        midnight = datetime(day.year, day.month, day.day)
        for start, _ in self._spans(day):
            yield self._on_the_clock(midnight + timedelta(minutes=start))

    def _on_the_clock(self, wall: datetime) -> datetime:
        """The first moment at which the clinic's clock shows `wall`, or a later time where it skips that."""
        while True:
            opening = wall.replace(tzinfo=self._zone)
            # Compared through UTC: Python compares two times of one zone by their clock faces.
            if opening.astimezone(UTC).astimezone(self._zone).replace(tzinfo=None) == wall:
                return opening
            wall += timedelta(minutes=1)


def public_holidays(province: str) -> Mapping[date, str]:
    """The days off of a Canadian province, by name; it has those of every year."""
    # Where it is needed only: the library loads every country of the world, a tenth of a second and 12 MB.
    import holidays

    return holidays.country_holidays("CA", subdiv=province)


def clock(minutes: int) -> str:
    """Minutes since midnight as a clock shows them: `9:05`."""
    return f"{minutes // 60}:{minutes % 60:02}"
