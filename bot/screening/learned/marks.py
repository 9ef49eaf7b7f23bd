"""What the learned reader sees of an answer: its words with marks for names, times and people, and what the wording
lists find in it.

A medicine is a mark, not a name: what is learned of "off percocet since friday" holds for every opioid.
"""

from __future__ import annotations

import re
from datetime import date

from bot.form import plain
from bot.form.words import plain_text
from bot.nlu.lexicon import CONDITION, OPIOID
from bot.screening.medicines import T3, WHICH, Mention, finder
from bot.screening.people import is_about_oneself, is_about_someone_else, own_part
from bot.screening.words import words

TYPICAL = {OPIOID: "morphine", "medicine": "ibuprofen", "ldn": "naltrexone", T3: "t3", WHICH: "some pills",
           CONDITION: "illness"}
"""The word that stands for a name of this kind where the sentence goes through the encoder."""
LISTS = ("current", "stopped", "past", "recent", "long_ago", "negation", "refused", "allergy", "planned", "exception",
         "class_word", "habit", "today", "formerly", "at_a_time", "only_named", "denies_all", "unknown_name", "takes",
         "doubt", "harmless_kind")
_LEADS = {"yes": "▪lead_yes", "no": "▪lead_no"}
_COUNT = {"a": 1, "an": 1, "one": 1, "two": 2, "couple": 2, "couple of": 2, "three": 3, "few": 3, "some": 3, "four": 4,
          "five": 5, "several": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
          "thirteen": 13, "fifteen": 15, "eighteen": 18, "twenty": 20, "many": 20, "thirty": 30}
_SPAN = re.compile(r"\b(?:(\d+(?:\.\d+)?|" + "|".join(sorted(_COUNT, key=len, reverse=True)) + r")[ -]?)?"
                   r"(hours?|hrs?|days?|nights?|weeks?|wks?|months?|mos?|mths?|years?|yrs?|decades?|winters?|summers?)\b")
_RATE = re.compile(r"(?:\b(?:a|per|each|every)|/)\s?(?:(?:\d+|other|few|couple of|two|three|four|six|eight|twelve) )?"
                   r"(?:hours?|hrs?|days?|d|nights?|mornings?|evenings?|weeks?|wk|months?)\b"
                   r"(?! (?:ago|off|back|clean|since|or))")
_DOSE = re.compile(r"\b\d+(?:[.,]\d+)?\s?(?:mg|mgs|mcg|ug|ml|mls|milligrams?|micrograms?)\b")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b|'\d\d\b")
_NUMBER = re.compile(r"\b\d+(?:[.,/]\d+)*\b")
_TOKEN = re.compile(r"▪\w+|[\w']+|[?!]|[.,;:]")
_UNITS = {"h": "hours", "d": "days", "n": "days", "w": "weeks", "m": "months", "y": "years", "s": "years"}
_MANY_MONTHS, _MANY_WEEKS = 4, 17
_PERSON: re.Pattern[str] | None = None


def marked(text: str) -> str:
    """The text in small letters with a mark for each name, time, number and person."""
    small = _with_names(text, {kind: f" ▪{kind} " for kind in TYPICAL})
    small = _SPAN.sub(_span, _RATE.sub(" ▪rate ", _DOSE.sub(" ▪dose ", small)))
    small = _person().sub(" ▪person ", _YEAR.sub(_year, small))
    return _NUMBER.sub(" ▪n ", small)


def typical(text: str) -> str:
    """The text with one typical name for each kind: the encoder knows "morphine", not "statex"."""
    return _with_names(text, TYPICAL)


def tokens(text: str) -> list[str]:
    """The marked text as words, its leading yes or no marked."""
    found = _TOKEN.findall(marked(text))
    lead = plain.lead_of(plain_text(text)).value
    return [_LEADS[lead], *found] if lead else found


def evidence(text: str) -> list[str]:
    """Names of what the wording lists and the lexicons find, alone."""
    small = plain_text(text)
    lead = plain.lead_of(small)
    body = lead.rest if lead.value else small
    mentions = [mention for mention in finder().find(text) if mention.kind != CONDITION]
    kinds = {mention.kind for mention in mentions}
    found = [f"names:{kind}" for kind in sorted(kinds)] or ["names:nothing"]
    found += [f"list:{name}" for name in LISTS if words().in_(f"medicines.{name}", body)]
    found += [f"lead:{lead.value}", f"plain:{plain.read(small)}", f"body:{plain.read(body)}"]
    found += [f"says:{name}" for name in ("declined", "unsure", "no", "yes") if words().in_(f"plain.{name}", small)]
    found += [f"says:{name}" for name in ("no_medicines", "thyroid", "codeine", "clean", "without_opioid")
              if words().in_(name, small)]
    if is_about_someone_else(small):
        found.append("other:and_me" if is_about_oneself(small) else "other:alone")
        found.append(f"other:mine:{plain.read(own_part(small))}")
    if small.rstrip().endswith("?"):
        found.append("asks")
    return found


def _with_names(text: str, names: dict[str, str]) -> str:
    parts, place = [], 0
    for mention in _apart(finder().find(text)):
        parts += [text[place:mention.start].lower(), names[mention.kind]]
        place = mention.end
    return "".join([*parts, text[place:].lower()])


def _apart(mentions: list[Mention]) -> list[Mention]:
    kept: list[Mention] = []
    for mention in mentions:
        if not kept or mention.start >= kept[-1].end:
            kept.append(mention)
    return kept


def _span(match: re.Match[str]) -> str:
    count, unit = match.group(1), match.group(2)[0]
    if count is None:
        return f" {match.group(2)} "
    number = _COUNT.get(count) or float(count)
    name = "years" if match.group(2).startswith(("dec", "win")) else _UNITS[unit]
    if (name == "months" and number >= _MANY_MONTHS) or (name == "weeks" and number > _MANY_WEEKS):
        name = "many_months"
    return f" ▪{name} "


def _year(match: re.Match[str]) -> str:
    return " ▪this_year " if match.group() == str(date.today().year) else " ▪year "


def _person() -> re.Pattern[str]:
    global _PERSON
    if _PERSON is None:
        people = [*words().entries("someone_else.relation"), *words().entries("someone_else.anyone")]
        _PERSON = re.compile(rf"\b(?:{'|'.join(people)})(?='?s?\b)")
    return _PERSON
