"""One step of the screening form: from where it stands and one message to where it stands then, and what to say.

Pure: no Rasa, no words for patients. `actions/` calls it, `bot/answers/screening.py` puts it into words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from bot.nlu.lexicon import OPIOID
from bot.screening import plain
from bot.screening.answers import (
    ALLERGY,
    CONDITION_SLOT,
    CONFIRM,
    CONSENT,
    FACTS,
    OPIOIDS,
    ORDER,
    UNSAVED,
    Heard,
    hear,
    read_condition,
    read_confirm,
    read_consent,
    read_fact,
)
from bot.screening.medicines import finder
from bot.screening.opioids import ASK_OTHER, ASK_T3, ASK_WHICH, Reading
from bot.screening.people import is_about_someone_else, is_for_them
from bot.screening.plain import DECLINED, NO, UNSURE, YES
from bot.screening.state import State
from bot.screening.words import plain as plain_text
from bot.screening.words import words

ASK, AGAIN, OFFER, WHY, CLEAR, WHICH_ANSWER = "ask", "again", "offer", "why", "clear", "which_answer"
DONE, CANCELLED, DELETED = "done", "cancelled", "deleted"
ANSWER, WHY_CHOICE, CHANGE = "screening:answer", "screening:why", "screening:change"
CANCEL, DELETE = "screening:cancel", "screening:delete"
_SHORT_PICK = 5
_SMALL_TALK = {f"smalltalk:{name}" for name in ("help", "bot", "thanks", "greet", "feedback")}
_CHOICE_VALUES = {CONSENT: (YES, UNSAVED, NO), CONFIRM: (YES, NO)}


@dataclass(frozen=True)
class Message:
    """What the visitor sent: text, the payload of a pressed button, and the classifier's outcomes as data."""

    text: str
    choice: Mapping[str, Any] | None = None
    outcomes: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Noted:
    """An answer that was noted beside or against what was asked: `also`, `changed`, `against`, `for_now`."""

    how: str
    slot: str
    value: Any
    name: str | None = None


@dataclass(frozen=True)
class Turn:
    """What to say: the answers to what was asked in between, what was noted, and the form's own part.

    `kind` is how to ask for the requested slot (ask, again, offer, why, clear, which_answer, t3, which, other) or how
    the form ended (done, cancelled, deleted).
    """

    kind: str
    answers: tuple[Mapping[str, Any], ...] = ()
    noted: tuple[Noted, ...] = field(default=())
    opening: bool = False
    term: str | None = None

    def as_data(self) -> dict[str, Any]:
        """JSON-able, for a slot."""
        return asdict(self)


def open_form(state: State, message: Message) -> tuple[State, Turn]:
    """The first step: takes everything that the opening message tells, then asks for consent."""
    outcome = str((message.choice or {}).get("outcome") or "")
    if outcome == DELETE:
        return State(save=state.save), Turn(DELETED)
    if outcome in (ANSWER, CHANGE, WHY_CHOICE) and CONSENT in state.values:
        return step(replace(state.without(CONFIRM), requested=CONFIRM), message)
    fresh = State(save=state.save, requested=CONSENT)
    told: list[Noted] = []
    if not message.choice:
        fresh, told = _take_opening(fresh, hear(message.text))
    others = tuple(entry for entry in message.outcomes
                   if entry["label"].startswith(("answer:", "not_covered", "handoff:")))
    return replace(fresh, requested=CONSENT, last=None), Turn(ASK, others, tuple(told), opening=True)


def step(state: State, message: Message) -> tuple[State, Turn]:
    """One message while the form runs."""
    if message.choice:
        return _pressed(state, message)
    heard = hear(message.text)
    text = plain_text(heard.text)
    for move in (_controlled, _corrected, _clarified, _answered):
        result = move(state, heard, text, message)
        if result is not None:
            return result
    return _aside(state, heard, text, message)


def _pressed(state: State, message: Message) -> tuple[State, Turn]:
    choice = message.choice or {}
    outcome, slot, value = choice.get("outcome"), choice.get("slot"), choice.get("value")
    if outcome in (CANCEL, DELETE):
        return _end(state, CANCELLED if outcome == CANCEL else DELETED)
    known = slot in ORDER and (slot == CONSENT or CONSENT in state.values)
    if outcome == ANSWER and known and value in _CHOICE_VALUES.get(str(slot), plain.VALUES):
        return _set(state, str(slot), value)
    if outcome == CHANGE and known:
        return replace(state, requested=slot, misses=0, clarify=None), Turn(ASK)
    if outcome == WHY_CHOICE:
        return state, Turn(WHY)
    if str(outcome).startswith("screening"):
        return state, Turn(ASK)
    return state, Turn(state.clarify or ASK, tuple(message.outcomes))


