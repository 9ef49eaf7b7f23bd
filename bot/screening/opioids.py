"""Whether an answer says that opioid medicine is taken now."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.form import plain
from bot.form.plain import NO, UNSURE, YES
from bot.nlu.lexicon import LDN, MEDICINE, OPIOID
from bot.screening.medicines import T3, WHICH, Mention, finder
from bot.screening.people import but_borrowed, is_about_someone_else, own_part
from bot.screening.words import words

ASK_T3, ASK_WHICH, ASK_OTHER = "t3", "which", "other"
_BREAK = re.compile(r"[,.;:!?()]|\bbut\b|\bthough\b|\bhowever\b|\s-\s")
_BETWEEN = re.compile(r"[,.;!?()]+|\bbut\b|\band\b|\bnow\b(?=.*\bon\b)|\s-\s")
_NONE_INCLUDING = re.compile(
    r"\b(?:no|none|zero|not (?:on |taking )?any|never|without)\b[^.;]{0,40}(?<!n.t )(?<!not )\bincl(?:ud\w+)?\W*$")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIMED = re.compile(r"\b(?:since|yet)\b|\bfor \S+ (?:days?|weeks?)")
_STOPPED = re.compile(r"quit|stop|off|any ?more|no longer|since|done|finish|(?:clean|sober)(?! as)")
_OF_LATE = re.compile(r"day\b|night\b|weekend\b")
"""Days that are still counted: not "three weeks", which may be how long it was taken."""
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
    text = but_borrowed(text)
    lead = plain.lead_of(text)
    body = lead.rest if lead.value else text
    if asked and words().starts("plain.declined", text):
        return Reading(plain.DECLINED)
    if asked and words().starts("someone_else.not_me", text):
        return Reading(NO)
    mentions = finder().find(body)
    named = [mention for mention in mentions if mention.kind in (OPIOID, T3, WHICH)]
    if not asked and not any(mention.kind == OPIOID for mention in named):
        if any(_is_open_t3(body, mention) for mention in named):
            return Reading(YES) if words().in_("codeine", body) else Reading(ask=ASK_T3)
        named = [mention for mention in named if mention.kind == WHICH and _denied(body, mention)]
        if not named:
            return Reading(NO if words().in_("no_medicines", text) else None)
    if not named and not asked:
        return Reading()
    reading = _combined(body, named, lead.value) if named else _unnamed(text, body, mentions, lead.value)
    return Reading(NO) if reading.ask == ASK_OTHER and plain.read(own_part(text)) == NO else reading


def _combined(body: str, named: list[Mention], lead: str | None) -> Reading:
    of_all = words().in_("medicines.allergy", body) and not words().in_("medicines.takes", body)
    parts = [(body, mention) for mention in named] if of_all else _parts(body, named)
    denied_later = bool(words().in_("medicines.denies_all", body[named[-1].end:])) or counts_among_none(body)
    found = [(_standing(part, mention, denied_later), mention, part) for part, mention in parts]
    if len(found) > 1:  # "nothing since" beside a name speaks of that name
        found = [entry for entry in found if not (_denied(entry[2], entry[1]) and is_class(entry[1]))] or found
    sure = [mention for standing, mention, _ in found if standing == YES and _is_opioid(body, mention)]
    if sure:
        denied = lead == NO or _denies_the_class(body, named)
        return Reading(YES, against=sure[0].text if denied else None)
    standings = {standing for standing, _, _ in found}
    if UNSURE in standings:
        return Reading(UNSURE)
    if YES in standings and (words().in_("medicines.unknown_name", body) or words().in_("plain.unsure", body)):
        return Reading(UNSURE)
    open_ = [ask for standing, mention, part in found if standing == YES for ask in [_to_ask(body, mention)] if ask]
    if open_ and not (lead == YES and open_ == [ASK_WHICH]):
        return Reading(ask=open_[0])
    if open_:
        return Reading(YES)
    if ASK_OTHER in standings:
        return Reading(NO) if lead == NO else Reading(ask=ASK_OTHER)
    return Reading(NO) if lead != YES or standings == {NO} else Reading(YES)


def _is_open_t3(body: str, mention: Mention) -> bool:
    """Whether a T3 that nobody asked about is spoken of as taken, not as the thyroid's: "just a T3 now and then"."""
    w = words()
    if mention.kind != T3 or w.in_("thyroid", body) or w.in_("medicines.allergy", body) or (
            _denied(body, mention) and not _excepted(body, mention)):
        return False
    before = body[:mention.start]
    return bool(w.in_("taking", body) or w.in_("medicines.habit", body) or w.in_("medicines.exception", before))


