"""Whether an answer says that opioid medicine is taken now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.form import plain
from bot.form.plain import NO, UNSURE, YES
from bot.nlu.lexicon import LDN, MEDICINE, OPIOID
from bot.screening.medicines import T3, WHICH, Mention, finder
from bot.screening.people import is_about_someone_else
from bot.screening.words import words

ASK_T3, ASK_WHICH, ASK_OTHER = "t3", "which", "other"
_BREAK = re.compile(r"[,.;:!?()]|\bbut\b|\bthough\b|\bhowever\b|\s-\s")
_BETWEEN = re.compile(r"[,.;!?()]+|\bbut\b|\band\b|\bnow\b(?=.*\bon\b)|\s-\s")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TAKES = re.compile(r"\b(?:i|i'm|im|i've|we) (?:(?!never|not|dont|cannot)\w+ ){0,2}?"
                    r"(?:take|taking|use|using|am on|on|wear|get|drink)\b"
                    r"|^\W*(?:on|taking|using) ")
_TIMED = re.compile(r"\b(?:since|yet)\b|\bfor \S+ (?:days?|weeks?)")
_RECENT = re.compile(r"\b(?:yesterday|last|ago|earlier|week|weekend|recently|detox)\b")


@dataclass(frozen=True)
class Reading:
    """A value, or the question that must come first (`ask`); neither where nothing was said about it.

    `against` names the opioid that a leading "no" denied.
    """

    value: str | None = None
    ask: str | None = None
    against: str | None = None


def read(text: str, asked: bool = True) -> Reading:
    """What a text (small letters, spelling repaired) says about taking opioids.

    `asked`: it answers that very question, so "no" and "I stopped last week" count without a name.
    """
    lead = plain.lead_of(text)
    body = lead.rest if lead.value else text
    mentions = finder().find(body)
    named = [mention for mention in mentions if mention.kind in (OPIOID, T3, WHICH)]
    if not asked and not any(mention.kind == OPIOID for mention in named):
        named = [mention for mention in named if mention.kind == WHICH and _denied(body, mention)]
        if not named:
            return Reading(NO if words().in_("no_medicines", text) else None)
    if named:
        return _combined(body, named, lead.value)
    return _unnamed(text, body, mentions, lead.value) if asked else Reading()


def _combined(body: str, named: list[Mention], lead: str | None) -> Reading:
    of_all = words().in_("medicines.allergy", body) and not _TAKES.search(body)
    parts = [(body, mention) for mention in named] if of_all else _parts(body, named)
    found = [(_standing(part, mention), mention, part) for part, mention in parts]
    sure = [mention for standing, mention, _ in found if standing == YES and mention.kind == OPIOID]
    if sure:
        return Reading(YES, against=sure[0].text if lead == NO else None)
    standings = {standing for standing, _, _ in found}
    if UNSURE in standings:
        return Reading(UNSURE)
    open_ = [ask for standing, mention, part in found if standing == YES for ask in [_to_ask(body, mention)] if ask]
    if open_ and not (lead == YES and open_ == [ASK_WHICH]):
        return Reading(ask=open_[0])
    if open_:
        return Reading(YES)
    if ASK_OTHER in standings:
        return Reading(NO) if lead == NO else Reading(ask=ASK_OTHER)
    return Reading(NO) if lead != YES or standings == {NO} else Reading(YES)


def _parts(body: str, named: list[Mention]) -> list[tuple[str, Mention]]:
    """Each mention with the part of the text that speaks of it: the whole where there is one mention only."""
    if len(named) == 1 or re.search(r"\b(?:or|nor|neither)\b", body):
        return [(body, mention) for mention in named]
    cuts = [0, *[match.start() for match in _BETWEEN.finditer(body)], len(body)]
    parts = []
    for mention in named:
        start = max(cut for cut in cuts if cut <= mention.start)
        end = min((cut for cut in cuts if cut >= mention.end), default=len(body))
        part = body[start:end]
        parts.append((part, Mention(mention.start - start, mention.end - start, mention.text, mention.kind,
                                    mention.canonical)))
    return parts


def _standing(part: str, mention: Mention) -> str:
    """How the mentioned medicine stands: YES (taken), NO, UNSURE (just stopped, planned), or ASK_OTHER."""
    w = words()
    rest = part[:mention.start] + "▪" + part[mention.end:]
    if is_about_someone_else(part) and not _TAKES.search(part):
        return ASK_OTHER
    takes = _TAKES.search(rest) or w.in_("medicines.current", rest)
    if (w.in_("medicines.allergy", part) or w.in_("medicines.refused", rest)) and not takes:
        return UNSURE if w.in_("medicines.stopped", rest) and w.in_("medicines.recent", rest) else NO
    if _excepted(part, mention):
        return YES
    if w.in_("medicines.class_word", mention.text) and w.in_("plain.unsure", rest) and "remember" not in rest:
        return UNSURE
    denied = _denied(part, mention)
    current = w.in_("medicines.current", rest)
    planned = w.in_("medicines.planned", rest)
    if planned and not denied and not (current and not current.group().startswith("start")):
        return UNSURE
    if current and not denied:
        return YES
    stopped = w.in_("medicines.stopped", rest)
    old = bool(w.in_("medicines.long_ago", rest) or _old_year(rest))
    if denied:
        timed = stopped or w.in_("medicines.recent", rest) or _TIMED.search(rest)
        return UNSURE if timed and not old else NO
    if stopped:
        return NO if old else UNSURE
    past = w.in_("medicines.past", rest)
    if past or re.search(r"\b(?:years|decades|summers|winters|long time) (?:ago|back)|long ago", rest):
        if old:
            return NO
        if w.in_("medicines.recent", rest) or not re.search(r"\b(?:used to|formerly|in the past|previously)\b", rest):
            return UNSURE
        return NO
    recent = w.in_("medicines.recent", rest)
    if recent and not re.search(r"\b(?:since|been|for|of|every|just the|just a|just)\b", rest):
        return UNSURE if _RECENT.search(recent.group()) and not recent.group().startswith("this") else YES
    return YES


def _excepted(part: str, mention: Mention) -> bool:
    match = words().in_("medicines.exception", part[:mention.start])
    return bool(match and re.search(r"\b(?:no|none|not|nothing|never|don'?t)\b", part[:match.start()]))


def _denied(part: str, mention: Mention) -> bool:
    before = _BREAK.split(part[:mention.start])[-1]
    for match in words().all_in("medicines.not_a_negation", before):
        before = before.replace(match.group(), " ")
    if words().in_("medicines.negation", before):
        return True
    return bool(re.match(r"[\s?:,-]*(?:no|never|nope|none)\b\W*(?:$|[.,;!])", part[mention.end:]))


def _to_ask(body: str, mention: Mention) -> str | None:
    w = words()
    if mention.kind == T3:
        if w.in_("thyroid", body):
            return None
        return None if w.in_("codeine", body) else ASK_T3
    if mention.text.startswith("patch") and w.in_("not_opioid_patch", body):
        return None
    return ASK_WHICH


def _unnamed(text: str, body: str, mentions: list[Mention], lead: str | None) -> Reading:
    """An answer to the opioid question that names no opioid."""
    w = words()
    other = [mention for mention in mentions if mention.kind in (MEDICINE, LDN)]
    if other:
        if lead == YES and not re.match(r"\W*(?:and|also|plus|with|but)\b", body):
            kinds = {mention.kind for mention in other}
            return Reading(ask=ASK_WHICH) if kinds else Reading(YES)
        return Reading(YES) if lead == YES else Reading(NO)
    if is_about_someone_else(body):
        return Reading(NO) if lead == NO else Reading(ask=ASK_OTHER)
    value = plain.read(text)
    if value in (plain.DECLINED,):
        return Reading(value)
    if w.in_("medicines.stopped", body) and not w.whole("plain.no", text) and (
            w.in_("medicines.recent", body) or re.search(r"quit|stop|off|any ?more|no longer|since|done|finish", body)):
        return Reading(NO if w.in_("medicines.long_ago", body) or _old_year(body) else UNSURE)
    if re.search(r"\bused to\b", body) and value != YES:
        return Reading(NO)
    return Reading(value)


def _old_year(text: str) -> bool:
    return any(int(match.group()) < date.today().year for match in _YEAR.finditer(text))
