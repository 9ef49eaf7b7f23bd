"""Reads what a visitor writes in answer to one question of the hand-off form. Words are kept as they were said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff.words import words
from language import contacts
from language.contacts import Contact, Refused

_NAME_WORDS = 6
_PHONE_DIGITS = 10
_ADDRESS = re.compile(r"\S+@\S+")
_NUMBER = re.compile(r"\+?\(?\d[\d\s().\-]{7,}\d(?:\s*(?:x|ext\.?|extension)\s*\d+)?", re.IGNORECASE)
_SPELLED_OUT = re.compile(
    r"([\w.+-]+)\s*(?:\bat\b|[(\[]\s*at\s*[)\]])\s*([\w-]+)\s*(?:\bdot\b|[(\[]\s*dot\s*[)\]])\s*(\w+)", re.IGNORECASE)
_SIGN = re.compile(
    r"(?:\s+|\s*[(\[]\s*)(dot|point|underscore|dash|hyphen|minus|plus)(?:\s*[)\]]\s*|\s+)", re.IGNORECASE)
_SIGNS = {"underscore": "_", "dash": "-", "hyphen": "-", "minus": "-", "plus": "+"}
_AT = re.compile(r"([\w.+-]+)\s*(?:\bat\b|[(\[]\s*at\s*[)\]])\s*((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
_BROKEN_ADDRESS = re.compile(r"([\w.+'-]+)\s*@\s*([\w-]+(?:\s*[.,]+\s*[\w-]+)*)")
_DIGITS = {"zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6",
           "seven": "7", "eight": "8", "nine": "9"}
_SPELLED_NUMBER = re.compile(rf"\b(?:(?:{'|'.join(_DIGITS)})\b[\s,.-]*){{10,11}}", re.IGNORECASE)
_WISH = re.compile(
    r"(?:(?:please|pls|and|but|just)\s+)*(?:do not|don'?t|never)\s+(?!think|have|know|need|want|really|got)")
_ENDING = re.compile(r"(?<![\w.@])(?:\.|dot )(\w{2,6})\b")
_FIRST_OF_TWO = re.compile(r"(?:,|\band\b)?\s*\bnot\b", re.IGNORECASE)
_BREAK = re.compile(r"[,;!?\n]|(?<=\w{4})\.\s")
_SPELLED_LETTERS = re.compile(r"(?<=\w{2})(?:[\s,.-]+[A-Za-z](?!\w)){3,}\W*$")
"""A name spelled out after it: "Oakes O A K E S"."""
_FULL_STOP = re.compile(r"(?<=\w{3})\.$")
_LAST_ZONE = timedelta(hours=8)


@dataclass(frozen=True)
class Reading:
    """What was read: a value, or the reason why there is none (a key of `utter_handoff_words`: `refused_…`), or an
    address that was probably meant in place of the `typed` one (None where what was typed is none). `skipped`: there is
    an answer, and it is none."""

    value: Any = None
    refused: str | None = None
    meant: str | None = None
    typed: dict[str, str] | None = None
    skipped: bool = False


def name(text: str, insisted: bool = False) -> Reading:
    """The name in a message. A sentence is refused once and taken when it is `insisted` on."""
    if words().whole("name.refused", plain(text)) or common().whole("plain.unsure", plain(text)):
        return Reading(refused="name_needed")
    told = without_contact(text)
    lead = words().starts("name.lead", folded(told))
    if lead:
        told = told[lead.end():]
    told = told.lstrip(" ,.:;!-")
    end = words().in_("name.end", folded(told))
    if end and told[:end.start()].strip(" ,.;:-"):
        told = told[:end.start()]
    told = _before_a_break(told).strip(" ,;:!?()\"-–")
    told = _FULL_STOP.sub("", _SPELLED_LETTERS.sub("", told))
    if words().whole("name.none", plain(told)) and not insisted:
        return Reading(refused="name_needed")
    if not insisted and (len(told.split()) > _NAME_WORDS or any(character.isdigit() for character in told)):
        return Reading(refused="name_unclear")
    try:
        return Reading(contacts.name(told))
    except Refused as wrong:
        return Reading(refused=wrong.reason)


def told_name(text: str) -> str | None:
    """The name in "by the way my name is Jane", or None."""
    told = words().in_("name.told", folded(text))
    return name(text[told.end():]).value if told else None


def other_ending(text: str, address: str) -> Reading | None:
    """The address with the ending of "no wait, it's .ca"; None where none is told."""
    told = _ENDING.search(folded(_FIRST_OF_TWO.split(text)[0]))
    stem = address.rpartition(".")[0]
    if not told or not stem or "@" not in stem or len(text.split()) > 2 * _NAME_WORDS:
        return None
    try:
        found = contacts.email(f"{stem}.{told[1]}")
    except Refused:
        return None
    return Reading({"kind": found.kind, "value": found.value, "shown": found.shown}) if found.value != address else None


def contact(text: str) -> Reading:
    """The address or number in a message: `{"kind", "value", "shown"}`. Of "this, not that" it is the first."""
    text = _digits(text)
    first = _FIRST_OF_TWO.split(text)[0]
    try:
        return _reached(contacts.contact(first if _ADDRESS.search(first) or _NUMBER.search(first) else text))
    except Refused as wrong:
        mended = _mended(text) if wrong.reason in ("email_invalid", "contact_none") else None
        return mended or Reading(refused=wrong.reason)


def told_contact(text: str) -> Reading:
    """An address or number in a message that is about something else; empty where there is none."""
    text = _digits(text)
    digits = sum(character.isdigit() for character in text)
    if digits < _PHONE_DIGITS and not _ADDRESS.search(text) and not _SPELLED_OUT.search(text):
        return Reading()
    found = contact(text)
    return Reading() if found.refused else found


def is_only_contact(text: str) -> bool:
    """Whether nothing is said beside an address or a number."""
    rest = re.sub(r"[^\w\s'-]", " ", folded(without_contact(text)))
    return all(words().whole("contact.around", word) for word in rest.split())


def times(text: str) -> Reading:
    """Good times as they were said; None in `value` is never given."""
    # What is over in the last of Canada's zones is over for every clinic.
    now = datetime.utcnow() - _LAST_ZONE
    try:
        return Reading(contacts.times(text, now).words)
    except Refused as wrong:
        return Reading(refused=wrong.reason)


def free_words(text: str) -> Reading:
    """A question or a note; refused where it holds no word."""
    said = contacts.words(text)
    return Reading(said) if any(character.isalnum() for character in said) else Reading(refused="words_empty")


def speaks_of_times(text: str) -> bool:
    """Whether a time is named."""
    return words().in_("times.about", plain(text)) is not None


def is_nothing(text: str) -> bool:
    """Whether it says that there is nothing to add."""
    said = plain(text)
    if _WISH.match(said):  # "please don't leave voicemail" denies nothing
        return False
    return words().whole("none", said) or common().whole("plain.no", said) or common().whole("lead.no", said)


def after_change(text: str) -> str | None:
    """The new value in "change my name to Janet", as it was written; None where none is said."""
    match = words().in_("change.to", folded(text))
    rest = text[match.end():].strip(" :=,") if match else ""
    while rest and (again := words().starts("change.to", folded(rest))):
        rest = rest[again.end():].strip(" :=,")
    # "the name is wrong, it's Tomas"
    while (taken_back := words().starts("change.asks", folded(rest))) and rest[taken_back.end():].strip(" :=,."):
        rest = rest[taken_back.end():].strip(" :=,.")
        while again := words().starts("change.to", folded(rest)):
            rest = rest[again.end():].strip(" :=,")
    if not rest or words().whole("change.asks", plain(rest)):
        return None
    return rest


def _reached(found: Contact) -> Reading:
    value = {"kind": found.kind, "value": found.value, "shown": found.shown}
    return Reading(meant=found.suggestion, typed=value) if found.suggestion else Reading(value)


def _mended(text: str) -> Reading | None:
    """The address that was meant by "jane at gmail dot com", "jane@ gmail,com" or "jane@gmail", to be asked about."""
    spelled = _AT.search(_SIGN.sub(lambda sign: _SIGNS.get(sign[1].lower(), "."), text))
    broken = _BROKEN_ADDRESS.search(text)
    if spelled:
        guess = f"{spelled[1]}@{spelled[2]}"
    elif broken:
        domain = re.sub(r"\s*[.,]+\s*", ".", broken[2])
        guess = f"{broken[1]}@{domain}" + ("" if "." in domain else ".com")
    else:
        return None
    try:
        found = contacts.email(guess)
    except Refused:
        return None
    return Reading(meant=found.suggestion or found.value)


def _before_a_break(text: str) -> str:
    """What comes before a comma or a full stop; "Roe, Jane" is one name."""
    parts = [part for part in _BREAK.split(text) if part.strip()]
    if len(parts) == 2 and all(len(part.split()) == 1 for part in parts):
        return text
    return parts[0] if parts else ""


def _digits(text: str) -> str:
    """The text with a number that was spelled out, "six one three ...", in digits; less is no telephone number."""
    return _SPELLED_NUMBER.sub(
        lambda said: " " + "".join(_DIGITS[word] for word in re.findall(r"[a-z]+", said.group().lower())) + " ", text)


def how_to_reach(text: str) -> str | None:
    """What is said of how somebody wants to be reached, "but only text please"; None where nothing is."""
    found = words().in_("by", folded(text))
    said = text[found.start():found.end()].strip(" ,.;-") if found else ""
    return re.sub(r"^(?:(?:but|and|so)\s+)+", "", said, flags=re.IGNORECASE) or None


def is_how_to_reach(text: str) -> bool:
    """Whether nothing else is said."""
    return words().whole("by", plain(text)) or is_only_contact(text)


def without_contact(text: str, in_its_place: str = " ") -> str:
    """The text with addresses and numbers replaced."""
    text = _digits(text)
    return _NUMBER.sub(in_its_place, _SPELLED_OUT.sub(in_its_place, _ADDRESS.sub(in_its_place, text)))


def folded(text: str) -> str:
    """Small letters and plain apostrophes, letter for letter, so that places stay the same."""
    return text.replace("’", "'").replace("‘", "'").lower()
