"""What a message tells beside the field that was asked for, and is noted there and then."""

from __future__ import annotations

from dataclasses import replace

from bot.form.turn import Noted
from bot.form.words import plain_text as plain
from bot.handoff import answers
from bot.handoff.listed import listed
from bot.handoff.state import BOOKING, CONTACT, NAME, NOTE, QUESTION, TIMES, State
from bot.handoff.words import words


def take_told(state: State, text: str, answers_us: bool = False) -> tuple[State, tuple[Noted, ...]]:
    """A name and a way to reach somebody that a message tells beside something else, where they are not known yet. One
    that `answers_us` may be nothing but a name."""
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
    listed_name, listed_times = listed(text, answers_us)
    if listed_name and NAME not in state.values and requested != NAME:
        state = state.with_value(NAME, listed_name)
        noted.append(Noted("also", NAME, listed_name))
    if listed_times and TIMES not in state.values and requested != TIMES and state.kind == BOOKING:
        reading = answers.times(listed_times)
        if reading.value:
            state = state.with_value(TIMES, reading.value)
            noted.append(Noted("also", TIMES, reading.value))
    return replace(state, last=last, requested=requested), tuple(noted)


def wish_to_be_reached(state: State, text: str) -> tuple[State, tuple[Noted, ...]]:
    """ "But only text please": a person has to read that, so it goes to the question that is told, or to the note."""
    said, name = answers.how_to_reach(text), QUESTION if QUESTION in state.values else NOTE
    if not said:
        return state, ()
    whole = "\n".join(part for part in (state.values.get(name), said) if part)
    last, requested = state.last, state.requested
    state = replace(state.with_value(name, whole), last=last, requested=requested)
    return state, (Noted("also", name, whole),)


def about_a_visit(state: State, text: str) -> tuple[State, tuple[Noted, ...]]:
    """ "I have to move my appointment": a person has to read that, so it is the note."""
    if state.kind != BOOKING or not words().in_("opens.visit", plain(text)):
        return state, ()
    said = "\n".join(part for part in (state.values.get(NOTE), answers.free_words(text).value) if part)
    state = replace(state.with_value(NOTE, said), last=state.last, requested=state.requested)
    return state, (Noted("also", NOTE, said),)
