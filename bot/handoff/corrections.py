"""A field that was filled and is told anew: by its name, as the last one, or in the summary."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.form.consent import read_confirm
from bot.form.hearing import Message
from bot.form.plain import NO, YES
from bot.form.questions import split_questions
from bot.form.turn import ASK, Noted
from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff import answers
from bot.handoff.answers import Reading
from bot.handoff.heard import read_field
from bot.handoff.progress import MEANT, Step, Turn, go_to, set_field, settle_slip
from bot.handoff.state import CONFIRM, CONSENT, CONTACT, EMAIL, FIELDS, NAME, NOTE, QUESTION, TIMES, State
from bot.handoff.words import words

_SHORT = 5
_FREE = (QUESTION, NOTE)
_MORE = re.compile(r"\s*(?:and|also|plus|but)\b[\s,]*", re.IGNORECASE)


def about_the_slip(state: State, text: str, message: Message) -> Step | None:
    """The answer to "did you mean jane@gmail.com?"; another address is read like any."""
    if not state.meant or state.requested != CONTACT:
        return None
    if answers.told_contact(message.text).value:
        return None
    said = read_confirm(plain(message.text))
    return settle_slip(state, said == YES) if said in (YES, NO) else None


def corrected(state: State, text: str, message: Message) -> Step | None:
    """A field that was filled is taken back by name ("change my number to ..."), as the last one ("sorry, I meant
    ..."), or by telling it anew."""
    requested = state.requested
    if requested == CONSENT or not state.values.get(CONSENT):
        return None
    if requested in (CONTACT, TIMES, NOTE, CONFIRM) and (ended := _other_ending(state, message.text)):
        return ended
    free = requested in _FREE
    added = words().starts("add", text) if requested == CONFIRM else None
    if requested == CONFIRM and (switched := _about_screening(state, text)):
        return switched
    if added and len(message.text) > added.end() + 2:
        return _added(state, message.text[added.end():].lstrip(" :,.-"))
    asks = bool(words().starts("change.starts", text)) if free else bool(words().in_("change.asks", text))
    meant = common().starts("control.last_was", text)
    if meant and state.last in FIELDS and state.last != requested and not named(text):
        rest = message.text[meant.end():].strip(" ,.:;-")
        told = answers.told_contact(rest)
        if CONTACT in state.values and (told.value or told.meant):
            return _changed(state, CONTACT, told)
        if (reading := read_field(str(state.last), rest)) and (reading.value or reading.meant):
            return _changed(state, str(state.last), reading)
    anew = words().starts("change.anew", text) if requested == CONTACT and state.last == NAME else None
    if anew and not answers.told_contact(message.text).value and not answers.told_contact(message.text).meant:
        reading = answers.name(message.text[anew.end():])
        if reading.value:
            return _changed(state, NAME, reading)
    if asks or (requested == CONFIRM and len(text.split()) <= _SHORT and not read_confirm(text)):
        for name in named(text):
            if name in state.values or (name in _FREE and requested == CONFIRM):
                return _change_of(state, name, message.text)
    if not free:
        return _told_anew(state, text, message.text, asks)
    return None


def _other_ending(state: State, text: str) -> Step | None:
    """ "No wait, it's .ca", for the address that was told last or is offered just now."""
    kept = state.values.get(CONTACT)
    address = state.meant if state.requested == CONTACT and state.meant else kept["value"] if kept else None
    reading = answers.other_ending(text, str(address)) if address else None
    return _changed(state, CONTACT, reading) if reading else None


def named(text: str) -> list[str]:
    """The fields whose names the text says."""
    return [name for name in FIELDS if words().in_(f"change.{name}", text)]


def _change_of(state: State, name: str, text: str) -> Step:
    if name == CONTACT:
        reading = answers.told_contact(text)
        if reading.value or reading.meant:
            return _changed(state, CONTACT, reading)
        return go_to(state, CONTACT)
    rest = answers.after_change(text)
    reading = read_field(name, rest) if rest else None
    if name == NAME and reading and reading.value and words().in_("change.surname", plain(text)):
        first, *_ = str(state.values[NAME]).split()
        reading = Reading(f"{first} {reading.value}")
    return _changed(state, name, reading) if reading and reading.value else go_to(state, name)


def _told_anew(state: State, text: str, said: str, asks: bool) -> Step | None:
    """A filled field that is told in other words: a new number, "my name is Jayne", at the summary new times."""
    told = answers.told_contact(said)
    if told.value and CONTACT in state.values and told.value != state.values[CONTACT] and (
            asks or state.requested == CONFIRM or answers.is_only_contact(said)):
        return _changed(state, CONTACT, told)
    if told.meant and CONTACT in state.values and state.requested != CONTACT:
        return _changed(state, CONTACT, told)
    name = answers.told_name(said) if NAME in state.values and state.requested != NAME else None
    if name and name != state.values[NAME]:
        return _changed(state, NAME, Reading(name))
    if state.requested == CONFIRM and TIMES in state.values and answers.speaks_of_times(said) and not \
            split_questions(said)[1]:
        more = _MORE.match(said) if state.values[TIMES] else None
        both = f"{state.values[TIMES]}, {said[more.end():]}" if more else None
        read = answers.times(both or answers.after_change(said) or said)
        return _changed(state, TIMES, read) if read.value else None
    return None


def _changed(state: State, name: str, reading: Reading) -> Step:
    """The state with a field filled anew, back at the place that was asked."""
    if reading.meant:
        return replace(state, requested=CONTACT, meant=reading.meant, typed=reading.typed, misses=0), Turn(MEANT)
    requested = state.requested
    state, turn = set_field(state, name, reading.value)
    if requested and requested != name and requested not in state.values:
        state = replace(state, requested=requested)
    return state, replace(turn, noted=(Noted("changed", name, state.values[name]),))


def _added(state: State, text: str) -> Step:
    name = QUESTION if state.kind == EMAIL else NOTE
    reading = answers.free_words(text)
    if not reading.value:
        return go_to(state, name)
    whole = "\n".join(part for part in (state.values.get(name), reading.value) if part)
    state, turn = set_field(state, name, whole)
    return state, replace(turn, noted=(Noted("added", name, state.values[name]),))


def _about_screening(state: State, text: str) -> Step | None:
    if not state.screening:
        return None
    for place, pass_on in (("screening.out", False), ("screening.add", True)):
        if words().in_(place, text):
            return replace(state, pass_on=pass_on), Turn(ASK)
    return None
