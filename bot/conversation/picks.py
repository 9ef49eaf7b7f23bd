"""One of several things that were offered or answered, by its place: "the second one", "more on the latter"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.conversation.words import after_lead, words
from bot.nlu.outcome import Outcome

PATHWAYS = ("answer:endorphins", "answer:immune_calming")
"""The document's "two main pathways", in its order."""
_OF_PATHWAYS = ("answer:how_it_works", *PATHWAYS)
_PLACES = ("1", "2", "3")
_CLAUSE = re.compile(r"[.!?,]+\s+(?=\w)")


def button(text: str, offered: Sequence[Outcome]) -> Outcome | None:
    """The button that a message (small letters) names by its place."""
    return _at(_place(text, "button", bare=True), offered)


def answer(text: str, answered: Sequence[Outcome]) -> Outcome | None:
    """The one of several answers of which more is wished, in one clause of the message."""
    if len(answered) < 2:
        return None
    clauses = _CLAUSE.split(text.strip(" ?!.,"))
    found = next((one for clause in clauses if (one := _at(_place(clause, "answer"), answered))), None)
    return replace(found, more=True) if found is not None and found.is_answer else found


def pathway(text: str, last: str) -> Outcome | None:
    """One of the two pathways, after the answer `last` that told of them."""
    clauses = [text, *_CLAUSE.split(text)]
    if last in PATHWAYS and any(
            words().whole("picks.other_pathway", after_lead(clause)) or _place(clause, "other_pathway") == 2
            for clause in clauses):
        return Outcome(PATHWAYS[1 - PATHWAYS.index(last)])
    if last not in _OF_PATHWAYS:
        return None
    return next((Outcome(PATHWAYS[place - 1]) for clause in clauses
                 if (place := _place(clause, "pathway")) in (1, 2)), None)


def _place(text: str, shape: str, bare: bool = False) -> int | None:
    """Which place, from 1, the text names; None where it is not of that shape."""
    text = after_lead(text)
    for place in _PLACES:
        for name in (f"ordinals.{place}", *(("ordinals.bare",) if bare and text.strip(" ?!.") == place else ())):
            named = words().in_(name, text)
            if named and words().whole(f"picks.{shape}", f"{text[:named.start()]}▪{text[named.end():]}"):
                return int(place)
    return None


def _at(place: int | None, among: Sequence[Outcome]) -> Outcome | None:
    return among[place - 1] if place is not None and place <= len(among) else None
