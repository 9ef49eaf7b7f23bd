"""The rules' reading of an answer to the opioid question, gone over by the learned reader.

The rules keep what they are certain of: a bare yes or no, a refusal to say. Elsewhere the learned reader decides. Where
its file is missing the rules stand alone.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache

from bot.form import plain
from bot.form.hearing import Heard
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.form.words import plain_text
from bot.nlu.lexicon import CONDITION, OPIOID
from bot.screening.answers import but_capitals
from bot.screening.learned import kinds
from bot.screening.learned.kinds import Kind, Kinds
from bot.screening.learned.reader import ASK, VALUES, Reader, ReaderUnusable, decide, load
from bot.screening.medicines import T3, finder, names_medicine
from bot.screening.opioids import ASK_OTHER, ASK_T3, ASK_WHICH, Reading, counts_among_none
from bot.screening.people import is_about_someone_else
from bot.screening.words import words
from language.encoder import EncoderMissing, shared

_SURE_OF_A_QUESTION = 0.9
_LITTLE = 0.3
"""Less likely than this, an answer that is not decided fits the question all the same."""
_HARDLY = 0.02
"""And less likely than this, a yes stands against no plain no."""
_SURE_OF_A_NO = 0.995
"""So likely must a no be where the rules read that an opioid is taken, or was until lately."""
_SURE_OF_NO_T3 = 0.998
"""And so likely where they read that a T3 is taken, which may be codeine: to ask costs one question."""
_GENERAL = re.compile(r"pills?|meds?|drugs?|medicines?|medications?|pain ?killers?|opioids?|narcotics?")
_SENTENCE = re.compile(r"[.!;]+\s+")
_log = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def reader() -> Reader | None:
    """The learned reader; None where it was not trained."""
    try:
        return load(shared())
    except (ReaderUnusable, EncoderMissing) as wrong:
        _log.warning("%s", wrong)
        return None


@lru_cache(maxsize=1)
def kinds_of_messages() -> Kinds | None:
    """What tells answers from everything else; None where it was not trained."""
    try:
        return kinds.load(shared())
    except (ReaderUnusable, EncoderMissing) as wrong:
        _log.warning("%s", wrong)
        return None


def kind_of(slot: str, heard: Heard) -> Kind:
    """What a message most likely is at the question of `slot`; of no chance where nothing was learned."""
    learned = kinds_of_messages()
    return Kind(kinds.ANSWER, 0.0) if learned is None or not heard.text.strip() else learned.of(slot, heard)


def judge(heard: Heard, by_rules: Reading) -> Reading:
    """What an answer to the opioid question comes to."""
    learned = reader()
    if learned is None or _is_certain(heard, by_rules):
        return by_rules
    text = but_capitals(heard.text)
    odds = learned.odds(text, name_of(by_rules))
    if not heard.said.strip():
        return _of_a_question(by_rules, VALUES[int(odds.argmax())], float(odds.max()))
    value = decide(odds)
    against = by_rules.value in (YES, UNSURE) and VALUES[int(odds.argmax())] == NO
    needed = _SURE_OF_A_NO if against else _SURE_OF_NO_T3 if by_rules.ask == ASK_T3 else 0.0
    if value == NO and (odds[VALUES.index(NO)] < needed or (by_rules.value != NO and _begins_with_yes(heard))):
        value = ASK
    plain_no = by_rules.value == NO and odds[VALUES.index(YES)] < _HARDLY and _is_a_no_of_its_own(heard)
    if value in (UNSURE, ASK) and plain_no:
        return by_rules
    if value == ASK:
        asked = by_rules.ask or _to_ask(text)
        if asked:
            return by_rules if by_rules.ask else Reading(ask=asked)
        # An answer that leaves open whether it is a yes or a no is for a clinician; only what answers nothing is asked
        # again.
        return Reading(UNSURE if odds[VALUES.index(ASK)] < _LITTLE and not against else None)
    if value == YES and by_rules.value == YES:
        return by_rules
    return Reading(value)


def _begins_with_yes(heard: Heard) -> bool:
    """ "Yes I do, but I'm trying to get off them" names no opioid, and is no no; "yes, ibuprofen" is one, and so is
    "yes I'm sure I take none"."""
    lead = plain.lead_of(plain_text(heard.said))
    return lead.value == YES and not words().in_("denies", lead.rest) and not names_medicine(lead.rest)


def _is_a_no_of_its_own(heard: Heard) -> bool:
    """ "No. I don't hold with pills": a sentence that is a no, and one that denies and tells of no time."""
    first, *rest = _SENTENCE.split(plain_text(heard.said).strip(), 1)
    after = " ".join(rest)
    return (words().whole("lead.no", first) and bool(words().in_("denies", after))
            and not words().in_("a_time", after)
            and all(_GENERAL.fullmatch(mention.text) for mention in finder().find(after)))


def name_of(reading: Reading) -> str:
    """A reading in a word, as it counts for evidence."""
    if reading.ask:
        return f"ask {reading.ask}"
    return f"{reading.value or 'nothing'}{' against no' if reading.against else ''}"


def _is_certain(heard: Heard, reading: Reading) -> bool:
    text = plain_text(heard.said if heard.asked else heard.text)  # what is asked beside an answer does not cloud it
    plain_no = words().whole("lead.no", text) or (bool(heard.asked) and words().whole("plain.no", text))
    denies = plain.lead_of(text).value == NO and not names_medicine(text)
    jokes = denies and words().in_("medicines.counts_for_fun", text)
    plain_no = bool(plain_no or jokes or words().starts("someone_else.not_me", text))
    return reading.value == DECLINED or (reading.value == NO and (plain_no or counts_among_none(text))) or (
        reading.value == YES and words().whole("lead.yes", text))


def _of_a_question(by_rules: Reading, value: str, sure: float) -> Reading:
    """A question answers only where it plainly tells that the visitor does not know or will not say."""
    if by_rules.value is None and not by_rules.ask and value in (UNSURE, DECLINED) and sure >= _SURE_OF_A_QUESTION:
        return Reading(value)
    return by_rules


def _to_ask(text: str) -> str | None:
    """The clarifying question that fits; None where the form's own is asked again in other words."""
    kinds = {mention.kind for mention in finder().find(text)}
    if T3 in kinds:
        return ASK_T3
    if is_about_someone_else(plain_text(text)):
        return ASK_OTHER
    return ASK_WHICH if OPIOID not in kinds and kinds - {CONDITION} else None
