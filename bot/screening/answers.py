"""Reads what a visitor writes in answer to one question of the screening."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.form import plain
from bot.form.consent import CONFIRM, CONSENT, read_confirm, read_consent
from bot.form.hearing import Heard
from bot.form.hearing import hear as hear_of
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.form.words import plain_text
from bot.nlu.lexicon import CONDITION
from bot.screening import facts, opioids
from bot.screening.medicines import finder, names_medicine
from bot.screening.opioids import Reading
from bot.screening.people import own_part
from bot.screening.words import words

OPIOIDS, PREGNANCY, LIVER, ALLERGY, CONDITION_SLOT = (
    "opioid_use", "pregnant_or_breastfeeding", "liver_disease", "naltrexone_allergy", "condition")
ORDER = (CONSENT, OPIOIDS, PREGNANCY, LIVER, ALLERGY, CONDITION_SLOT, CONFIRM)
FACTS = (OPIOIDS, PREGNANCY, LIVER, ALLERGY)
OF_A_FACT = {OPIOIDS: "answer:opioids", PREGNANCY: "answer:pregnancy_breastfeeding", LIVER: "answer:liver_disease",
             ALLERGY: "answer:naltrexone_allergy"}
"""What the document says to each of the four facts."""
_LONGEST_CONDITION = 200
_GOES_ON = re.compile(
    r"(?<=\w)\s*[,.;!]+\s*(?:ok(?:ay)? )?(?:next(?: (?:question|one))?|moving on)(?: please)?\W*$", re.IGNORECASE)
_HOW_SPELT = re.compile(
    r"[\s,.;(]*\b(?:(?:idk|dunno|not sure|no idea|no clue|(?:i )?(?:don'?t|do not) know|can'?t remember)\W+)?"
    r"how (?:the (?:heck|hell) )?(?:(?:u|you|to|do (?:you|u|i)|i|it'?s|its|that'?s)\W+)?spel\w*"
    r"(?: (?:it|that|them))?\W*$", re.IGNORECASE)
_JUST_THIS = re.compile(r"\b(?:just|only) (?:put|write|note)(?: down)? (.+)$", re.IGNORECASE)
_AMAZED = re.compile(r"\?\s*\?[?!\s]*$")
_A_NAME = 6
_ASKS = re.compile(r"(?:is|are|am|was|do|does|did|can|could|would|will|should|what|which|how|why|when|who|where)\b")
_IN_PASSING = re.compile(
    r"^\W*(?:(?:oh|and|ok|okay|wait|sorry|hey)\W+)*(?:before i forget|while i (?:remember|have you|think of it))\W+",
    re.IGNORECASE)


_DICTATED = tuple((re.compile(rf"\s+(?:{spoken})(?!\w)", re.IGNORECASE), sign) for spoken, sign in (
    (r"full stop|(?<=\byes )period|(?<=\bno )period|exclamation (?:mark|point)", "."), ("question mark", "?"),
    ("comma", ",")))
"""Signs that a telephone wrote out: "No opioids full stop"."""


def hear(text: str) -> Heard:
    """Takes a message apart, its medicines spelt right. "Next" after an answer is no wish to skip it, and who does not
    know how a name is spelt knows the name."""
    for spoken, sign in _DICTATED:
        text = spoken.sub(sign, text)
    heard = hear_of(_IN_PASSING.sub("", _HOW_SPELT.sub("", _GOES_ON.sub("", text))), finder().repair)
    if not _only_names(heard):
        return heard
    named = _AMAZED.sub("", heard.text)
    return replace(heard, text=named, said=named, asked=())


def _only_names(heard: Heard) -> bool:
    """ "She says tramadol??" names a medicine and asks nothing."""
    text = plain_text(heard.text)
    return (not heard.said.strip() and bool(_AMAZED.search(text)) and len(text.split()) <= _A_NAME
            and finder().names_opioid(text) and not _ASKS.match(text))


def read_fact(slot: str, said: str, asked: bool = True) -> Reading:
    """What the statements of a message say about one of the four facts."""
    if not said.strip():
        return Reading()
    if slot == OPIOIDS:
        return opioids.read(plain.without_correction(but_capitals(said)), asked)
    return facts.read(slot, plain.without_correction(plain_text(said)), asked)


def read_opioids(heard: Heard) -> Reading:
    """What a message says about taking opioids where its question names a medicine.

    In "does codeine syrup count? I have that at night" the statement speaks of the question's medicine; a bare "no"
    beside such a question denies nothing.
    """
    named = " ".join(asked.rstrip("?! ") + "," for asked in heard.asked if names_medicine(plain_text(asked)))
    if not named:
        return read_fact(OPIOIDS, heard.said)
    said = plain_text(heard.said)
    lead = plain.lead_of(said)
    if words().in_("refers", said):
        reading = read_fact(OPIOIDS, f"{named} {lead.rest}")
        return replace(reading, against=named.rstrip(",")) if lead.value == NO and reading.value == YES else reading
    if lead.value == NO and not lead.rest and words().in_("counts", plain_text(named)):
        return Reading()
    return read_fact(OPIOIDS, heard.said)


def read_condition(said: str, asked: bool = True, theirs: bool = False) -> list[str] | str | None:
    """Canonical names of the conditions, else the visitor's words in a list; `declined` or `unsure`; None where
    nothing was said. A condition of someone else counts only with `theirs`."""
    text = words().without("condition.as_a_time", plain_text(said))
    if not text.strip(" .,!?"):
        return None
    if put := _JUST_THIS.search(said):  # "it's been changed to fibromyalgia, so just put fibromyalgia"
        only = read_condition(put.group(1), False, theirs)
        if isinstance(only, list):
            return only
    mentions = [mention for mention in finder().find(said) if mention.kind == CONDITION]
    mine = text if theirs else own_part(text)
    said_of = [mention for mention in mentions
               if mention.text.lower() in mine and not facts.is_denied(text, mention.text.lower())]
    in_particular = [mention for mention in said_of if not words().whole("condition.in_general", mention.text.lower())]
    names = [finder().name_of(mention) for mention in in_particular or said_of]
    if names:
        return list(dict.fromkeys(names))
    if not asked:
        return None
    if plain.read(text) == DECLINED:
        return DECLINED
    if words().in_("condition.unsure", text):
        return UNSURE
    return [said.strip()[:_LONGEST_CONDITION]]


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


def but_capitals(text: str) -> str:
    """The text in small letters but for short words in capitals, which may be names (OAT, MS)."""
    shouted = text.isupper() and " " in text
    return " ".join(word if not shouted and re.fullmatch(r"\W*[A-Z]{2,4}\W*", word) else word.lower()
                    for word in text.split(" "))
