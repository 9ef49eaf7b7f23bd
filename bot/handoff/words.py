"""The wordings of the hand-off form; those of every form are in `bot.form.words`."""

from __future__ import annotations

from functools import lru_cache

from bot.form.words import Words
from bot.nlu.lexicon import KNOWLEDGE


@lru_cache(maxsize=1)
def words() -> Words:
    """The wordings that the house ships with."""
    return Words(KNOWLEDGE / "handoff_answers.yml")
