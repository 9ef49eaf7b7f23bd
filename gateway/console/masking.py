"""Contact data out of sight until somebody asks for it: what is shown in its place says what it is."""

from __future__ import annotations

import re
from collections.abc import Iterable

_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"']+@[^\s@<>()\[\],;:\"']+\.[^\W\d_]{2,}")
_NUMBER = re.compile(r"(?<![\w.])\+?\(?\d(?:[\s().\-]{0,2}\d){6,14}(?!\w)")
_HEALTH_CARD = re.compile(r"\b\d{4}[\s-]?\d{3}[\s-]?\d{3}(?:[\s-]?[A-Za-z]{1,2})?\b")
_POSTAL_CODE = re.compile(r"\b[ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z][ -]?\d[ABCEGHJ-NPRSTV-Z]\d\b", re.IGNORECASE)
EMAIL, NUMBER, POSTAL_CODE, NAME = "[email]", "[number]", "[postal code]", "[name]"
SHORTEST_NAME = 3


def masked(text: str, names: Iterable[str] = ()) -> str:
    """The text with email addresses, long numbers, postal codes and these names out of sight."""
    text = _EMAIL.sub(EMAIL, text)
    text = _HEALTH_CARD.sub(NUMBER, text)
    text = _NUMBER.sub(NUMBER, text)
    text = _POSTAL_CODE.sub(POSTAL_CODE, text)
    for name in names:
        for part in sorted({name.strip(), *name.split()}, key=len, reverse=True):
            if len(part) >= SHORTEST_NAME:
                text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", NAME, text, flags=re.IGNORECASE)
    return text


def has_contact_data(text: str) -> bool:
    """Whether something of the text would be masked."""
    return masked(text) != text
