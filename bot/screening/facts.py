"""Whether an answer tells of pregnancy or nursing, of liver disease, of an allergy to naltrexone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot.form import plain
from bot.form.plain import NO, UNSURE, YES
from bot.nlu.lexicon import CONDITION, LDN, MEDICINE, OPIOID
from bot.screening.medicines import Mention, finder
from bot.screening.opioids import ASK_OTHER, Reading
from bot.screening.people import is_about_oneself, is_about_someone_else, own_part
from bot.screening.words import words

_BREAK = re.compile(r"[,.;:!?()]|\bbut\b|\band\b|\bthough\b|\s-\s")
_CLAIMS, _A_REMARK = re.compile(r"\b(?:i|i'm|im|i've|we're)\b"), 12
_SENTENCE = re.compile(r"[.?!]+\s+")
_NEAR, _APART = 60, re.compile(r"[.?!;]|\bfor(?: (?:the|my|these|some|this))?\W*$")
"""In characters; and what parts a medicine from a sign: two sentences, or "LDN for the itching"."""
_FEW_WORDS = 2
"""As many as a bare yes takes: "i am"."""
_DURATION = re.compile(r"\d+ ?(?:w(?:ee)?k?s?|months?)(?: in)?")
"""Says how long a pregnancy lasts in answer to its question; elsewhere anything may be five weeks old."""
_IN_PASSING = re.compile(r"\b(?:when|whenever|while|during|before|after|if|with)\b.{0,12}\bmy periods?\b")
"""Says when something is taken, and not that there is no pregnancy."""
_NO_TO_THAT = re.compile(r"\W*(?:no+(?:pe)?|nah|not),?\s+to\s+(?:that|this|it|ldn)\b(?: one)?\s*"
                         r"(?:[,.;!-]|\bbut\b|\bonly\b)")
_DENIED_AFTER = re.compile(r"\W*(?:(?:was |came back |is |:)?negative\b"
                           r"|(?:(?:to|of|for) (?:it|that|this|ldn|naltrexone?)\s+)?"
                           r"(?:not|no|none|nope|nil)\W*(?:$|[.,;!]))")
_NO_LIVER = re.compile(r"\bno (?:to (?:the |that )?)?liver|liver.{0,12}\bno\b"
                       r"|\bnothing (?:at|on|with|wrong with) (?:my|the|his|her) liver")
_NOT = re.compile(r"\b(?:no|k?not|never|nothing|without|neither|nor|ruled out|negative for|no sign of|free of|"
                  r"(?:is|are|do|have|does|was|ai|ca|could)n'?t|cannot)\b")


def pregnancy(text: str, asked: bool = True) -> Reading:
    """Pregnant or breastfeeding. Trying, waiting for a test and late are `unsure`."""
    w, no = words(), "pregnancy.no" if asked else "pregnancy.told_no"
    text = w.without("pregnancy.harmless", _but_medicines(text if asked else _IN_PASSING.sub(" ", text)))
    grown = w.without("someone_else.small", text)
    if not is_about_someone_else(grown) and not any(
            w.in_(place, text) for place in (no, "pregnancy.unsure", "pregnancy.trying", "pregnancy.pregnant")):
        text = grown
    lead = plain.lead_of(text)
    body = lead.rest if lead.value else text
    pregnant = [not _denied(body, match) for match in w.all_in("pregnancy.pregnant", body)
                if asked or not _DURATION.fullmatch(match.group())]
    nursing = [not _denied(body, match) and not _over(body) for match in w.all_in("pregnancy.nursing", body)]
    if not asked and not (pregnant or nursing) and not w.in_(no, text):
        return Reading()
    if (pregnant or nursing) and is_about_someone_else(body):
        return Reading(NO) if lead.value == NO else Reading(ask=ASK_OTHER)
    if asked and plain.read(text) == plain.DECLINED:
        return Reading(plain.DECLINED)
    trying = any(not _denied(body, match) for match in w.all_in("pregnancy.trying", body))
    if trying and is_about_someone_else(body):
        return Reading(ask=ASK_OTHER)
    if trying and not any(nursing):
        return Reading(UNSURE)
    doubtful = body if asked else " ".join(
        sentence for sentence in _SENTENCE.split(body)
        if any(w.in_(f"pregnancy.{place}", sentence) for place in ("pregnant", "nursing", "trying")))
    if w.in_("pregnancy.unsure", doubtful) and not w.in_(no, body) and not any(nursing):
        return Reading(UNSURE)
    if any(nursing) or (any(pregnant) and not w.in_(no, body)):
        return Reading(YES)
    if w.in_(no, text) or pregnant or nursing:
        return Reading(NO)
    return Reading(plain.read(text)) if asked else Reading()


def liver(text: str, asked: bool = True) -> Reading:
    """Liver disease. Long past, cured, only suspected or only high numbers are `unsure`."""
    w = words()
    lead = plain.lead_of(text)
    body = w.without("liver.harmless", w.without("liver.protected", lead.rest if lead.value else text))
    if not asked and not w.in_("liver.about", text):
        return Reading()
    named = [match for match in w.all_in("liver.yes", body)]
    if named and is_about_someone_else(body):
        return Reading(NO) if lead.value == NO else Reading(ask=ASK_OTHER)
    if asked and plain.read(text) == plain.DECLINED:
        return Reading(plain.DECLINED)
    positive = [match for match in named if not _denied(body, match)]
    if w.in_("liver.unsure", body) and not _all_denied(body, "liver.unsure") and not w.in_("liver.now", body):
        return Reading(UNSURE)
    if positive:
        return Reading(UNSURE if w.in_("plain.unsure", body) else YES)
    if named or (w.in_("liver.no", body) and lead.value != YES):
        return Reading(NO)
    if not asked:
        return Reading(NO if _NO_LIVER.search(text) else YES if lead.value == YES else None)
    return Reading(plain.read(text))


def allergy(text: str, asked: bool = True) -> Reading:
    """Allergy to naltrexone. One to something else is a `no` to this question."""
    w = words()
    lead = plain.lead_of(text)
    body = lead.rest if lead.value else text
    mentions = finder().find(body)
    naltrexone = any(mention.kind == LDN for mention in mentions)
    other = [mention for mention in mentions if mention.kind in (MEDICINE, OPIOID)]
    signs = w.all_in("allergy.yes", body)
    combined = signs and w.in_("allergy.combined", body) and not w.in_("allergy.naltrexone_fine", body)
    if combined and not all(_denied(body, sign) for sign in signs) and not is_about_someone_else(body):
        return Reading(UNSURE)  # which half of it was the cause is for a clinician
    if not asked and not any(_belong_together(body, sign, mention) for sign in signs for mention in mentions
                             if mention.kind == LDN):
        denied = w.in_("allergy.naltrexone_fine" if naltrexone else "allergy.told_no", text)
        return Reading(NO if denied else None)
    if signs and is_about_someone_else(body):
        return Reading(NO) if lead.value == NO else Reading(ask=ASK_OTHER)
    if asked and plain.read(text) == plain.DECLINED:
        return Reading(plain.DECLINED)
    if asked and w.whole("allergy.thinks_not", text):
        return Reading(NO)
    elsewhere = bool(other) or w.in_("allergy.other_allergen", body) is not None
    positive = [match for match in signs if not _denied(body, match)]
    if naltrexone and other:  # "hives from the penicillin, but no allergy to naltrexone"
        positive = [match for match in positive if _nearest(match, mentions).kind == LDN]
    if not naltrexone and _NO_TO_THAT.match(text):  # "no to that, it's sulfa that gives me hives"
        return Reading(NO)
    if positive and elsewhere and w.in_("allergy.naltrexone_fine", body):
        return Reading(NO)
    if (positive or w.in_("allergy.unsure", body)) and w.in_("allergy.doubt", body):
        return Reading(UNSURE)
    if positive and (naltrexone or not elsewhere or re.search(r"\b(?:to|from|with) it\b", body)):
        if w.in_("plain.unsure", body) or re.search(r"\b(?:weird|some kind)\b", body):
            return Reading(UNSURE)
        return Reading(YES)
    if signs and not positive and not elsewhere:
        return Reading(NO)
    if w.in_("allergy.unsure", body):
        return Reading(UNSURE)
    if w.in_("allergy.no", text) and lead.value != YES:
        return Reading(UNSURE if w.in_("plain.unsure", body) and "know of" not in body else NO)
    if elsewhere and not signs and is_about_someone_else(body):
        return Reading()  # "say somebody is on codeine" names a medicine and no allergy
    if elsewhere or signs:
        return Reading(NO)
    return Reading(plain.read(text)) if asked else Reading()


def _nearest(sign: re.Match[str], mentions: Sequence[Mention]) -> Mention:
    """The medicine or condition that stands nearest to a sign."""
    return min(mentions, key=lambda mention: max(mention.start - sign.end(), sign.start() - mention.end))


def _belong_together(body: str, sign: re.Match[str], mention: Mention) -> bool:
    """Whether a sign of an allergy is told of that medicine: not "LDN for the itching", nor across two sentences."""
    between = body[min(sign.end(), mention.end):max(sign.start(), mention.start)]
    return len(between) <= _NEAR and not _APART.search(between)


_READERS: dict[str, Callable[[str, bool], Reading]] = {
    "pregnant_or_breastfeeding": pregnancy, "liver_disease": liver, "naltrexone_allergy": allergy,
}


def read(slot: str, text: str, asked: bool = True) -> Reading:
    """What a text says to one of the three questions. Where it speaks of someone else and of the visitor, the
    visitor's part counts."""
    lead = plain.lead_of(text)
    if not asked and lead.value == YES:  # "right. the liver is good" answers what was asked, and tells the rest
        text = lead.rest
    reading = _READERS[slot](text, asked)
    if asked and reading.value == YES and not _CLAIMS.search(text) and len(text.split()) <= _A_REMARK and (
            sentences := _SENTENCE.split(text.strip()))[1:] and words().whole("lead.no", sentences[-1]):
        return Reading(NO)  # "pregnant! you made my evening. no."
    if reading.ask != ASK_OTHER or not is_about_oneself(text):
        return reading
    own = own_part(text)
    mine = _READERS[slot](own, asked)
    # "my wife is pregnant and i have lupus" says yes to something else.
    beside = mine.value == YES and len(own.split()) > _FEW_WORDS and _READERS[slot](own, False).value is None
    return mine if mine.value and not beside else reading


