"""One step of the hand-off form: from where it stands and one message to where it stands then, and what to say.

Pure: no Rasa, no words for patients. `actions/` calls it, `bot/answers/handoff.py` puts it into words.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.form.control import BACK, CANCEL, CLEAR, WHY, control_of
from bot.form.hearing import Message
from bot.form.plain import YES
from bot.form.turn import ASK, DONE, PRIVATE, WHICH_ANSWER, Noted
from bot.form.words import plain_text as plain
from bot.form.words import words as common
from bot.handoff.answering import answered
from bot.handoff.corrections import about_the_slip, corrected, named
from bot.handoff.heard import asides, is_content, opens, wanted_instead, wants_screening
from bot.handoff.leaving import wants_out
from bot.handoff.pressed import SET, pressed
from bot.handoff.progress import Step, Turn, again, end, go_to, how_to_ask, other_kind, put_aside, set_field, take_up
from bot.handoff.state import BOOKING, CONFIRM, CONSENT, CONTACT, FIELDS, NAME, NOTE, OPTIONAL, QUESTION, State
from bot.handoff.told import about_a_visit, take_told
from bot.handoff.words import words

_SENTENCE_END = re.compile(r"[.!]\s+(?=\w)")


def open_form(before: State, message: Message, uncovered: str | None, screening: Mapping[str, Any] | None) -> Step:
    """The first step: takes what the opening message tells, and asks for consent.

    `uncovered` is the question that the bot could not answer, `screening` the answers that may go along. A second
    press of the button that sent a request confirms the same one again.
    """
    choice = message.choice or {}
    if before.sent and choice.get("outcome") == SET and choice.get("field") == CONFIRM and choice.get("value") == YES:
        return before, Turn(DONE)
    kind = opens(message) or before.kind
    if not choice and words().in_("opens.booking", plain(message.text)):
        kind = BOOKING
    pass_on = bool(screening) and choice.get("pass_on") == "screening"
    kept = take_up(before, kind) if before.put_aside else State(kind, uuid.uuid4().hex)
    state = replace(kept, requested=CONSENT, uncovered=uncovered, screening=screening, pass_on=pass_on)
    noted: tuple[Noted, ...] = ()
    if not choice:
        state, noted = take_told(state, message.text)
        state, visit = about_a_visit(state, message.text)
        noted += visit
    others = tuple(entry for entry in message.outcomes if is_content(entry))
    return replace(state, requested=state.next_field, last=None), Turn(ASK, others, noted, opening=True)


def step(state: State, message: Message) -> Step:
    """One message while the form runs."""
    if wants_screening(message) and (state.requested not in (QUESTION, NOTE) or message.choice
                                     or words().in_("checks_first", plain(message.text))):
        names = state.requested in (CONSENT, NAME)
        return put_aside(take_told(replace(state, requested=None), message.text, answers_us=names)[0])
    if message.choice:
        return pressed(state, message)
    text = plain(message.text)
    for move in (about_the_slip, corrected, _controlled, answered):
        result = move(state, text, message)
        if result is not None:
            return result
    return _aside(state, text, message)


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
        return end(state)
    if control in (WHY, CLEAR):
        return state, Turn(control)
    if state.requested == CONSENT:
        return None
    if common().whole("plain.declined", text):
        if state.requested in OPTIONAL:
            return set_field(state, str(state.requested), None)
        return again(state, f"{state.requested}_needed" if state.requested in (NAME, CONTACT) else None)
    if control == BACK and not named(text):
        if state.requested == CONFIRM:
            return state, Turn(WHICH_ANSWER)
        return go_to(state, state.last) if state.last in FIELDS else (state, Turn(ASK))
    return None


def _aside(state: State, text: str, message: Message) -> Step:
    """A question in between gets its answer and the same place again; what fits nothing is asked again in other
    words, and then with the clinic's address."""
    other = wanted_instead(state, text, message)
    if other:
        return other_kind(state, other)
    visit, noted = about_a_visit(state, message.text)
    if noted:
        return visit, Turn(how_to_ask(visit), noted=noted)
    found = asides(message)
    if found:
        return replace(state, misses=0), Turn(how_to_ask(state), found)
    if opens(message) == state.kind:
        return state, Turn(ASK)
    return again(state, "contact_none" if state.requested == CONTACT else None)
