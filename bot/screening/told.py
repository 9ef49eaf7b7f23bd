"""What a message tells without being asked for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.form.consent import CONFIRM, CONSENT
from bot.form.hearing import Heard
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.form.words import plain_text
from bot.nlu.lexicon import CONDITION, MEDICINE, OPIOID
from bot.screening.answers import (
    ALLERGY,
    CONDITION_SLOT,
    FACTS,
    OF_A_FACT,
    OPIOIDS,
    PREGNANCY,
    but_capitals,
    read_condition,
    read_fact,
    read_opioids,
)
from bot.screening.medicines import T3, finder, names_medicine
from bot.screening.opioids import Reading, is_class
from bot.screening.people import asks_for_oneself, is_about_someone_else
from bot.screening.state import State
from bot.screening.words import words

_A_FEW = 5
_CLAUSE = re.compile(r"\s*[,.;!]+\s+|\s+(?:and|but|n|&)\s+")
_NAMES_A_QUESTION = re.compile(r"\b(?:the|that|your|ur) [\w/-]+(?: [\w/-]+)? (?:one|question|q|part|bit|thing"
                               r"|answer)\b")


def told_in_opening(heard: Heard) -> dict[str, Any]:
    """Values by slot: everything that the opening message tells of the visitor, in questions about themselves too."""
    mine = [heard.said, *[asked for asked in heard.asked if words().in_("condition.mine", plain_text(asked))]]
    facts = {slot: next((value for part in mine if (value := read_fact(slot, part, asked=False).value)), None)
             for slot in FACTS}
    if not _plainly_told(heard, facts[OPIOIDS]):
        facts[OPIOIDS] = NO if _takes_nothing(heard) else None
    told: dict[str, Any] = {slot: value for slot, value in facts.items() if value is not None}
    names = read_condition(heard.text, asked=False)
    if isinstance(names, list) and told.get(ALLERGY) in (YES, UNSURE):  # "came out in hives" is no hope
        names = [name for name in names if not words().in_("allergy.yes", name)]
    return {**told, CONDITION_SLOT: names} if isinstance(names, list) and names else told


def told_beside(state: State, heard: Heard, beside: str) -> dict[str, Any]:
    """Values by slot, for the questions other than `beside`. A `no` replaces an earlier answer only in words that take
    it back, or where the visitor had declined. Beside an open answer ("not sure") a name alone counts."""
    found: dict[str, Any] = {}
    if beside not in (CONSENT, OPIOIDS) and state.values.get(OPIOIDS) != YES and taken_by_the_way(heard):
        found[OPIOIDS] = YES
    if not heard.said.strip():
        return found
    heard = replace(heard, said=_NAMES_A_QUESTION.sub(_unless_it_tells, heard.said))
    if beside not in (CONSENT, OPIOIDS) and state.values.get(OPIOIDS) != YES and _taken_as_asked(heard):
        found[OPIOIDS] = YES
    said = plain_text(heard.said)
    corrects = bool(words().in_("correction", said))
    again = len(said.split()) <= _A_FEW  # "no liver disease", after another value was noted for it just now
    for slot in FACTS:
        open_ = state.values.get(slot) == UNSURE
        if slot == beside or (slot == OPIOIDS and not _counts(said, corrects or open_, beside)):
            continue
        answered_now = slot == OPIOIDS and answers_late(state, heard)
        value, before = read_fact(slot, heard.said, asked=answered_now).value, state.values.get(slot)
        if slot == OPIOIDS and not corrects and not _plainly_told(heard, value):
            continue
        if value not in (None, before) and (before in (None, DECLINED) or value != NO or corrects
                                            or answered_now or (again and slot == state.last)):
            found.setdefault(slot, value)
    if state.values.get(PREGNANCY) == UNSURE and beside != PREGNANCY and words().in_("pregnancy.tested", said):
        found[PREGNANCY] = NO
    before = state.values.get(CONDITION_SLOT)
    adds = beside in FACTS and isinstance(before, list) and words().in_("also", said)
    if (beside == CONFIRM or adds) and not is_about_someone_else(said):
        names = read_condition(heard.said, asked=False)
        if adds and isinstance(names, list):
            names = [name for name in names if name not in before and not words().in_("liver.about", name.lower())]
        if isinstance(names, list) and isinstance(before, list) and set(names) <= set(before) and words().in_(
                "takes_out", said):
            found[CONDITION_SLOT] = [name for name in before if name not in names]
        elif isinstance(names, list) and names and names != before:
            kept = before if isinstance(before, list) and words().in_("also", said) else []
            found[CONDITION_SLOT] = list(dict.fromkeys([*kept, *names]))
    return found


def _unless_it_tells(named: re.Match[str]) -> str:
    """Nothing in place of the name of a question ("the liver one"); "the tramadol thing" tells something and stays."""
    text = plain_text(named.group())
    is_a_name = any(words().in_(f"change.{slot}", text) for slot in FACTS) and not names_medicine(text)
    return " " if is_a_name else named.group()


def own_parts(slot: str, heard: Heard) -> list[str]:
    """Where clauses of a message tell of other questions: the others, together and then each by itself. "m47 so no.
    liver ok" answers with the first."""
    clauses = [clause for clause in _CLAUSE.split(heard.said) if clause.strip()]
    own = [clause for clause in clauses if not any(
        read_fact(other, clause, asked=False).value for other in FACTS if other != slot)]
    return list(dict.fromkeys([". ".join(own), *own])) if own and len(own) < len(clauses) else []


