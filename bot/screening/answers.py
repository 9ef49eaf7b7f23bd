"""Reads what a visitor writes in answer to one question of the screening."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bot.nlu.lexicon import CONDITION
from bot.screening import facts, opioids, plain
from bot.screening.medicines import finder
from bot.screening.opioids import Reading
from bot.screening.plain import DECLINED, NO, UNSURE, YES
from bot.screening.questions import split_questions
from bot.screening.words import plain as plain_text
from bot.screening.words import words
from language.normalise import normalise

CONSENT, OPIOIDS, PREGNANCY, LIVER, ALLERGY, CONDITION_SLOT, CONFIRM = (
    "consent", "opioid_use", "pregnant_or_breastfeeding", "liver_disease", "naltrexone_allergy", "condition", "confirm")
ORDER = (CONSENT, OPIOIDS, PREGNANCY, LIVER, ALLERGY, CONDITION_SLOT, CONFIRM)
FACTS = (OPIOIDS, PREGNANCY, LIVER, ALLERGY)
UNSAVED = "unsaved"
_LONGEST_CONDITION = 200


@dataclass(frozen=True)
class Heard:
    """What one message says: statements and questions apart, both with repaired spelling."""

    text: str
    said: str
    asked: tuple[str, ...] = field(default=())


def hear(message: str) -> Heard:
    """Takes a message apart."""
    text = finder().repair(normalise(message))
    said, asked = split_questions(text)
    return Heard(text, said, tuple(asked))


def read_fact(slot: str, said: str, asked: bool = True) -> Reading:
    """What the statements of a message say about one of the four facts."""
    if not said.strip():
        return Reading()
    # Short names in capitals (OAT, MS) need their case; all other wordings are in small letters.
    if slot == OPIOIDS:
        return opioids.read(plain.without_correction(_lower_but_capitals(said)), asked)
    return facts.READERS[slot](plain.without_correction(plain_text(said)), asked)


def read_condition(said: str, asked: bool = True) -> list[str] | str | None:
    """Canonical names of the conditions, else the visitor's words in a list; `declined` or `unsure`; None where
    nothing was said."""
    text = plain_text(said)
    if not text.strip(" .,!?"):
        return None
    names = list(dict.fromkeys(mention.canonical for mention in finder().find(said)
                               if mention.kind == CONDITION and not _is_theirs(text, mention.text.lower())
                               and not facts.is_denied(text, mention.text.lower())))
    if names:
        return names
    if not asked:
        return None
    if plain.read(text) == DECLINED:
        return DECLINED
    if words().whole("condition.unsure", text) or words().in_("condition.unsure", text):
        return UNSURE
    return [said.strip()[:_LONGEST_CONDITION]]


def read_consent(said: str) -> str | None:
    """`yes`, `unsaved`, `no` or None."""
    text = plain_text(said)
    if words().in_("consent.unsaved", text):
        return UNSAVED
    return _yes_or_no(CONSENT, text)


def read_confirm(said: str) -> str | None:
    """`yes`, `no` or None."""
    return _yes_or_no(CONFIRM, plain_text(said))


def read_answer(slot: str, message: str) -> str:
    """One answer in a word, for measuring: a value, `ask`, `words` (of a condition), or `none`."""
    heard = hear(message)
    if slot in FACTS:
        reading = read_fact(slot, heard.said)
        return reading.value or ("ask" if reading.ask else "none")
    if slot == CONDITION_SLOT:
        found = read_condition(heard.said)
        return "words" if isinstance(found, list) else found or "none"
    return (read_consent(heard.text) if slot == CONSENT else read_confirm(heard.said)) or "none"


def _yes_or_no(place: str, text: str) -> str | None:
    for value in (NO, YES):
        if words().whole(f"{place}.{value}", text):
            return value
    lead = plain.lead_of(text)
    if lead.value == NO and words().whole(f"{place}.yes", lead.rest):
        return YES
    if lead.value:
        return NO if lead.value == YES and words().in_("confirm.no", lead.rest) and place == CONFIRM else lead.value
    for value in (NO, YES):
        if len(text.split()) <= 6 and words().in_(f"{place}.{value}", text):
            return value
    return None


def _lower_but_capitals(text: str) -> str:
    shouted = text.isupper() and " " in text
    return " ".join(word if not shouted and re.fullmatch(r"\W*[A-Z]{2,4}\W*", word) else word.lower()
                    for word in text.split(" "))


def _is_theirs(text: str, name: str) -> bool:
    """Whether the condition is told of a relative: "my mum has MS but I have crohn's"."""
    from bot.screening.people import is_about_someone_else

    before = text[:text.find(name)] if name in text else ""
    clause = before.replace(" but ", ";").split(";")[-1]
    return bool(clause) and is_about_someone_else(clause + " has")  and " i " not in f" {clause} "