def _controlled(state: State, heard: Heard, text: str, message: Message) -> tuple[State, Turn] | None:
    """Cancel, why, what do you mean, back."""
    w = words()
    if state.requested == CONFIRM and w.whole("confirm.yes", text):
        return None
    if w.whole("plain.declined", text):
        return None
    if w.whole("control.cancel", text):
        return _end(state, CANCELLED)
    if w.whole("control.why", text):
        return state, Turn(WHY)
    if w.whole("control.clear", text):
        return state, Turn(CLEAR)
    if w.whole("control.back", text) and not _names_a_slot(text):
        if state.requested == CONFIRM:
            return replace(state, misses=0), Turn(WHICH_ANSWER)
        back = state.last if state.last not in (None, CONSENT) else state.requested
        return replace(state, requested=back, misses=0, clarify=None), Turn(ASK)
    return None


def _corrected(state: State, heard: Heard, text: str, message: Message) -> tuple[State, Turn] | None:
    """An earlier answer taken back by name ("change opioids to yes") or as the last one ("sorry, I meant no")."""
    w = words()
    if not state.values or state.requested == CONSENT:
        return None
    meant = w.starts("control.last_was", text)
    if meant and state.last and state.last not in (CONSENT, state.requested) and not _names_a_slot(text):
        value = _value_for(state.last, text[meant.end():].strip(" ,.:;-"))
        if value is not None:
            return _set(state, state.last, value, correcting=True)
    picks = state.requested == CONFIRM and len(text.split()) <= _SHORT_PICK and not _told(state, heard, text, CONFIRM)
    if w.in_("change.asks", text) or picks:
        for slot in (*FACTS, CONDITION_SLOT):
            named = w.in_(f"change.{slot}", text)
            if named and (slot in state.values or slot == state.requested):
                rest = text.replace(named.group(), " ")
                mine = slot != OPIOIDS and w.in_("condition.mine", text)
                value = _told_value(slot, heard if mine else hear(rest)) or _value_at_end(rest)
                if slot == CONDITION_SLOT:
                    found = read_condition(heard.said, asked=False)
                    value = found if isinstance(found, list) else None
                if value is not None:
                    return _set(state, slot, value, correcting=True)
                return replace(state, requested=slot, misses=0, clarify=None), Turn(ASK)
    return None


def _clarified(state: State, heard: Heard, text: str, message: Message) -> tuple[State, Turn] | None:
    """The answer to a clarifying question; asked once, then it is `unsure`."""
    if not state.clarify or not heard.said.strip():
        return None
    slot = str(state.requested)
    if plain.read(text) == DECLINED:
        return _set(state, slot, DECLINED)
    reading = _clarifying_answer(state.clarify, slot, heard, text)
    if reading.ask and reading.ask not in state.clarified:
        return _ask_first(state, reading, ())
    return _set(state, slot, reading.value or UNSURE)


def _clarifying_answer(kind: str, slot: str, heard: Heard, text: str) -> Reading:
    w = words()
    reading = read_fact(slot, heard.said)
    if kind == ASK_T3:
        thyroid, codeine = w.in_("thyroid", text), w.in_("codeine", text)
        if "both" in text.split() or (codeine and not thyroid) or (not thyroid and w.whole("first", text)):
            return Reading(YES)
        if (thyroid and not codeine) or w.whole("second", text):
            return Reading(NO)
        named = any(mention.kind == OPIOID for mention in finder().find(text))
        return reading if named else Reading(UNSURE)
    if kind == ASK_WHICH:
        if w.in_("not_opioid_patch", text) and reading.value != YES:
            return Reading(NO)
        return reading
    if is_for_them(text) or w.whole("someone_else.me", text):
        return Reading(YES)
    return Reading(UNSURE) if reading.ask == ASK_OTHER else reading


def _answered(state: State, heard: Heard, text: str, message: Message) -> tuple[State, Turn] | None:
    """An answer to what was asked, to another question of the form, or both."""
    slot = str(state.requested)
    told = _told(state, heard, text, beside=slot)
    reading = _reading_for(slot, heard, text, message, told)
    answers = _asides(heard, message)
    if reading.ask:
        state, noted = _note(state, told)
        return _ask_first(state, reading, noted, answers)
    if reading.value is None and not told:
        return None
    state, noted = _note(state, told)
    if reading.value is None:
        return replace(state, requested=slot, misses=0), Turn(state.clarify or ASK, answers, noted)
    state, turn = _set(state, slot, reading.value, against=reading.against)
    return state, replace(turn, answers=answers, noted=(*noted, *turn.noted))


