"""An answer to the field that was asked for, perhaps with another beside it."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.form.consent import UNSAVED, read_confirm, read_consent
from bot.form.control import CLEAR
from bot.form.hearing import Message
from bot.form.plain import NO, YES, lead_of
from bot.form.questions import split_questions
from bot.form.turn import ASK, WHICH_ANSWER, Noted
from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff import answers
from bot.handoff.answers import Reading
from bot.handoff.heard import (
    asides,
    is_about_something,
    is_bare_yes,
    is_small_talk,
    is_sure_of_content,
    read_field,
    wanted_instead,
)
from bot.handoff.leaving import is_only_talk
from bot.handoff.progress import MEANT, Step, Turn, again, consent, end, how_to_ask, other_kind, send, set_field
from bot.handoff.state import BOOKING, CONFIRM, CONSENT, CONTACT, EMAIL, NAME, NOTE, QUESTION, TIMES, State
from bot.handoff.told import take_told, wish_to_be_reached
from bot.handoff.words import words

_FEW_WORDS = 4
"""More words than these beside a yes to the summary say something that it does not hold."""
_DIGIT_OR_AT = re.compile(r"[\d@]")


def answered(state: State, text: str, message: Message) -> Step | None:
    """An answer to what was asked, perhaps with another field beside it."""
    requested = str(state.requested)
    said, asked = split_questions(message.text)
    if requested == CONSENT:
        return _answered_consent(state, text, said, message)
    if requested == CONFIRM:
        value = YES if words().whole("send", text) else read_confirm(said if asked else message.text)
        if value == YES and not asked:
            return send(state) if _is_all_right(text) or len(lead_of(text).rest.split()) <= _FEW_WORDS else None
        return (state, Turn(WHICH_ANSWER)) if value == NO else None
    if requested == QUESTION:
        return _answered_question(state, text, message)
    if requested == NOTE:
        return None if is_bare_yes(text) else _answered_note(state, message, bool(asked) and not said.strip())
    if state.kind == BOOKING and words().whole("opens.question", text):
        return other_kind(state, EMAIL)
    if requested == TIMES and answers.is_how_to_reach(message.text):
        state, wish = wish_to_be_reached(state, message.text)
        return state, Turn(ASK, noted=wish)
    if requested == NAME and (told := _question_instead(state, message)):
        return told
    if requested == NAME and is_only_talk(message):
        return None
    if not said.strip() or (requested == NAME and is_about_something(message)):
        return None
    if requested == CONTACT and not _DIGIT_OR_AT.search(said) and is_about_something(
            message, ("answer:", "not_covered")):
        return None
    # A short name looks like a greeting to the classifier, and "any time" like thanks: only the words count there.
    if is_small_talk(text, message) and (requested == CONTACT or words().whole("talk", text)):
        return None
    beside: tuple[Noted, ...] = ()
    if requested != CONTACT:
        state, beside = take_told(state, message.text)
        if (beside or state.meant) and answers.is_only_contact(message.text):
            return state, Turn(how_to_ask(state), noted=beside)
    reading = read_field(requested, said, insisted=state.misses > 0, text=text)
    if reading is None:
        return None
    state, turn = _take(state, requested, reading)
    if requested == CONTACT and reading.value:
        state, wish = wish_to_be_reached(state, message.text)
        beside += wish
    return state, replace(turn, noted=(*beside, *turn.noted), answers=asides(message) if asked else ())


def _answered_consent(state: State, text: str, said: str, message: Message) -> Step | None:
    other = wanted_instead(state, text, message)
    if other and not common().starts("lead.yes", text):
        return other_kind(state, other)
    if words().whole("consent.no", text):
        return end(state)
    value = YES if words().whole("consent.yes", text) else read_consent(said)
    if value is None and _wishes_again(text):
        value, said = YES, message.text  # "can somebody ring me, then?"
    if value is None and said.strip():
        return _told_in_place_of_consent(state, message)
    if value == UNSAVED:
        return replace(state, misses=0), Turn(CLEAR)
    if value is None:
        return None
    if value == NO:
        return end(state)
    state, noted = take_told(state, message.text, answers_us=True)
    state, turn = consent(state, True)
    return state, replace(turn, noted=noted, answers=asides(message) if split_questions(message.text)[1] else ())


def _wishes_again(text: str) -> bool:
    """Whether the wish that opened the form is said once more; beside a word that denies or puts off, it is none."""
    return bool(words().in_("consent.wishes", text)) and not (
        words().in_("consent.denies", text) or common().in_("consent.refuses", text))


def _told_in_place_of_consent(state: State, message: Message) -> Step | None:
    """Whoever tells a name, an address or a time lets it be written down: all of it is shown before it is sent. Beside
    a question, or words that put it off, it is noted and the consent asked for."""
    # "Fibromyalgia" is nobody's name.
    told, noted = take_told(state, message.text, answers_us=not is_sure_of_content(message))
    asks = bool(split_questions(message.text)[1])
    times = state.kind == BOOKING and TIMES not in told.values and answers.speaks_of_times(message.text)
    reading = answers.times(message.text) if times and not asks else Reading()
    if reading.value:
        told = replace(told.with_value(TIMES, reading.value), last=state.last, requested=state.requested)
        noted = (*noted, Noted("also", TIMES, reading.value))
    if not noted and not told.meant:
        return None
    if asks or common().in_("consent.refuses", plain(message.text)):
        return told, Turn(ASK, noted=noted)
    told, turn = consent(told, True)
    return told, replace(turn, noted=noted)


def _answered_question(state: State, text: str, message: Message) -> Step | None:
    if state.uncovered and QUESTION not in state.values:
        if words().whole("take_it", text) or read_confirm(text) == YES:
            return set_field(state, QUESTION, state.uncovered)
        if common().whole("plain.no", text) or common().whole("lead.no", text):
            return replace(state, uncovered=None, misses=0), Turn(ASK)
    if is_bare_yes(text) or is_small_talk(text, message):
        return None
    if answers.is_only_contact(message.text) and answers.told_contact(message.text).value:
        state, noted = take_told(state, message.text)
        return state, Turn(ASK, noted=noted)
    reading = answers.free_words(message.text)
    if not reading.value:
        return None
    state, turn = set_field(state, QUESTION, reading.value)
    # What the document can answer is answered as well: the request goes to the clinic all the same.
    known = tuple(entry for entry in message.outcomes if entry["label"].startswith("answer:"))
    return state, replace(turn, answers=known, noted=(Noted("taken", QUESTION, state.values[QUESTION]),))


def _question_instead(state: State, message: Message) -> Step | None:
    """What is typed at the name, and is what the clinic is to be asked: noted, and the name is asked for. What the
    document answers is answered there instead."""
    if state.kind != EMAIL or QUESTION in state.values or answers.told_name(message.text) or answers.told_contact(
            message.text).value or any(entry["label"].startswith("answer:") for entry in message.outcomes):
        return None
    open_ = bool(split_questions(message.text)[1]) and any(
        entry["label"].startswith("not_covered") for entry in message.outcomes)
    reading = answers.free_words(message.text)
    if not reading.value or not (open_ or answers.name(message.text).refused == "name_unclear"):
        return None
    asked = state.requested
    state, turn = set_field(state, QUESTION, reading.value)
    return replace(state, requested=asked), replace(turn, noted=(Noted("taken", QUESTION, state.values[QUESTION]),))


def _answered_note(state: State, message: Message, only_asks: bool) -> Step | None:
    if answers.is_nothing(message.text) or _is_all_right(plain(message.text)):
        return set_field(state, NOTE, None)
    if only_asks and any(entry["label"].startswith("answer:") for entry in message.outcomes):
        return None
    reading = answers.free_words(message.text)
    if not reading.value:
        return None
    state, turn = set_field(state, NOTE, reading.value)
    if not only_asks:
        return state, turn
    silent = tuple(entry for entry in message.outcomes if entry["label"].startswith("not_covered"))
    return state, replace(turn, answers=silent, noted=(Noted("taken", NOTE, state.values[NOTE]),))


def _is_all_right(text: str) -> bool:
    """Whether the text says that all is right, and nothing else: "yes that's all correct", "ok send it"."""
    parts = (text, lead_of(text).rest)
    return any(words().whole("send", part) or common().whole("confirm.yes", part) for part in parts)


def _take(state: State, name: str, reading: Reading) -> Step:
    if reading.meant:
        return replace(state, meant=reading.meant, typed=reading.typed, misses=0), Turn(MEANT)
    if reading.refused:
        return again(state, reading.refused)
    if reading.skipped:
        return set_field(state, name, None)
    return set_field(state, name, reading.value)
