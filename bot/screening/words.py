"""The wordings of the screening: those of every form, and `knowledge/screening.yml`."""

from __future__ import annotations

from functools import lru_cache

from bot.form.words import FORM, Words
from bot.nlu.lexicon import KNOWLEDGE

SCREENING = KNOWLEDGE / "screening.yml"


@lru_cache(maxsize=1)
def words() -> Words:
    """Both files, compiled once."""
    return Words(FORM, SCREENING)
