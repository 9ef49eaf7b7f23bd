"""The answers with which a form begins and ends: to go on with or without saving, and that the summary is right."""

from __future__ import annotations

import re

from bot.form import plain
from bot.form.plain import NO, YES
from bot.form.words import plain_text, words

CONSENT, CONFIRM, UNSAVED = "consent", "confirm", "unsaved"
_SHORT = 6
_THUMBS = {"👍": YES, "👌": YES, "✅": YES, "✔": YES, "🆗": YES, "👎": NO, "❌": NO}
_OPENERS = re.compile(r"^\W*(?:(?:ok|okay|okey|k|alright|well|oh|um+|so)\W+)+(?=\w)")
_CLAUSE_END = re.compile(r"\W*[,.;!?:]+\W*|\W+(?:but|cause|cuz|because|as|since|while)\W+")
_SAYS = re.compile(r"^(?:and |so )?(?:s?he|they|i|mom|mum|dad|wife|husband|hubby)(?:'s)? "
                   r"(?:says?|said|sez|goes|nod\w*)\W+")
_ASKS_EITHER = re.compile(r"\b(?:ok|okay|yes|good|safe|fine|bad|worth it)\W+or (?:no|not|nah|nope|bad)\W*$")
_SHADES = re.compile("[\U0001F3FB-\U0001F3FF\ufe0f]")


def read_consent(said: str) -> str | None:
    """`yes`, `unsaved`, `no` or None."""
    if words().in_("consent.unsaved", plain_text(said)):
        return UNSAVED
    return _yes_or_no(CONSENT, said)


def read_confirm(said: str) -> str | None:
    """`yes`, `no` or None."""
    return _yes_or_no(CONFIRM, said)


def _yes_or_no(place: str, said: str) -> str | None:
    if thumb := _THUMBS.get(_SHADES.sub("", said).strip()[:1]):
        return thumb
    text = plain_text(said)
    for value in (NO, YES):
        if words().whole(f"{place}.{value}", text):
            return value
    if place == CONSENT and words().starts("consent.opens", text) and not words().in_("consent.refuses", text):
        return YES
    lead = plain.lead_of(_OPENERS.sub("", text))
    if lead.value == NO and words().whole(f"{place}.yes", lead.rest):
        return YES
    if lead.value:
        return NO if lead.value == YES and words().in_("confirm.no", lead.rest) and place == CONFIRM else lead.value
    if _ASKS_EITHER.search(text):  # "cymbalta as well, ok or no" asks
        return None
    short = len(text.split()) <= _SHORT
    if short and words().in_(f"{place}.no", text):
        return NO
    if place == CONSENT:
        if words().in_("consent.goes_off", text) or words().in_("consent.refuses", text):
            return None
        # Of a summary a clause is not enough: "looks right, but the liver one should be yes".
        clauses = [_SAYS.sub("", clause) for clause in _CLAUSE_END.split(text) if clause]
        if any(words().whole("consent.yes", clause) for clause in (*clauses[:1], *clauses[-1:])):
            return YES
    return YES if short and words().in_(f"{place}.yes", text) else None
