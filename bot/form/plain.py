"""Answers to a yes/no question that name nothing, and the split of a leading yes or no."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.form.words import words

YES, NO, UNSURE, DECLINED = "yes", "no", "unsure", "declined"
VALUES = (YES, NO, UNSURE, DECLINED)


_LAST = re.compile(r"\b(yes|no)\W*$")
_SENTENCE_END, _CLAUSE_END = re.compile(r"[.!…]+\s*"), re.compile(r"[.!…,;]+\s*")
_SHORT = 5
"""In words: a last sentence that may answer after one that chats ("the cows are. i'm not")."""


@dataclass(frozen=True)
class Lead:
    """A first word that answers (`yes`, `no` or None) and what comes after it."""

    value: str | None
    rest: str


def lead_of(text: str) -> Lead:
    """Splits off a leading yes or no. "no tramadol" keeps its "no", which denies the tramadol; "no i take tramadol"
    and "no, tramadol" lose it."""
    if words().starts("not_a_lead", text) or words().starts("determined", text):
        return Lead(None, text)
    for value in (YES, NO):
        match = words().starts(f"lead.{value}", text)
        if match:
            lead = Lead(value, text[match.end():].lstrip(" ,.;:!-…"))
            # "right. the liver is fine" only takes note of what was said before
            return lead_of(lead.rest) if match.group() == "right" and lead.rest else lead
    return Lead(None, text)


def is_plain(text: str, slot: str) -> bool:
    """Whether the whole message is a yes or a no, in the words of any question or of that one."""
    places = ("plain", "lead", slot) if slot in ("consent", "confirm") else ("plain", "lead")
    return any(words().whole(f"{place}.{value}", text) for place in places for value in (YES, NO))


def without_correction(text: str) -> str:
    """The text without a "no wait", "sorry" or "actually" in front: they take something back and answer nothing."""
    while match := words().starts("taking_back", text):
        text = text[match.end():].lstrip(" ,.;:!-…")
    return text


def read(text: str) -> str | None:
    """The value of an answer that names nothing, or None where it is no such answer.

    Declined goes first (it is never a no), then doubt, then a leading yes or no, then other wordings.
    """
    if _declines(text):
        return DECLINED
    lead = lead_of(text)
    for value, place in ((NO, "plain.no_after_all"), (YES, "plain.yes_after_all")):
        if words().whole(place, text):
            return value
    if words().in_("plain.unsure", lead.rest):
        return UNSURE
    if words().whole("plain.no", text):
        return NO
    if lead.value:
        return lead.value
    for value in (NO, YES):
        if words().whole(f"plain.{value}", text):
            return value
    if words().starts("plain.no", text) or words().starts("determined", text):
        return NO
    if words().starts("plain.yes", text):
        return YES
    last = _LAST.search(text)
    return last.group(1) if last else _of_the_last_sentence(text)


def _of_the_last_sentence(text: str) -> str | None:
    *before, last = [one for one in _SENTENCE_END.split(text) if one.strip()] or [""]
    if before and len(last.split()) <= _SHORT:
        return read(last)
    clause = [one for one in _CLAUSE_END.split(text) if one.strip()][-1:]
    return next((value for value in (NO, YES) if clause and words().whole(f"plain.{value}", clause[0])), None)


def _declines(text: str) -> bool:
    return words().whole("plain.declined", text) or any(
        len(match.group()) > len("skip this") for match in words().all_in("plain.declined", text)
    ) or (words().in_("plain.declined", text) is not None and len(text.split()) <= 6
          and words().whole("plain.declined", text.split(",")[-1].split("?")[-1]))