def _reading_for(slot: str, heard: Heard, text: str, message: Message, told: Mapping[str, Any]) -> Reading:
    if slot == CONSENT:
        return Reading(read_consent(heard.text if not heard.asked else heard.said))
    if slot == CONFIRM:
        return Reading(None if told else read_confirm(heard.said if heard.asked else heard.text))
    if slot == CONDITION_SLOT:
        if told and words().starts("correction", text):
            return Reading()
        return Reading(_condition(heard, text, message))  # type: ignore[arg-type]
    reading = read_fact(slot, heard.said)
    if told and reading.value in (YES, NO, UNSURE) and read_fact(slot, heard.said, asked=False).value is None:
        lead = plain.lead_of(plain_text(heard.said))
        if lead.value != NO or words().starts("correction", text):
            return Reading()
    return reading


def _condition(heard: Heard, text: str, message: Message) -> Any:
    if _wants_a_person(text, message) or _is_small_talk(text, message) or words().whole("plain.yes", text) \
            or words().whole("lead.yes", text) or _is_unreadable(message):
        return None
    if words().whole("plain.no", text) or words().whole("lead.no", text):
        return []
    return read_condition(heard.said)


def _told(state: State, heard: Heard, text: str, beside: str) -> dict[str, Any]:
    """Facts that a message tells without being asked for them."""
    if not heard.said.strip():
        return {}
    said = plain_text(heard.said)
    corrects = bool(words().in_("correction", text))
    found: dict[str, Any] = {}
    for slot in FACTS:
        if slot == beside or (slot == OPIOIDS and not _speaks_of_taking(said, corrects)):
            continue
        if beside == ALLERGY and slot == OPIOIDS and words().in_("medicines.allergy", said):
            continue
        value = _told_value(slot, heard)
        before = state.values.get(slot)
        if value is None or value == before or (before is not None and value == NO and not corrects):
            continue
        found[slot] = value
    if beside in (CONFIRM,) and not is_about_someone_else(said):
        names = read_condition(heard.said, asked=False)
        before = state.values.get(CONDITION_SLOT)
        if isinstance(names, list) and names and names != before:
            kept = before if isinstance(before, list) and words().in_("also", text) else []
            found[CONDITION_SLOT] = list(dict.fromkeys([*kept, *names]))
    return found


def _speaks_of_taking(said: str, corrects: bool) -> bool:
    return corrects or bool(words().in_("taking", said)) or bool(words().in_("no_medicines", said))


def _told_value(slot: str, heard: Heard) -> str | None:
    reading = read_fact(slot, heard.said, asked=False)
    return reading.value


def _take_opening(state: State, heard: Heard) -> tuple[State, list[Noted]]:
    """Everything that the opening message tells of the visitor, questions about themselves included."""
    mine = " ".join([heard.said, *[asked for asked in heard.asked if words().in_("condition.mine", plain_text(asked))]])
    told: list[Noted] = []
    for slot in FACTS:
        value = read_fact(slot, mine, asked=False).value
        if value is not None:
            state = state.with_value(slot, value)
            told.append(Noted("also", slot, value))
    names = read_condition(heard.text, asked=False)
    if isinstance(names, list) and names:
        state = state.with_value(CONDITION_SLOT, names)
        told.append(Noted("also", CONDITION_SLOT, names))
    return state, told


def _note(state: State, told: Mapping[str, Any]) -> tuple[State, tuple[Noted, ...]]:
    noted = []
    last = state.last
    for slot, value in told.items():
        noted.append(Noted("changed" if slot in state.values else "also", slot, value))
        state = state.with_value(slot, value)
    return replace(state, last=last), tuple(noted)


def _ask_first(state: State, reading: Reading, noted: Sequence[Noted],
               answers: tuple[Mapping[str, Any], ...] = ()) -> tuple[State, Turn]:
    kind = str(reading.ask)
    if kind in state.clarified and state.clarify is None and kind != ASK_OTHER:
        state, turn = _set(state, str(state.requested), UNSURE)
        return state, replace(turn, noted=(*noted, *turn.noted))
    state = replace(state, clarify=kind, clarified=tuple(dict.fromkeys([*state.clarified, kind])), misses=0)
    return state, Turn(kind, answers, tuple(noted))


