"""Opening hours as the settings write them: `9:00-12:00, 13:00-17:00`."""

from __future__ import annotations

import re
from itertools import pairwise

MINUTES_OF_A_DAY = 24 * 60

Span = tuple[int, int]
"""From and until, in minutes since midnight."""

_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def opening_hours(text: str) -> tuple[Span, ...]:
    """The spans of one day; none where the text is empty. Raises ValueError that says what to write."""
    spans = tuple(_span(part.strip()) for part in text.split(",")) if text.strip() else ()
    if any(before[1] > after[0] for before, after in pairwise(spans)):
        raise ValueError('has hours out of order: write the earlier first, such as "9:00-12:00, 13:00-17:00"')
    return spans


def _span(text: str) -> Span:
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError('is not opening hours: write something like "9:00-17:00", or leave it empty')
    start_hour, start_minute, end_hour, end_minute = map(int, found.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if max(start_minute, end_minute) > 59 or not start < end <= MINUTES_OF_A_DAY:
        raise ValueError("has hours that end before they begin, or are on no clock: write them from 0:00 to 24:00")
    return start, end
