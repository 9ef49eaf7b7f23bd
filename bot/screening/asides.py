"""What is said beside the form's question: a question in between, or something that fits nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.form import plain
from bot.form.asides import NO_ANSWERS, asides, asked_in
from bot.form.consent import CONFIRM, CONSENT
from bot.form.control import control_of
from bot.form.hearing import Heard, Message
from bot.form.plain import NO, UNSURE, YES
from bot.form.turn import AGAIN, ASK, CANCELLED, CLEAR, OFFER, WHY, Noted, Turn
from bot.form.words import plain_text
from bot.nlu.lexicon import OPIOID
from bot.screening.answers import CONDITION_SLOT, FACTS, OF_A_FACT, read_condition, read_fact
from bot.screening.learned.kinds import CHAT, PERSON, QUESTION, START, Kind
from bot.screening.medicines import finder, names_medicine
from bot.screening.opioids import is_class
from bot.screening.progress import end, note, set_answer
from bot.screening.state import State
from bot.screening.told import restates, told_beside
from bot.screening.words import words

_MISSES = 3
_BEYOND_DOUBT = 0.95
"""So likely must a question be that names an opioid ("how long after stopping oxys can i start")."""
_VERDICTS = ("answer:safety", "answer:not_appropriate", "answer:who_benefits", "suggest", "out_of_scope")
"""What "so it's no good to me?" may be taken for, which asks about the answer just given."""
_CONTENT = ("answer:", "not_covered")


def aside(state: State, heard: Heard, message: Message) -> tuple[State, Turn]:
    """A question in between gets its answer and the same place again; what fits nothing is asked again once in other
    words, then "not sure" or a person is offered, then it is `unsure` for now."""
    answers = asides_of(heard, message, state)
    if answers:
        return state, Turn(state.clarify or ASK, answers)
    if state.last in OF_A_FACT and words().whole("about_the_answer", plain_text(heard.text)):
        return replace(state, misses=0), Turn(state.clarify or ASK, ({"label": OF_A_FACT[state.last], "score": 1.0},))
    controls = [control_of(plain_text(asked)) for asked in heard.asked]
    for kind in (WHY, CLEAR):
        if kind in controls:
            return state, Turn(kind)
    return _missed(state, heard, message)


def besides(state: State, heard: Heard, message: Message, kind: Kind | None) -> tuple[State, Turn] | None:
    """What is surely no answer: the check asked for again, a question or a wish without a question mark, small talk.
    Its own answer, and the same place again. None where something speaks for an answer after all."""
    text = plain_text(heard.text)
    if words().whole("of_the_form", text):
        return replace(state, misses=0), Turn(state.clarify or ASK)
    if kind is None or kind.name not in (QUESTION, PERSON, START, CHAT):
        return None
    if told_beside(state, heard, str(state.requested)) or (
            kind.name == CHAT and restates(state, heard, str(state.requested))):
        return None
    slot = str(state.requested)
    tells = bool(heard.asked) and slot in FACTS and words().in_(f"change.{slot}", plain_text(heard.said)) and read_fact(
        slot, heard.said).value  # "liver ok. will my plan pay for any of this"
    if tells or plain.is_plain(text, slot):
        return None
    if kind.name == START and not (heard.asked and any(
            entry["label"].startswith(_CONTENT) for entry in message.outcomes)):
        if state.requested != CONSENT:
            return state, Turn(state.clarify or ASK)
        puts_off = words().in_("consent.refuses", text)  # "i'll do the questions later"
        return (state, Turn(AGAIN)) if puts_off else set_answer(state, CONSENT, YES)
    asks = kind.name == QUESTION and kind.chance >= _BEYOND_DOUBT and words().starts("question", text)
    if plain.lead_of(text).value or (finder().names_opioid(text) and not asks):
        return None
    kind = replace(kind, name=QUESTION) if kind.name == START else kind
    allowed = {PERSON: ("handoff:",), CHAT: ("smalltalk:",)}.get(kind.name, ("answer:", "not_covered", "handoff:",
                                                                            "out_of_scope", "suggest"))
    found = tuple(entry for entry in message.outcomes
                  if entry["label"].startswith(allowed) and entry["label"] not in NO_ANSWERS)
    only = _only_said(heard, str(state.requested))
    found = tuple(entry for entry in found if entry["label"] not in only) or found
    if kind.name == PERSON and not found:
        found = ({"label": "handoff:email", "score": 1.0},)
    if kind.name == QUESTION and words().in_("about_the_answer", text) and state.last in OF_A_FACT:
        found = ({"label": OF_A_FACT[state.last], "score": 1.0},)
    if kind.name == QUESTION and not found:
        return None
    if kind.name == CHAT and not found and state.requested != CONFIRM:  # "phew" does not undo a summary
        return aside(state, heard, message)
    return replace(state, misses=0), Turn(state.clarify or ASK, found)


def asides_of(heard: Heard, message: Message, state: State) -> tuple[Mapping[str, Any], ...]:
    """The outcomes of what was asked in between; one that names an opioid and was not understood is answered with the
    document's line on opioids. "The liver is fine" and "before the liver one" beside a question ask nothing."""
    found = asides(heard, message, "screening")
    only = _only_said(heard, str(state.requested))
    found = tuple(entry for entry in found if entry["label"] not in only) or (found if _asks(heard) else ())
    if all(entry["label"] in _VERDICTS for entry in found) and any(
            words().in_("about_the_answer", plain_text(asked)) for asked in heard.asked):
        if state.requested == CONFIRM and heard.said.strip():
            return ()  # "looks right. so that's a no?" gets what it comes to
        if state.last in OF_A_FACT and not any(names_medicine(plain_text(asked)) for asked in heard.asked):
            return ({"label": OF_A_FACT[state.last], "score": 1.0},)
    vague = not found or all(entry["label"] in ("suggest", "out_of_scope", "answer:addictive_or_controlled")
                             for entry in found)
    if vague and any(mention.kind == OPIOID and not is_class(mention) for question in asked_in(heard)
                     for mention in finder().find(plain_text(question))):
        return ({"label": "answer:opioids", "score": 1.0},)
    return found