def _set(state: State, slot: str, value: Any, *, correcting: bool = False,
         against: str | None = None) -> tuple[State, Turn]:
    """The state after one answer and the next question."""
    if slot == CONSENT and value == NO:
        return _end(state, CANCELLED)
    if slot == CONFIRM and value != YES:
        return replace(state, misses=state.misses + 1 if state.misses else 1), Turn(WHICH_ANSWER)
    changed = slot in state.values and state.values[slot] != value
    asked = state.requested
    state = replace(state.with_value(slot, value), misses=0, clarify=None)
    if slot == CONSENT and value == UNSAVED:
        state = replace(state, save=False)
    if state.is_done:
        return replace(state, requested=None), Turn(DONE)
    noted: list[Noted] = []
    if against:
        noted.append(Noted("against", slot, value, against))
    elif changed or (correcting and slot != asked):
        noted.append(Noted("changed", slot, value))
    return replace(state, requested=state.next_slot), Turn(ASK, noted=tuple(noted))


def _aside(state: State, heard: Heard, text: str, message: Message) -> tuple[State, Turn]:
    """A question in between gets its answer and the same place again; what fits nothing is asked again once in other
    words, then "not sure" or a person is offered, then it is `unsure` for now."""
    answers = _asides(heard, message)
    if any(words().whole("control.why", plain_text(asked)) for asked in heard.asked) and not answers:
        return state, Turn(WHY)
    if any(words().whole("control.clear", plain_text(asked)) for asked in heard.asked) and not answers:
        return state, Turn(CLEAR)
    if answers:
        return state, Turn(state.clarify or ASK, answers)
    statements = tuple(entry for entry in message.outcomes if entry["label"].startswith(("answer:", "not_covered")))
    misses = state.misses + 1
    slot = str(state.requested)
    if misses >= 3:
        if slot in (CONSENT, CONFIRM):
            return _end(state, CANCELLED)
        state, turn = _set(state, slot, UNSURE)
        return state, replace(turn, noted=(Noted("for_now", slot, UNSURE),))
    return replace(state, misses=misses), Turn(AGAIN if misses == 1 else OFFER, statements)


def _asides(heard: Heard, message: Message) -> tuple[Mapping[str, Any], ...]:
    """The outcomes of what was asked beside an answer; an answer alone has none, whatever the classifier made of it."""
    text = plain_text(heard.text)
    asked = [question for question in heard.asked if not _is_about_the_form(plain_text(question))]
    if not asked:
        if _wants_a_person(text, message):
            return tuple(entry for entry in message.outcomes if entry["label"].startswith("handoff:"))
        if _is_small_talk(text, message):
            return tuple(message.outcomes)
        return ()
    outcomes = tuple(entry for entry in message.outcomes
                     if not entry["label"].startswith("screening")
                     and entry["label"] not in ("smalltalk:affirm", "smalltalk:deny", "unreadable"))
    unsure = not outcomes or all(entry["label"] in ("suggest", "out_of_scope") for entry in outcomes)
    if unsure and any(mention.kind == OPIOID for question in asked for mention in finder().find(plain_text(question))):
        return ({"label": "answer:opioids", "score": 1.0},)
    return outcomes


def _is_about_the_form(question: str) -> bool:
    return words().whole("control.why", question) or words().whole("control.clear", question)


def _wants_a_person(text: str, message: Message) -> bool:
    return bool(words().in_("control.person", text)) and any(
        entry["label"].startswith("handoff:") for entry in message.outcomes)


def _is_small_talk(text: str, message: Message) -> bool:
    return len(text.split()) <= 8 and any(
        entry["label"] in _SMALL_TALK
        for entry in message.outcomes) and plain.read(text) is None


def _is_unreadable(message: Message) -> bool:
    return any(entry["label"] == "unreadable" for entry in message.outcomes)


def _names_a_slot(text: str) -> bool:
    return any(words().in_(f"change.{slot}", text) for slot in FACTS)


def _value_for(slot: str, text: str) -> Any:
    if slot == CONDITION_SLOT:
        found = read_condition(text)
        return found if isinstance(found, list) else None
    return read_fact(slot, text).value if slot in FACTS else None


def _value_at_end(text: str) -> str | None:
    """The plain value in what is left of "change opioids to yes"."""
    for word in reversed(text.replace(",", " ").replace(":", " ").split()):
        value = plain.read(word.strip(".!?'\""))
        if value in (YES, NO) and word.strip(".!") in ("yes", "no", "y", "n", "nope", "yep", "yeah"):
            return value
    if words().in_("plain.declined", text):
        return DECLINED
    return UNSURE if words().in_("plain.unsure", text) else None


def _end(state: State, kind: str) -> tuple[State, Turn]:
    """The form's end without a result: the answers are gone."""
    return State(save=state.save), Turn(kind)
