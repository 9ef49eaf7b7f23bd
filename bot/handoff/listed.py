"""A name and times in a message that lists several answers, or puts a name in place of a yes."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff.answers import folded, name, speaks_of_times, told_contact, without_contact
from bot.handoff.words import words
from language import encoder
from language.wordpiece import WordPiece

_NAME_WORDS = 3
_CAPITALISED = re.compile(r"[A-Z](?:\.|[\w'’-]*[a-z])|[A-Z]")
_REACHED = " ▪ "
_PART = re.compile(r"[,;\n▪]|(?<=\w{3})[.!]\s|(?<=\bok)[.!]\s|\bor\b(?=\s*(?:text|call|phone)?\s*▪)", re.IGNORECASE)
_JOINS = re.compile(r"\b(?:and|or|in|at|for|the|an?)\b")
_AROUND = " :!?()-–"


def listed(text: str, answers_us: bool = False) -> tuple[str | None, str | None]:
    """The name and the times that a message lists: "book me in, Dana, 613 555 0142, mornings", "yes, Theo Lavallee".
    None for what is not there.

    A name with capitals counts beside a way to reach somebody or where the message `answers_us`, a name in small
    letters only in a list of three parts with such a way.
    """
    reached = bool(told_contact(text).value)
    parts = [part.strip(_AROUND) for part in _PART.split(without_contact(text, _REACHED)) if part.strip(_AROUND)]
    said = [part for part in parts
            if speaks_of_times(part) and not words().in_("listed", _JOINS.sub(" ", plain(part)))]
    others = [_after_a_yes(part) for part in parts if part not in said]
    several = len(parts) > 1  # "ok write it down. I'm Sylvie"; "I'm Tired" alone is nobody
    tells = [reached or (several and bool(words().starts("name.lead", folded(part)))) for part in parts
             if part not in said]
    found = [bare for part, sure in zip(others, tells) if (reached or answers_us) and (bare := _bare_name(part, sure))]
    if not found and reached and len(parts) >= 2:
        small = [part for part in others if 1 <= len(part.split()) <= _NAME_WORDS and _is_named(part)]
        found = [taken for part in small if (taken := name(part).value)]
    return found[0] if len(found) == 1 else None, said[0] if len(said) == 1 else None


def _after_a_yes(part: str) -> str:
    """The part without "yes", "ok write it down", "I'm" in front."""
    while lead := _lead_of(folded(part)):
        part = part[lead.end():].strip(" ,.:;!-")
    return part


def _lead_of(part: str) -> re.Match[str] | None:
    places = ((common(), "lead.yes"), (common(), "consent.yes"), (words(), "consent.yes"), (words(), "name.lead"))
    return next((lead for own, place in places if (lead := own.starts(place, part))), None)


def _bare_name(part: str, sure: bool) -> str | None:
    """The name that is all of a part: one to three words with capitals ("Ron Pelletier", "J. Lindqvist"), or two
    people's. Where nothing else makes it `sure` to be one, a single word must be none that English has."""
    written = [word for word in part.split() if word not in ("and", "&")]
    if not 1 <= len(written) <= _NAME_WORDS or not all(_CAPITALISED.fullmatch(word) for word in written):
        return None
    if any(words().whole("name.not_bare", plain(word)) for word in written):
        return None
    alone = len(written) == 1 and not sure
    return None if alone and _english().knows(written[0].lower()) else name(part).value


@lru_cache(maxsize=1)
def _english() -> WordPiece:
    return WordPiece(encoder.FOLDER / "vocab.txt")


def _is_named(part: str) -> bool:
    return all(word.replace("-", "").replace("'", "").replace("’", "").replace(".", "").isalpha()
               for word in part.split()) and not words().in_("listed", plain(part))
