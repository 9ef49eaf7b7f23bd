"""Whether an answer speaks of somebody else than the visitor."""

from __future__ import annotations

import re

from bot.screening.words import words

_PATTERN: re.Pattern[str] | None = None


def _pattern() -> re.Pattern[str]:
    global _PATTERN
    if _PATTERN is None:
        relation = "|".join(words().entries("someone_else.relation"))
        verb = "|".join(words().entries("someone_else.verb"))
        _PATTERN = re.compile(
            rf"(?<!when )(?<!since )(?<!because )\b(?:my|our|a|his|her) (?:\w+ )?(?:{relation})(?:'s)?\b"
            rf"(?= ?(?:{verb})\b| (?:who|are)\b)(?! had a vasectomy)"
            rf"|\basking for (?:my|a|our|her|him)\b|\bit'?s for (?:my|a|our)\b"
            rf"|(?:^|[,.;] ?)(?:he|she) (?:{verb})\b"
        )
    return _PATTERN


def is_about_someone_else(text: str) -> bool:
    """Whether somebody else is the subject: "my daughter is expecting", "asking for my dad"."""
    return bool(_pattern().search(text))


def is_for_them(text: str) -> bool:
    """Whether the other person is the one who would take LDN."""
    return bool(words().in_("someone_else.herself", text))