def _is_opioid(body: str, mention: Mention) -> bool:
    """An opioid by name, or a T3 beside words that tell it from the thyroid's."""
    return mention.kind == OPIOID or (
        mention.kind == T3 and bool(words().in_("codeine", body)) and not words().in_("thyroid", body))


def counts_among_none(body: str) -> bool:
    """ "No opioids, and that includes tramadol and OAT": the names are counted among what is denied."""
    first = next((mention for mention in finder().find(body) if mention.kind == OPIOID and not is_class(mention)), None)
    return first is not None and bool(_NONE_INCLUDING.search(body[:first.start]))


def _denies_the_class(body: str, named: list[Mention]) -> bool:
    """Whether the text denies opioids as such beside one that it names: "no opioids, just my suboxone"."""
    return bool(words().starts("plain.no", body)) or any(
        is_class(mention) and _denied(body, mention) for mention in named)


def is_class(mention: Mention) -> bool:
    """Whether opioids as such are named, and none in particular."""
    return bool(words().in_("medicines.class_word", mention.text))


def _parts(body: str, named: list[Mention]) -> list[tuple[str, Mention]]:
    """Each mention with the part of the text that speaks of it: the whole where one medicine is named only."""
    mentions = finder().find(body)
    if len(mentions) == 1 or re.search(r"\b(?:or|nor|neither)\b", body):
        return [(body, mention) for mention in named]
    cuts = [0, *[match.start() for match in _BETWEEN.finditer(body)]]
    starts = [max(cut for cut in cuts if cut <= mention.start) for mention in mentions]
    starts[0] = 0
    parts = []
    for mention in named:
        start = max(place for place in starts if place <= mention.start)
        end = min((place for place in starts if place >= mention.end), default=len(body))
        parts.append((body[start:end], Mention(mention.start - start, mention.end - start, mention.text, mention.kind,
                                               mention.canonical)))
    return parts


def _standing(part: str, mention: Mention, denied_later: bool = False) -> str:
    """How the mentioned medicine stands: YES (taken), NO, UNSURE (just stopped, planned), or ASK_OTHER."""
    w = words()
    takes = w.in_("medicines.takes", w.without("medicines.of_ldn", part))
    if is_about_someone_else(part) and not takes:
        return ASK_OTHER
    rest = (w.without("medicines.not_a_negation", part[:mention.start]) + "▪"
            + w.without("medicines.not_a_negation", part[mention.end:]))
    if w.in_("on_treatment", f"{mention.canonical} {mention.text}") and not w.in_("medicines.was_on", rest):
        rest = _without_being_clean(rest)
    habit = w.in_("medicines.habit", rest)
    current = w.in_("medicines.current", rest)
    stopped, recent = w.in_("medicines.stopped", rest), w.in_("medicines.recent", rest)
    if (w.in_("medicines.allergy", part) or w.in_("medicines.refused", rest)) and not (takes or current):
        return UNSURE if stopped and recent else NO
    if _excepted(part, mention):
        return YES
    if w.in_("medicines.doubt", part[:mention.start]):
        return UNSURE
    if is_class(mention) and w.in_("plain.unsure", part) and "remember" not in part:
        return UNSURE
    old = bool(w.in_("medicines.long_ago", rest) or _old_year(rest))
    if _denied(part, mention) or (denied_later and not takes and not current):
        if w.in_("medicines.period", rest):
            return NO
        return UNSURE if (stopped or recent or _TIMED.search(rest)) and not old else NO
    if w.in_("medicines.only_named", part[:mention.start]) and not takes:
        return NO
    if w.in_("medicines.planned", rest) and not takes and not habit and (
            not current or current.group().startswith("start")):
        return UNSURE
    if current:
        return YES
    if stopped:
        return NO if old else UNSURE
    at_a_time = bool(w.in_("medicines.at_a_time", rest) or _old_year(rest))
    if takes or (habit and not at_a_time):
        return YES
    return _from_the_past(rest, old, at_a_time, recent)


