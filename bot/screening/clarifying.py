"""Questions of ours that come before an answer counts: which T3, which medicine, is it about someone else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.form import plain
from bot.form.hearing import Heard
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.form.turn import Noted, Turn
from bot.screening.answers import FACTS, OPIOIDS, read_fact, read_opioids
from bot.screening.judging import judge
from bot.screening.medicines import finder
from bot.screening.opioids import ASK_OTHER, ASK_T3, ASK_WHICH, Reading
from bot.screening.people import is_for_them
from bot.screening.progress import set_answer
from bot.screening.state import State
from bot.screening.words import words


def ask_first(state: State, reading: Reading, noted: Sequence[Noted],
              answers: tuple[Mapping[str, Any], ...] = ()) -> tuple[State, Turn]:
    """Asks what the reading asks for; a second time it is `unsure`."""
    kind = str(reading.ask)
    if kind in state.clarified and state.clarify is None and kind != ASK_OTHER:
        state, turn = set_answer(state, str(state.requested), UNSURE)
        return state, replace(turn, noted=(*noted, *turn.noted))
    state = replace(state, clarify=kind, clarified=tuple(dict.fromkeys([*state.clarified, kind])), misses=0)
    return state, Turn(kind, answers, tuple(noted))


def clarified(state: State, heard: Heard, text: str) -> tuple[State, Turn] | None:
    """The answer to a clarifying question; asked once, then it is `unsure`. None where none is open."""
    slot = str(state.requested)
    if not state.clarify or not heard.said.strip() or slot not in FACTS:
        return None
    if plain.read(text) == DECLINED:
        return set_answer(state, slot, DECLINED)
    reading = _reading(state.clarify, slot, heard, text)
    if reading.ask and reading.ask not in state.clarified:
        return ask_first(state, reading, ())
    return set_answer(state, slot, reading.value or UNSURE)


def _reading(kind: str, slot: str, heard: Heard, text: str) -> Reading:
    reading = judge(heard, read_opioids(heard)) if slot == OPIOIDS else read_fact(slot, heard.said)
    if kind == ASK_T3:
        return _codeine_or_thyroid(text, reading)
    if kind == ASK_WHICH:
        return Reading(NO) if words().in_("not_opioid_patch", text) and reading.value != YES else reading
    if is_for_them(text) or words().whole("someone_else.me", text):
        return Reading(YES)
    return Reading(UNSURE) if reading.ask == ASK_OTHER else reading


def _codeine_or_thyroid(text: str, reading: Reading) -> Reading:
    w = words()
    thyroid, codeine = w.in_("thyroid", text), w.in_("codeine", text)
    if "both" in text.split() or (codeine and not thyroid) or (not thyroid and w.whole("first", text)):
        return Reading(YES)
    if (thyroid and not codeine) or w.whole("second", text):
        return Reading(NO)
    return reading if (thyroid and codeine) or finder().names_opioid(text) else Reading(UNSURE)
