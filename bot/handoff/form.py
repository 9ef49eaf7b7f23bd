"""One step of the hand-off form: from where it stands and one message to where it stands then, and what to say.

Pure: no Rasa, no words for patients. `actions/` calls it, `bot/answers/handoff.py` puts it into words.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.form.consent import UNSAVED, read_confirm, read_consent
from bot.form.control import BACK, CANCEL, CLEAR, WHY, control_of
from bot.form.hearing import Message
from bot.form.plain import NO, YES
from bot.form.questions import split_questions
from bot.form.turn import AGAIN, ASK, CANCELLED, DONE, OFFER, PRIVATE, WHICH_ANSWER, Noted
from bot.form.turn import Turn as FormTurn
from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff import answers
from bot.handoff.answers import Reading
from bot.handoff.leaving import is_only_talk, wants_out
from bot.handoff.state import (
    BOOKING,
    CONFIRM,
    CONSENT,
    CONTACT,
    EMAIL,
    FIELDS,
    NAME,
    NOTE,
    OPTIONAL,
    QUESTION,
    TIMES,
    State,
)
from bot.handoff.words import words

MEANT = "meant"
SET, CHANGE, WHY_CHOICE, SCREENING = "handoff:set", "handoff:change", "handoff:why", "handoff:screening"
CANCEL_CHOICE = "handoff:cancel"
OPENS = {"handoff:booking": BOOKING, "handoff:email": EMAIL}
_SHORT = 5
_SURE = 0.7
_SMALL_TALK = {f"smalltalk:{name}" for name in ("help", "bot", "thanks", "greet", "feedback", "bye")}
_FREE = (QUESTION, NOTE)
_SENTENCE_END = re.compile(r"[.!]\s+(?=\w)")
_DIGIT_OR_AT = re.compile(r"[\d@]")
_MORE = re.compile(r"\s*(?:and|also|plus|but)\b[\s,]*", re.IGNORECASE)


@dataclass(frozen=True)
class Turn(FormTurn):
    """What to say, as every form does. `kind` may also be `meant`: an address is offered in place of a slip. Things are
    noted `also`, `changed`, `added` or `taken` (a question that goes to the clinic). `refused` says why an answer could
    not be taken; `opening` is true where a request begins, or becomes one of the other kind."""

    refused: str | None = None


Step = tuple[State, Turn]


def open_form(before: State, message: Message, uncovered: str | None, screening: Mapping[str, Any] | None) -> Step:
    """The first step: takes what the opening message tells, and asks for consent.

    `uncovered` is the question that the bot could not answer, `screening` the answers that may go along. A second
    press of the button that sent a request confirms the same one again.
    """
    choice = message.choice or {}
    if before.sent and choice.get("outcome") == SET and choice.get("field") == CONFIRM and choice.get("value") == YES:
        return before, Turn(DONE)
    kind = _opens(message) or before.kind
    if not choice and words().in_("opens.booking", plain(message.text)):
        kind = BOOKING
    state = State(kind, uuid.uuid4().hex, requested=CONSENT, uncovered=uncovered, screening=screening,
                  pass_on=bool(screening) and choice.get("pass_on") == "screening")
    noted: tuple[Noted, ...] = ()
    if not choice:
        state, noted = _take_told(state, message.text)
        state, visit = _about_a_visit(state, message.text)
        noted += visit
    others = tuple(entry for entry in message.outcomes if _is_content(entry))
    return replace(state, requested=CONSENT, last=None), Turn(ASK, others, noted, opening=True)


def step(state: State, message: Message) -> Step:
    """One message while the form runs."""
    if message.choice:
        return _pressed(state, message)
    text = plain(message.text)
    for move in (_about_the_slip, _corrected, _controlled, _answered):
        result = move(state, text, message)
        if result is not None:
            return result
    return _aside(state, text, message)


def _pressed(state: State, message: Message) -> Step:
    choice = message.choice or {}
    outcome, name, value = choice.get("outcome"), choice.get("field"), choice.get("value")
    consented = bool(state.values.get(CONSENT))
    if outcome == CANCEL_CHOICE:
        return _end(state)
    if outcome == WHY_CHOICE:
        return state, Turn(WHY)
    if outcome == SET and (consented or name == CONSENT):
        return _pressed_value(state, str(name), value)
    if outcome == CHANGE and consented and name in FIELDS:
        return _go_to(state, str(name))
    if outcome == SCREENING and consented and state.screening:
        return replace(state, pass_on=value == YES), Turn(ASK)
    if outcome in OPENS:
        return _other_kind(state, OPENS[str(outcome)])
    if str(outcome).startswith(("handoff:", "screening:")):
        return state, Turn(_how_to_ask(state))
    return state, Turn(_how_to_ask(state), tuple(message.outcomes))


def _pressed_value(state: State, name: str, value: Any) -> Step:
    if name == CONSENT and value in (YES, NO):
        return _consent(state, value == YES)
    if name == CONTACT and state.requested == CONTACT and state.meant and value in (YES, NO):
        return _settle_slip(state, value == YES)
    if name == QUESTION and value == YES and state.uncovered:
        return _set(state, QUESTION, state.uncovered)
    if name in OPTIONAL and value == NO:
        return _set(state, name, None)
    if name == TIMES and isinstance(value, str):
        return _set(state, TIMES, value)
    # Only the summary that is shown now can be sent: a field that was opened for a change is answered first.
    if name == CONFIRM and value == YES and state.requested == CONFIRM:
        return _send(state)
    return state, Turn(ASK)


def _about_the_slip(state: State, text: str, message: Message) -> Step | None:
    """The answer to "did you mean jane@gmail.com?"; another address is read like any."""
    if not state.meant or state.requested != CONTACT:
        return None
    if answers.told_contact(message.text).value:
        return None
    said = read_confirm(plain(message.text))
    return _settle_slip(state, said == YES) if said in (YES, NO) else None


def _settle_slip(state: State, as_meant: bool) -> Step:
    if as_meant:
        return _set(state, CONTACT, {"kind": "email", "value": state.meant, "shown": state.meant})
    if state.typed:
        return _set(state, CONTACT, dict(state.typed))
    return replace(state, meant=None), Turn(AGAIN, refused="email_invalid")


def _controlled(state: State, text: str, message: Message) -> Step | None:
    """Cancel, why, what do you mean, back, skip."""
    if state.requested == NOTE and words().whole("none", text):  # "I'm done" ends the note, not the form
        return None
    if state.requested == CONFIRM and (words().whole("send", text) or common().whole("confirm.yes", text)):
        return None
    if state.requested in (CONSENT, CONFIRM) and common().whole("lead.yes", text):  # "y" is no "why" here
        return None
    if common().whole("private", text):
        return state, Turn(PRIVATE)
    control = control_of(_SENTENCE_END.split(text)[-1] if state.requested == CONSENT else text)
    if control == CANCEL or (control is None and wants_out(str(state.requested), message)):
        return _end(state)
    if control in (WHY, CLEAR):
        return state, Turn(control)
    if state.requested == CONSENT:
        return None
    if common().whole("plain.declined", text):
        if state.requested in OPTIONAL:
            return _set(state, str(state.requested), None)
        return _again(state, f"{state.requested}_needed" if state.requested in (NAME, CONTACT) else None)
    if control == BACK and not _named(text):
        if state.requested == CONFIRM:
            return state, Turn(WHICH_ANSWER)
        return _go_to(state, state.last) if state.last in FIELDS else (state, Turn(ASK))
    return None


def _corrected(state: State, text: str, message: Message) -> Step | None:
    """A field that was filled is taken back by name ("change my number to ..."), as the last one ("sorry, I meant
    ..."), or by telling it anew."""
    requested = state.requested
    if requested == CONSENT or not state.values.get(CONSENT):
        return None
    if requested in (CONTACT, TIMES, CONFIRM) and (ended := _other_ending(state, message.text)):
        return ended
    free = requested in _FREE
    added = words().starts("add", text) if requested == CONFIRM else None
    if requested == CONFIRM and (switched := _about_screening(state, text)):
        return switched
    if added and len(message.text) > added.end() + 2:
        return _added(state, message.text[added.end():].lstrip(" :,.-"))
    asks = bool(words().starts("change.starts", text)) if free else bool(words().in_("change.asks", text))
    meant = common().starts("control.last_was", text)
    if meant and state.last in FIELDS and state.last != requested and not _named(text):
        rest = message.text[meant.end():].strip(" ,.:;-")
        told = answers.told_contact(rest)
        if CONTACT in state.values and (told.value or told.meant):
            return _changed(state, CONTACT, told)
        if (reading := _read(str(state.last), rest)) and (reading.value or reading.meant):
            return _changed(state, str(state.last), reading)
    anew = words().starts("change.anew", text) if requested == CONTACT and state.last == NAME else None
    if anew and not answers.told_contact(message.text).value and not answers.told_contact(message.text).meant:
        reading = answers.name(message.text[anew.end():])
        if reading.value:
            return _changed(state, NAME, reading)
    if asks or (requested == CONFIRM and len(text.split()) <= _SHORT and not read_confirm(text)):
        for name in _named(text):
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


def _named(text: str) -> list[str]:
    return [name for name in FIELDS if words().in_(f"change.{name}", text)]


def _change_of(state: State, name: str, text: str) -> Step:
    if name == CONTACT:
        reading = answers.told_contact(text)
        if reading.value or reading.meant:
            return _changed(state, CONTACT, reading)
        return _go_to(state, CONTACT)
    rest = answers.after_change(text)
    reading = _read(name, rest) if rest else None
    if name == NAME and reading and reading.value and words().in_("change.surname", plain(text)):
        first, *_ = str(state.values[NAME]).split()
        reading = Reading(f"{first} {reading.value}")
    return _changed(state, name, reading) if reading and reading.value else _go_to(state, name)


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
    state, turn = _set(state, name, reading.value)
    if requested and requested != name and requested not in state.values:
        state = replace(state, requested=requested)
    return state, replace(turn, noted=(Noted("changed", name, state.values[name]),))


def _added(state: State, text: str) -> Step:
    name = QUESTION if state.kind == EMAIL else NOTE
    reading = answers.free_words(text)
    if not reading.value:
        return _go_to(state, name)
    whole = "\n".join(part for part in (state.values.get(name), reading.value) if part)
    state, turn = _set(state, name, whole)
    return state, replace(turn, noted=(Noted("added", name, state.values[name]),))


def _about_screening(state: State, text: str) -> Step | None:
    if not state.screening:
        return None
    for place, pass_on in (("screening.out", False), ("screening.add", True)):
        if words().in_(place, text):
            return replace(state, pass_on=pass_on), Turn(ASK)
    return None


def _answered(state: State, text: str, message: Message) -> Step | None:
    """An answer to what was asked, perhaps with another field beside it."""
    requested = str(state.requested)
    said, asked = split_questions(message.text)
    if requested == CONSENT:
        return _answered_consent(state, text, said, message)
    if requested == CONFIRM:
        value = YES if words().whole("send", text) else read_confirm(said if asked else message.text)
        if value == YES and not asked:
            return _send(state)
        return (state, Turn(WHICH_ANSWER)) if value == NO else None
    if requested == QUESTION:
        return _answered_question(state, text, message)
    if requested == NOTE:
        return _answered_note(state, message, bool(asked) and not said.strip())
    if state.kind == BOOKING and words().whole("opens.question", text):
        return _other_kind(state, EMAIL)
    if requested == TIMES and answers.is_how_to_reach(message.text):
        state, wish = _wish(state, message.text)
        return state, Turn(ASK, noted=wish)
    if requested == NAME and (told := _question_instead(state, message)):
        return told
    if requested == NAME and is_only_talk(message):
        return None
    if not said.strip() or (requested == NAME and _is_about_something(message)):
        return None
    if requested == CONTACT and not _DIGIT_OR_AT.search(said) and _is_about_something(
            message, ("answer:", "not_covered")):
        return None
    # A short name looks like a greeting to the classifier, and "any time" like thanks: only the words count there.
    if _is_small_talk(text, message) and (requested == CONTACT or words().whole("talk", text)):
        return None
    beside: tuple[Noted, ...] = ()
    if requested != CONTACT:
        state, beside = _take_told(state, message.text)
        if (beside or state.meant) and answers.is_only_contact(message.text):
            return state, Turn(_how_to_ask(state), noted=beside)
    reading = _read(requested, said, insisted=state.misses > 0, text=text)
    if reading is None:
        return None
    state, turn = _take(state, requested, reading)
    if requested == CONTACT and reading.value:
        state, wish = _wish(state, message.text)
        beside += wish
    return state, replace(turn, noted=(*beside, *turn.noted), answers=_asides(message) if asked else ())


def _answered_consent(state: State, text: str, said: str, message: Message) -> Step | None:
    other = _wanted_instead(state, text, message)
    if other and not common().starts("lead.yes", text):
        return _other_kind(state, other)
    if words().whole("consent.no", text):
        return _end(state)
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
        return _end(state)
    state, noted = _take_told(state, message.text)
    state, turn = _consent(state, True)
    return state, replace(turn, noted=noted, answers=_asides(message) if split_questions(message.text)[1] else ())


def _wishes_again(text: str) -> bool:
    """Whether the wish that opened the form is said once more; beside a word that denies or puts off, it is none."""
    return bool(words().in_("consent.wishes", text)) and not (
        words().in_("consent.denies", text) or common().in_("consent.refuses", text))


def _told_in_place_of_consent(state: State, message: Message) -> Step | None:
    """Whoever tells a name, an address or a time lets it be written down: all of it is shown before it is sent. Beside
    a question, or words that put it off, it is noted and the consent asked for."""
    told, noted = _take_told(state, message.text)
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
    told, turn = _consent(told, True)
    return told, replace(turn, noted=noted)


def _answered_question(state: State, text: str, message: Message) -> Step | None:
    if state.uncovered and QUESTION not in state.values:
        if words().whole("take_it", text) or read_confirm(text) == YES:
            return _set(state, QUESTION, state.uncovered)
        if common().whole("plain.no", text) or common().whole("lead.no", text):
            return replace(state, uncovered=None, misses=0), Turn(ASK)
    if _is_bare_yes(text) or _is_small_talk(text, message):
        return None
    if answers.is_only_contact(message.text) and answers.told_contact(message.text).value:
        state, noted = _take_told(state, message.text)
        return state, Turn(ASK, noted=noted)
    reading = answers.free_words(message.text)
    if not reading.value:
        return None
    state, turn = _set(state, QUESTION, reading.value)
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
    state, turn = _set(state, QUESTION, reading.value)
    return replace(state, requested=asked), replace(turn, noted=(Noted("taken", QUESTION, state.values[QUESTION]),))


def _answered_note(state: State, message: Message, only_asks: bool) -> Step | None:
    if answers.is_nothing(message.text):
        return _set(state, NOTE, None)
    if only_asks and any(entry["label"].startswith("answer:") for entry in message.outcomes):
        return None
    reading = answers.free_words(message.text)
    if not reading.value:
        return None
    state, turn = _set(state, NOTE, reading.value)
    return state, replace(turn, noted=(Noted("taken", NOTE, state.values[NOTE]),)) if only_asks else turn


def _read(name: str, said: str, insisted: bool = False, text: str = "") -> Reading | None:
    """One answer to one field; None where it is none at all."""
    if name == NAME:
        is_no_name = (_is_bare_yes(text) or common().whole("lead.no", text) or words().whole("send", text)
                      or common().whole("confirm.yes", text))
        return None if is_no_name else answers.name(said, insisted)
    if name == CONTACT:
        return answers.contact(said)
    if name == TIMES:
        if common().whole("plain.unsure", text) or words().whole("send", text):
            return Reading(skipped=True)
        if common().whole("plain.no", text) or common().whole("lead.no", text):
            return Reading(refused="times_empty")
        return None if _is_bare_yes(text) else answers.times(said)
    return answers.free_words(said)


def _take(state: State, name: str, reading: Reading) -> Step:
    if reading.meant:
        return replace(state, meant=reading.meant, typed=reading.typed, misses=0), Turn(MEANT)
    if reading.refused:
        return _again(state, reading.refused)
    if reading.skipped:
        return _set(state, name, None)
    return _set(state, name, reading.value)


def _take_told(state: State, text: str) -> tuple[State, tuple[Noted, ...]]:
    """A name and a way to reach somebody that a message tells beside something else, where they are not known yet."""
    noted: list[Noted] = []
    last, requested = state.last, state.requested
    if CONTACT not in state.values and requested != CONTACT:
        told = answers.told_contact(text)
        if told.value:
            state = state.with_value(CONTACT, told.value)
            noted.append(Noted("also", CONTACT, state.values[CONTACT]))
        elif told.meant:  # asked about when its turn comes
            state = replace(state, meant=told.meant, typed=told.typed)
    if NAME not in state.values and requested != NAME:
        name = answers.told_name(text)
        if name:
            state = state.with_value(NAME, name)
            noted.append(Noted("also", NAME, state.values[NAME]))
    listed_name, listed_times = answers.listed(text)
    if listed_name and NAME not in state.values and requested != NAME:
        state = state.with_value(NAME, listed_name)
        noted.append(Noted("also", NAME, listed_name))
    if listed_times and TIMES not in state.values and requested != TIMES and state.kind == BOOKING:
        reading = answers.times(listed_times)
        if reading.value:
            state = state.with_value(TIMES, reading.value)
            noted.append(Noted("also", TIMES, reading.value))
    return replace(state, last=last, requested=requested), tuple(noted)


def _wish(state: State, text: str) -> tuple[State, tuple[Noted, ...]]:
    """ "But only text please": a person has to read that, so it goes to the question that is told, or to the note."""
    said, name = answers.how_to_reach(text), QUESTION if QUESTION in state.values else NOTE
    if not said:
        return state, ()
    whole = "\n".join(part for part in (state.values.get(name), said) if part)
    last, requested = state.last, state.requested
    state = replace(state.with_value(name, whole), last=last, requested=requested)
    return state, (Noted("also", name, whole),)


def _about_a_visit(state: State, text: str) -> tuple[State, tuple[Noted, ...]]:
    """ "I have to move my appointment": a person has to read that, so it is the note."""
    if state.kind != BOOKING or not words().in_("opens.visit", plain(text)):
        return state, ()
    said = "\n".join(part for part in (state.values.get(NOTE), answers.free_words(text).value) if part)
    state = replace(state.with_value(NOTE, said), last=state.last, requested=state.requested)
    return state, (Noted("also", NOTE, said),)


def _aside(state: State, text: str, message: Message) -> Step:
    """A question in between gets its answer and the same place again; what fits nothing is asked again in other
    words, and then with the clinic's address."""
    other = _wanted_instead(state, text, message)
    if other:
        return _other_kind(state, other)
    visit, noted = _about_a_visit(state, message.text)
    if noted:
        return visit, Turn(_how_to_ask(visit), noted=noted)
    found = _asides(message)
    if found:
        return replace(state, misses=0), Turn(_how_to_ask(state), found)
    if _opens(message) == state.kind:
        return state, Turn(ASK)
    return _again(state, "contact_none" if state.requested == CONTACT else None)


def _opens(message: Message) -> str | None:
    """The kind of request that the classifier hears a wish for."""
    return next((OPENS[entry["label"]] for entry in message.outcomes if entry["label"] in OPENS), None)


def _wanted_instead(state: State, text: str, message: Message) -> str | None:
    """The other kind of request, where it is asked for in so many words: "no, I'd rather book"."""
    kind = _opens(message)
    return kind if kind not in (None, state.kind) and words().in_("switch", text) else None


def _asides(message: Message) -> tuple[Mapping[str, Any], ...]:
    asked = split_questions(message.text)[1]
    talk = _is_small_talk(plain(message.text), message)
    return tuple(entry for entry in message.outcomes
                 if (_is_content(entry) and (asked or entry.get("score", 0.0) >= _SURE))
                 or (talk and entry["label"] in _SMALL_TALK))


def _again(state: State, refused: str | None) -> Step:
    misses = state.misses + 1
    if misses >= 3 and state.requested in (CONSENT, CONFIRM):
        return _end(state)
    if misses >= 3 and state.requested in OPTIONAL:
        state, turn = _set(state, str(state.requested), None)
        return state, turn
    if misses > 1 and refused == "contact_none":
        refused = "contact_needed"
    kind = AGAIN if misses == 1 or refused else OFFER
    return replace(state, misses=misses, meant=None), Turn(kind, refused=refused)


def _consent(state: State, given: bool) -> Step:
    return _set(state, CONSENT, True) if given else _end(state)


def _set(state: State, name: str, value: Any) -> Step:
    """The state after one answer, and the next question."""
    state = state.with_value(name, value)
    state = replace(state, requested=state.next_field)
    return state, Turn(_how_to_ask(state))


def _how_to_ask(state: State) -> str:
    return MEANT if state.requested == CONTACT and state.meant else ASK


def _go_to(state: State, name: str | None) -> Step:
    return replace(state, requested=name, misses=0, meant=None), Turn(ASK)


def _other_kind(state: State, kind: str) -> Step:
    """A booking becomes a question or the other way round; nothing that was told is lost."""
    if kind == state.kind:
        return state, Turn(ASK)
    state = replace(state, kind=kind, misses=0)
    if state.values.get(CONSENT):
        asks_now = kind == EMAIL and QUESTION not in state.values  # whoever would rather ask has the question at hand
        state = replace(state, requested=QUESTION if asks_now else state.next_field)
    return state, Turn(ASK, opening=True)


def _send(state: State) -> Step:
    missing = state.next_field
    if missing != CONFIRM:
        return replace(state, requested=missing), Turn(ASK)
    return replace(state, requested=None, sent=True), Turn(DONE)


def _end(state: State) -> Step:
    """The form's end without a request: what was told is gone."""
    return State(kind=state.kind), Turn(CANCELLED)


def _is_content(entry: Mapping[str, Any]) -> bool:
    label = str(entry["label"])
    return label.startswith(("answer:", "not_covered")) or label in ("suggest", "out_of_scope", "screening")


def _is_about_something(message: Message, labels: tuple[str, ...] = ("answer:", "not_covered", *OPENS)) -> bool:
    """Whether words in answer to the name are rather a question without its mark: "side effects of ldn"."""
    text = message.text.strip()
    if text != text.lower() or len(text.split()) < 2 or words().starts("name.lead", text):
        return False
    return any(entry["label"].startswith(labels) and entry.get("score", 0.0) >= _SURE for entry in message.outcomes)


def _is_bare_yes(text: str) -> bool:
    return any(common().whole(place, text) for place in ("lead.yes", "plain.yes", "consent.yes"))


def _is_small_talk(text: str, message: Message) -> bool:
    """Talk by what the classifier says and, where it takes names and "idk" for talk, by the words too."""
    labels = {entry["label"] for entry in message.outcomes if entry["label"] in _SMALL_TALK}
    if labels <= {"smalltalk:greet"} and not words().whole("talk", text):
        return False
    if labels <= {"smalltalk:feedback"} and common().whole("plain.unsure", text):
        return False
    return len(text.split()) <= 8 and bool(labels)

