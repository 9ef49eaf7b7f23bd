"""What a visitor is told about when somebody will read: `The clinic is closed now; it opens Tuesday at 9:00.`"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from gateway.handoff.hours import Hours, clock
from gateway.handoff.words import OpeningWords

DAYS_BY_NAME = 6
"""So many days ahead the weekday alone says which day is meant."""


@dataclass(frozen=True)
class Opening:
    """How the clinic's hours stand at one moment."""

    line: str
    after_hours: bool | None
    """None where no hours are set."""
    opens_at: int | None
    """Milliseconds since 1970; where it is closed and its next opening is known."""


def opening(hours: Hours, words: OpeningWords, now_ms: int) -> Opening:
    """How the hours stand at a moment of the journal's clock."""
    moment = datetime.fromtimestamp(now_ms / 1000, UTC)
    if not hours.known:
        return Opening(words.unknown, None, None)
    if hours.is_open(moment):
        return Opening(words.open, False, None)
    following = hours.next_opening(moment)
    if following is None:
        return Opening(words.unknown, True, None)
    line = words.closed.format(day=day_of(following, hours.local(moment)), time=time_of(following))
    return Opening(line, True, int(following.timestamp() * 1000))


def day_of(moment: datetime, now: datetime) -> str:
    """The day as people say it: `today`, `Tuesday`, or further off `Monday, January 4,`."""
    ahead = (moment.date() - now.date()).days
    if ahead == 0:
        return "today"
    return f"{moment:%A}" if ahead <= DAYS_BY_NAME else f"{moment:%A, %B} {moment.day},"


def time_of(moment: datetime) -> str:
    """The time as people say it: `9:00`."""
    return clock(moment.hour * 60 + moment.minute)