def _from_the_past(rest: str, old: bool, at_a_time: bool, recent: re.Match[str] | None) -> str:
    """The standing of a medicine of which nothing says that it is taken now, nor that it was stopped."""
    w = words()
    if w.in_("medicines.today", rest):
        return YES
    if w.in_("medicines.past", rest) or at_a_time:
        if old or at_a_time:  # "an old bottle from 2021, I took one Saturday"
            return UNSURE if recent and _OF_LATE.search(recent.group()) else NO
        return NO if w.in_("medicines.formerly", rest) and not recent else UNSURE
    if recent and not re.search(r"\b(?:since|been|for|of|every|just the|just a|just)\b", rest):
        return UNSURE if _RECENT.search(recent.group()) and not recent.group().startswith("this") else YES
    return YES


def _excepted(part: str, mention: Mention) -> bool:
    """Whether the mention is taken out of a denial: "none except my patch", "no opioids just methadone"."""
    match = words().in_("medicines.exception", part[:mention.start])
    return bool(match and not words().in_("medicines.negation", part[match.end():mention.start])
                and re.search(r"\b(?:no|none|not|nothing|never|don'?t)\b", part[:match.start()]))


def _without_being_clean(text: str) -> str:
    """Without "three years clean", which beside a medicine of that treatment is no end of it."""
    for stopped in reversed(words().all_in("medicines.stopped", text)):
        if words().in_("clean", stopped.group()):
            text = f"{text[:stopped.start()]}…{text[stopped.end():]}"
    return text


def _denied(part: str, mention: Mention) -> bool:
    before = words().without("medicines.not_a_negation", _BREAK.split(part[:mention.start])[-1])
    if words().in_("medicines.negation", before):
        return True
    return bool(re.match(r"[\s?:,-]*(?:no|never|nope|none)\b(?!\.? ?\d)\W*(?:$|[.,;!])", part[mention.end:]))


def _to_ask(body: str, mention: Mention) -> str | None:
    w = words()
    if mention.kind == T3:
        if w.in_("thyroid", body):
            return None
        return None if w.in_("codeine", body) else ASK_T3
    if mention.text.startswith("patch") and w.in_("not_opioid_patch", body):
        return None
    if w.in_("without_opioid", body[mention.end:]) or w.in_("medicines.harmless_kind", body):
        return None
    return ASK_WHICH


def _unnamed(text: str, body: str, mentions: list[Mention], lead: str | None) -> Reading:
    """An answer to the opioid question that names no opioid."""
    w = words()
    others, negated = is_about_someone_else(body), w.in_("medicines.negation", body)
    if w.in_("medicines.keeps_going", body) and not (negated or others or lead == NO):
        return Reading(YES)
    ended = w.in_("medicines.ended", body) and not (others or w.whole("plain.no", text))
    if ended and not (_old_year(body) or w.in_("medicines.long_ago", body) or w.in_("medicines.at_a_time", body)):
        return Reading(UNSURE)
    other = [mention for mention in mentions if mention.kind in (MEDICINE, LDN)]
    if other:
        if lead == YES and not re.match(r"\W*(?:and|also|plus|with|but)\b", body):
            kinds = {mention.kind for mention in other}
            return Reading(ask=ASK_WHICH) if kinds else Reading(YES)
        return Reading(YES) if lead == YES else Reading(NO)
    if others:
        return Reading(NO) if lead == NO else Reading(ask=ASK_OTHER)
    value = plain.read(text)
    if value == plain.DECLINED:
        return Reading(value)
    if w.in_("medicines.unknown_name", body):
        return Reading(UNSURE)
    if w.in_("medicines.stopped", body) and not w.whole("plain.no", text) and (
            w.in_("medicines.recent", body) or _STOPPED.search(body)):
        return Reading(NO if w.in_("medicines.long_ago", body) or _old_year(body) else UNSURE)
    if re.search(r"\bused to\b", body) and value != YES:
        return Reading(NO)
    if value is None and w.in_("medicines.habit", body) and not w.in_("medicines.negation", body):
        return Reading(YES)
    return Reading(value)


def _old_year(text: str) -> bool:
    return any(int(match.group()) < date.today().year for match in _YEAR.finditer(text))