def _only_said(heard: Heard, requested: str) -> set[str]:
    """The outcomes of the four facts that a message denies or names beside its question."""
    said = plain_text(heard.said)
    named = " ".join(match.group() for match in words().all_in("points_at", said))
    only = {slot for slot in FACTS if words().in_(f"change.{slot}", named)}
    if requested in FACTS and (read_fact(requested, heard.said).value == NO or (
            not _asks(heard) and read_fact(requested, heard.text).value)):  # "something with it, hepatitis maybe?"
        return {OF_A_FACT[slot] for slot in {*only, requested}}
    return {OF_A_FACT[slot] for slot in only
            if not any(words().in_(f"change.{slot}", plain_text(asked)) for asked in heard.asked)}


def _asks(heard: Heard) -> bool:
    """Whether a question begins like one: "hepatitis maybe?" only raises its voice."""
    return any(words().starts("question", plain_text(asked)) for asked in heard.asked)


def _missed(state: State, heard: Heard, message: Message) -> tuple[State, Turn]:
    misses, slot = state.misses + 1, str(state.requested)
    hoped = read_condition(heard.said, asked=False)
    if slot not in (CONSENT, CONFIRM) and CONDITION_SLOT not in state.values and isinstance(hoped, list):
        state, noted = note(state, {CONDITION_SLOT: hoped})  # told before it was asked for: "psoriasis, elbows mostly"
        return state, Turn(state.clarify or ASK, noted=noted)
    asked = tuple(entry for entry in message.outcomes if entry["label"].startswith((*_CONTENT, "handoff:")))
    if slot == CONSENT and asked:
        return state, Turn(ASK, asked)
    if misses < _MISSES:
        statements = tuple(entry for entry in message.outcomes if entry["label"].startswith(_CONTENT))
        if heard.asked and statements:
            return state, Turn(state.clarify or ASK, statements)
        return replace(state, misses=misses), Turn(AGAIN if misses == 1 else OFFER, statements)
    if slot in (CONSENT, CONFIRM):
        return end(state, CANCELLED)
    state, turn = set_answer(state, slot, UNSURE)
    return state, replace(turn, noted=(Noted("for_now", slot, UNSURE),))