def restates(state: State, heard: Heard, beside: str) -> bool:
    """Whether a message says again what is known: "not pregnant" once more, after the liver was asked about, or "the
    lupus, like I said"."""
    known, names = state.values.get(CONDITION_SLOT), read_condition(heard.said, asked=False)
    of_condition = beside != CONDITION_SLOT and isinstance(known, list) and isinstance(names, list) and bool(names)
    return restates_a_fact(state, heard, beside) or (of_condition and set(names) <= set(known))


def restates_a_fact(state: State, heard: Heard, beside: str) -> bool:
    """The same of the four facts alone: a "yes" beside it ("yes breastfeeding still") answers nothing else."""
    return any(slot in state.values and state.values[slot] == read_fact(slot, heard.said, asked=False).value
               for slot in FACTS if slot != beside)


def is_told(outcome: Mapping[str, Any], heard: Heard, told: Mapping[str, Any]) -> bool:
    """Whether an outcome of the opening message is only what was told in it, and no question of its own: the line on
    pregnancy for "I'm nursing", a condition beside "could it be for me?", and "would it be safe for me?" alone."""
    if outcome["label"] in ("answer:condition_listed", "not_covered") and outcome.get("condition"):
        return bool(told.get(CONDITION_SLOT)) and not read_condition(" ".join(heard.asked), asked=False)
    if outcome["label"] == "answer:safety":
        return not heard.said.strip(" .,!?") and len(heard.asked) == 1 and asks_for_oneself(plain_text(heard.text))
    return any(outcome["label"] == label and slot in told and states(heard, slot) for slot, label in OF_A_FACT.items())


def states(heard: Heard, slot: str) -> bool:
    """Whether a fact is stated and not asked about: "I'm nursing" beside a question, but not "is nursing a problem"."""
    return read_fact(slot, heard.said, asked=False).value is not None and all(
        read_fact(slot, asked, asked=False).value is None for asked in heard.asked)


def reopens_opioids(state: State, heard: Heard, beside: str) -> Reading | None:
    """The question to ask first where a no to opioids stands and a T3 is now spoken of as taken."""
    if beside in (CONSENT, OPIOIDS) or state.values.get(OPIOIDS) != NO or not heard.said.strip():
        return None
    reading = read_fact(OPIOIDS, heard.said, asked=False)
    return reading if reading.ask and reading.ask not in state.clarified else None


def taken_by_the_way(heard: Heard) -> bool:
    """Whether a question tells of an opioid that is taken: "the tramacet I take at night, is that one?"."""
    return any(words().in_("medicines.taken_by_the_way", plain_text(asked))
               and not words().in_("medicines.supposed", plain_text(asked))
               and _plainly_told(replace(heard, written=asked), YES)
               and read_fact(OPIOIDS, asked, asked=False).value == YES for asked in heard.asked)


def opioid_told_late(state: State, heard: Heard) -> dict[str, str]:
    """An opioid that is told at another question, in words that name it and say nothing of taking: "excuse, I forgot,
    the dentist gave me supeudol". For messages that are no answer to what was asked."""
    said = plain_text(heard.said)
    if state.values.get(OPIOIDS) == YES or words().in_("medicines.allergy", said) or is_about_someone_else(said):
        return {}
    value = read_fact(OPIOIDS, heard.said, asked=False).value
    return {OPIOIDS: value} if value in (YES, UNSURE) and _plainly_told(heard, value) else {}


def tells_beside_a_question(heard: Heard) -> bool:
    """Whether an opioid that a question names is said to be taken, in it or beside it."""
    return taken_by_the_way(heard) or _taken_as_asked(heard)


def _taken_as_asked(heard: Heard) -> bool:
    """Whether a question names an opioid and the rest says that one is taken: "do percs count? i still have one"."""
    return (any(finder().names_opioid(plain_text(asked)) for asked in heard.asked)
            and bool(words().in_("refers", plain_text(heard.said))) and read_opioids(heard).value == YES)


def answers_late(state: State, heard: Heard) -> bool:
    """Whether a message that names medicines settles the opioid question just left open: "oh, no, just ibuprofen"."""
    return (state.last == OPIOIDS and state.values.get(OPIOIDS) == UNSURE
            and names_medicine(plain_text(heard.said)))


def _plainly_told(heard: Heard, value: str | None) -> bool:
    """Whether an opioid that nobody asked about is told in plain words: by a name as it is written, not one that mended
    spelling made of another word ("dahlias") nor the class alone ("a narcotic in disguise"). A "no" beside a name
    ("methadone, never going off it") is asked about instead."""
    names = [mention for mention in finder().find(but_capitals(heard.written))
             if mention.kind in (OPIOID, T3) and not is_class(mention)]
    return value == DECLINED or bool(names) != (value == NO)


def _takes_nothing(heard: Heard) -> bool:
    """Whether a clause of its own says that no medicine is taken: "breastfeeding a 5 month old, no meds at all"."""
    return _plainly_told(heard, NO) and any(
        _but_harmless(clause) or (
            words().in_("no_medicines", clause) and read_fact(OPIOIDS, clause, asked=False).value == NO)
        for clause in _CLAUSE.split(plain_text(heard.said)))


def _but_harmless(clause: str) -> bool:
    """ "No meds except synthroid", where what is excepted is known, and no opioid."""
    excepted = words().in_("no_medicines_but", clause)
    kinds = {mention.kind for mention in finder().find(clause[excepted.end():])} if excepted else set()
    return bool(kinds) and kinds <= {MEDICINE, CONDITION}


def _counts(said: str, corrects: bool, beside: str) -> bool:
    """Whether a medicine that is named speaks of taking it: "allergic to codeine" beside the allergy does not."""
    if beside == ALLERGY and words().in_("medicines.allergy", said):
        return False
    if beside == CONSENT:  # nothing else was asked yet
        return True
    return corrects or bool(words().in_("taking", said)) or bool(words().in_("no_medicines", said))
