"""What a few words mean only after the last answer: "how much then", "for me?", "will it go away"."""

from __future__ import annotations

import re

from bot.conversation import picks
from bot.conversation.words import after_lead, words
from bot.nlu.outcome import NOT_COVERED, SCREENING, Outcome

_CLAUSE = re.compile(r"[.!,]\s+")
_OF_EFFECTS = ("symptom", "side_effect_not_named")
_OF_MONEY, _MONEY_SUBJECTS = "answer:cost", ("insurance", "visit_fee", "pharmacy")
_ABOUT_WHOM = ("answer:who_benefits", "answer:not_appropriate", "answer:condition_listed", "answer:safety",
               "answer:opioids", "answer:liver_disease", "answer:pregnancy_breastfeeding")
_ABOUT_WHOM_SUBJECTS = ("children", "older_age", "pets", "condition_not_listed", "response_rate")
_PREGNANCY, _PRESCRIPTION = "answer:pregnancy_breastfeeding", "answer:prescription"


def read(text: str, last: Outcome) -> Outcome | None:
    """The outcome of a message (small letters) after `last`, where its words have one meaning there."""
    rest = after_lead(text)
    for reads in (_of_money, _of_oneself, _of_the_answer, _of_a_person, _of_the_assistant):
        found = reads(text, rest, last)
        if found is not None:
            return found
    return picks.pathway(text, last.label)


def _of_money(text: str, rest: str, last: Outcome) -> Outcome | None:
    of_money = last.label == _OF_MONEY or last.subject in _MONEY_SUBJECTS
    if words().whole("how_much", rest) and not of_money:
        return Outcome("answer:dose_range")
    return Outcome(NOT_COVERED, subject="visit_fee") if of_money and words().whole("to_see_you", rest) else None


def _of_oneself(text: str, rest: str, last: Outcome) -> Outcome | None:
    about_whom = last.label in _ABOUT_WHOM or last.subject in _ABOUT_WHOM_SUBJECTS
    return Outcome(SCREENING) if about_whom and words().whole("for_me", rest) else None


def _of_the_answer(text: str, rest: str, last: Outcome) -> Outcome | None:
    of_effects = last.label == "answer:side_effects" or last.subject in _OF_EFFECTS
    if of_effects and words().whole("passes", rest):
        return last
    if words().in_("limited_data", text) or (last.label == _PREGNANCY and words().in_("limited", text)):
        return Outcome(_PREGNANCY)
    return last if last.label == _PRESCRIPTION and words().whole("online", rest) else None


def _of_a_person(text: str, rest: str, last: Outcome) -> Outcome | None:
    if any(words().whole("asks_whom", after_lead(clause)) for clause in (text, _CLAUSE.split(text)[-1])):
        return Outcome("handoff:email")
    if last.subject != "clinic_staff" and last.label not in ("smalltalk:bot", "answer:about_clinic"):
        return None
    if words().whole("to_see_them", rest):
        return Outcome("handoff:booking")
    return Outcome("handoff:email") if words().in_("asks_a_person", text) else None


def _of_the_assistant(text: str, rest: str, last: Outcome) -> Outcome | None:
    silent = last.label == NOT_COVERED
    return Outcome("smalltalk:help") if silent and words().whole("what_it_knows", rest) else None
