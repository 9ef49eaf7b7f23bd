"""The wordings that only the turns before give a meaning; those of every form are read beside them."""

from __future__ import annotations

from functools import lru_cache

from bot.form.words import FORM, Words
from bot.nlu.lexicon import KNOWLEDGE

CONVERSATION = KNOWLEDGE / "conversation.yml"


@lru_cache(maxsize=1)
def words() -> Words:
    """Both files, compiled once."""
    return Words(FORM, CONVERSATION)


def after_lead(text: str) -> str:
    """The text (small letters) without "and", "ok so", "what about" in front."""
    lead = words().starts("joins_on", text)
    return text[lead.end():].lstrip(" ,.;:!-") if lead else text