def _but_medicines(text: str) -> str:
    """Without the names of medicines, which may look like a word for it ("pregabalin", "pain pump"); what is taken
    against a pregnancy or for one tells something."""
    for mention in reversed(finder().find(text)):
        tells = any(words().in_(f"pregnancy.{place}", mention.text) for place in ("no", "unsure", "trying"))
        if mention.kind not in (LDN, CONDITION) and not tells:
            text = text[:mention.start] + "▪" + text[mention.end:]
    return text


def is_denied(body: str, name: str) -> bool:
    """Whether the name is denied where it first stands."""
    match = re.search(re.escape(name), body)
    return bool(match and _denied(body, match))


def _denied(body: str, match: re.Match[str]) -> bool:
    before = _BREAK.split(body[:match.start()])[-1]
    for harmless in words().all_in("medicines.not_a_negation", before):
        before = before.replace(harmless.group(), " ")
    if _NOT.search(before):
        return True
    opening = body[:match.start()]
    if _DENIED_AFTER.match(body[match.end():]):
        return True
    joined = re.search(r"\b(?:or|nor|and(?: i'm| am)? not)\s+(?:\w+\s+)?$", opening)
    return bool(joined and _NOT.search(opening))


def _all_denied(body: str, place: str) -> bool:
    return all(_denied(body, match) for match in words().all_in(place, body) if not _NOT.search(match.group()))\
        and not any(_NOT.search(match.group()) for match in words().all_in(place, body))


def _over(body: str) -> bool:
    return words().in_("pregnancy.over", body) is not None and not re.search(r"\bstill\b", body)
