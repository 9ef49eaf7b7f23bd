"""One step of the screening form: from where it stands and one message to where it stands then, and what to say.

Pure: no Rasa, no words for patients. `actions/` calls it, `bot/answers/screening.py` puts it into words. Each kind of
message has a module: `pressed` buttons, `corrections`, answers to a question of ours (`clarifying`), `asides`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.form import plain
from bot.form.asides import is_small_talk, is_unreadable, wants_a_person
from bot.form.consent import CONFIRM, CONSENT, UNSAVED, read_confirm, read_consent
from bot.form.control import BACK, CANCEL, control_of
from bot.form.hearing import Heard, Message
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.form.turn import AGAIN, ASK, CANCELLED, CLEAR, DELETED, DONE, PRIVATE, VERDICT, WHICH_ANSWER, WHY, Turn
from bot.form.words import plain_text
from bot.screening import pressed
from bot.screening.answers import (
    ALLERGY,
    CONDITION_SLOT,
    FACTS,
    OF_A_FACT,
    OPIOIDS,
    PREGNANCY,
    hear,
    read_answer,
    read_condition,
    read_fact,
    read_opioids,
)
from bot.screening.asides import aside, asides_of, besides
from bot.screening.clarifying import ask_first, clarified
from bot.screening.corrections import corrected, names_a_slot
from bot.screening.judging import judge, kind_of
from bot.screening.learned.kinds import CANCEL as WANTS_OUT
from bot.screening.learned.kinds import CHAT, ELSEWHERE, EXPLAIN, Kind
from bot.screening.learned.kinds import WHY as WANTS_TO_KNOW_WHY
from bot.screening.medicines import finder, names_medicine
from bot.screening.opioids import ASK_OTHER, Reading, is_class
from bot.screening.people import (
    in_their_place,
    is_about_oneself,
    is_about_someone_else,
    is_asked_for_them,
    takes_up,
)
from bot.screening.progress import end, note, set_answer
from bot.screening.state import State
from bot.screening.told import (
    answers_late,
    is_told,
    opioid_told_late,
    own_parts,
    reopens_opioids,
    restates,
    restates_a_fact,
    taken_by_the_way,
    tells_beside_a_question,
    told_beside,
    told_in_opening,
)
from bot.screening.words import words

FOR_THEM = "for_them"
"""Among what is clarified: the questions are answered for somebody else."""
_SURE, _SURE_OF_THE_END, _BEYOND_DOUBT = 0.8, 0.85, 0.95
"""How likely a kind of message must be to count against the rules, to end the form, and against a word that answers."""
_SENTENCES = re.compile(r"[.!;]+\s+")
_LIKELY, _LIKELY_NO = 0.65, 0.7
"""How likely a value must be where the rules read nothing; a wrong no costs most."""


def open_form(state: State, message: Message, before: str = "", offered: bool = False) -> tuple[State, Turn]:
    """The first step: takes everything that the opening message tells, then asks for consent. What was said `before`
    counts where a few words ("yes") or a button take up the offer that its answer ended in; where it was `offered` in
    the words of the consent, a yes to it is the consent."""
    outcome = str((message.choice or {}).get("outcome") or "")
    if outcome == pressed.DELETE:
        return State(save=state.save), Turn(DELETED)
    if outcome in pressed.OF_A_QUESTION and CONSENT in state.values:
        return step(replace(state.without(CONFIRM), requested=CONFIRM), message)
    fresh = State(save=state.save, requested=CONSENT)
    consent = _consent(message) if offered and not message.choice else None
    goes_on = bool(consent) or takes_up(message.text, before)
    text = f"{before}\n{'' if message.choice else message.text}" if goes_on else message.text
    for_them = not message.choice and is_asked_for_them(plain_text(text))
    if state.is_done and not (message.choice or for_them or words().in_("anew", plain_text(message.text))
                              or told_in_opening(hear(message.text))):
        return replace(state, requested=None), Turn(DONE)  # "so can I take it?" gets what it came to once more
    heard = hear(in_their_place(text) if for_them else text)
    told = {} if message.choice and not goes_on else told_in_opening(heard)
    named = read_condition(before, asked=False, theirs=True) if consent and CONDITION_SLOT not in told else None
    if isinstance(named, list):  # "for somebody with crps? the somebody is me"
        told = {**told, CONDITION_SLOT: named}
    if for_them and PREGNANCY not in told and _is_a_man(plain_text(text)):
        told = {**told, PREGNANCY: NO}
    fresh, noted = note(replace(fresh, clarified=(FOR_THEM,)) if for_them else fresh, told)
    others = tuple(entry for entry in message.outcomes if not is_told(entry, heard, told)
                   and entry["label"].startswith(("answer:", "not_covered", "handoff:")))
    if consent:
        fresh, turn = set_answer(replace(fresh, requested=CONSENT), CONSENT, consent)
        return fresh, replace(turn, noted=noted)
    return replace(fresh, requested=CONSENT, last=None), Turn(ASK, others, noted, opening=True)


def _is_a_man(text: str) -> bool:
    """Whether the person whom the check is asked for is a man: nobody is spoken of who is or may be a woman."""
    return bool(words().in_("someone_else.he", text)) and not words().in_("someone_else.she", text)


def _consent(message: Message) -> str | None:
    """The consent, with or without saving, that the answer to an offer gives."""
    heard = hear(message.text)
    read = Reading(read_consent(heard.text if not heard.asked else heard.said))
    value = _with_kind(CONSENT, plain_text(heard.text), read, kind_of(CONSENT, heard), False).value
    return value if value in (YES, UNSAVED) else None


def step(state: State, message: Message) -> tuple[State, Turn]:
    """One message while the form runs."""
    if message.choice:
        return _in_fewer_words(state, *pressed.step(state, message))
    if FOR_THEM not in state.clarified and words().in_("someone_else.asked_for", plain_text(message.text)):
        return _for_them(replace(state, clarified=(*state.clarified, FOR_THEM)), message)
    heard = hear(in_their_place(message.text) if FOR_THEM in state.clarified else message.text)
    text = plain_text(heard.text)
    kind = kind_of(str(state.requested), heard)
    after, turn = (_steered(state, heard, text, kind)
                   or corrected(state, heard, text)
                   or clarified(state, heard, text)
                   or besides(state, heard, message, kind if kind.chance >= _enough(state, heard) else None)
                   or _answered(state, heard, text, message, kind)
                   or aside(state, heard, message))
    return _in_fewer_words(state, after, turn)


def _for_them(state: State, message: Message) -> tuple[State, Turn]:
    """The same place, once it was said that the answers are another person's, and what was told of that person."""
    heard = hear(in_their_place(message.text))
    told = told_beside(state, heard, str(state.requested))
    hoped = read_condition(heard.said, asked=False)
    if CONDITION_SLOT not in state.values and isinstance(hoped, list):
        told = {**told, CONDITION_SLOT: hoped}
    state, noted = note(state, told)
    return state, Turn(state.clarify or ASK, asides_of(heard, message, state), noted)


def _in_fewer_words(before: State, state: State, turn: Turn) -> tuple[State, Turn]:
    """A consent that is asked for once more, after the answer to a question in its place."""
    if before.requested == state.requested == CONSENT and turn.answers and turn.kind == ASK:
        return state, replace(turn, kind=AGAIN)
    return state, turn


def _enough(state: State, heard: Heard) -> float:
    """How likely something else than an answer must be: more where the rules read an answer."""
    slot = str(state.requested)
    read = read_answer(slot, heard.text) if slot in FACTS else ""
    return _SURE if read in ("", "none", "ask") else _BEYOND_DOUBT


def _steered(state: State, heard: Heard, text: str, kind: Kind) -> tuple[State, Turn] | None:
    """Who reads it, a verdict, cancel, why, what do you mean, back."""
    if state.requested == CONFIRM and words().whole("confirm.yes", text):
        return None
    if words().whole("goes_on", text) or words().whole("back_to_questions", text):
        return set_answer(state, CONSENT, YES) if state.requested == CONSENT else (state, Turn(state.clarify or ASK))
    if words().whole("pauses", text) and not (names_medicine(text) or plain.lead_of(text).value == NO):
        return replace(state, misses=0), Turn(state.clarify or ASK)
    if state.last in OF_A_FACT and state.values.get(state.last) in (YES, UNSURE) and (
            plain.read(text) is None and words().whole("about_the_answer", text)):
        return state, Turn(state.clarify or ASK, ({"label": OF_A_FACT[state.last], "score": 1.0},))
    if words().whole("verdict", text):
        return state, Turn(VERDICT)
    if words().whole("private", text) or (not heard.said.strip() and any(
            words().whole("private", plain_text(asked)) for asked in heard.asked)):
        return state, Turn(PRIVATE)
    answers_beside = bool(heard.asked) and plain.is_plain(plain_text(heard.said), str(state.requested))
    control = control_of(text) or _wish(state, heard, text, kind)
    if control in (WHY, CLEAR) and (answers_beside or _tells_the_fact(state, heard)):
        control = None  # "whats an opioid like oxy? no lol", "is there a reason I'm asked this? I'm a 45-year-old male"
    if control == CANCEL:
        return end(state, CANCELLED)
    if control in (WHY, CLEAR):
        other = next((slot for slot in FACTS if slot != state.requested and words().in_(f"change.{slot}", text)), None)
        of_this = state.requested in FACTS and words().in_(f"change.{state.requested}", text)
        if other and not of_this:
            return state, Turn(state.clarify or ASK, ({"label": OF_A_FACT[other], "score": 1.0},))
        return state, Turn(control)
    if control == BACK and not names_a_slot(text):
        if state.requested == CONFIRM:
            return replace(state, misses=0), Turn(WHICH_ANSWER)
        back = state.last if state.last not in (None, CONSENT) else state.requested
        return replace(state, requested=back, misses=0, clarify=None), Turn(ASK)
    return None


def _tells_the_fact(state: State, heard: Heard) -> bool:
    """Whether a statement beside a question tells the fact that is asked for, in words that name it."""
    slot = str(state.requested)
    return bool(heard.asked) and slot in FACTS and read_fact(slot, heard.said, asked=False).value is not None


def _wish(state: State, heard: Heard, text: str, kind: Kind) -> str | None:
    """A control that no list of words knows, where nothing speaks for an answer."""
    answers = plain.read(text)
    if kind.name == WANTS_OUT and answers != YES and kind.chance >= (_BEYOND_DOUBT if answers else _SURE_OF_THE_END):
        return CANCEL
    if kind.name not in (WANTS_TO_KNOW_WHY, EXPLAIN):
        return None
    if names_medicine(text) and not _asks_whether_it_counts(state, heard, text):
        return None
    if kind.chance < (_BEYOND_DOUBT if answers or names_medicine(text) else _SURE):
        return None
    return WHY if kind.name == WANTS_TO_KNOW_WHY else CLEAR


def _asks_whether_it_counts(state: State, heard: Heard, text: str) -> bool:
    """ "Is gabapentin one": a medicine is named after the opioid question, and nothing told of it."""
    named = finder().find(text)
    return (state.requested == OPIOIDS and not any(is_class(mention) for mention in named)
            and not told_beside(state, heard, OPIOIDS) and not tells_beside_a_question(heard))


def _answered(state: State, heard: Heard, text: str, message: Message, kind: Kind) -> tuple[State, Turn] | None:
    """An answer to what was asked, to another question of the form, or both."""
    slot = str(state.requested)
    if slot not in (CONSENT, CONFIRM) and words().whole("offer", text):
        return None
    told = told_beside(state, heard, slot)
    if slot == CONSENT and not told and kind.name == ELSEWHERE and kind.chance >= _LIKELY:
        told = _first_answer(heard, text)
    if slot not in (CONSENT, OPIOIDS) and kind.name == ELSEWHERE and kind.chance >= _BEYOND_DOUBT:
        told = {**opioid_told_late(state, heard), **told}
    again = restates_a_fact(state, heard, slot)
    reading = _reading_for(state, heard, text, message, bool(told), again)
    beside = bool(told) or (again and kind.chance < _BEYOND_DOUBT)
    by_rules, reading = reading, _with_kind(slot, text, reading, kind, beside)
    if slot == CONSENT and by_rules == Reading() and any(
            entry["label"].startswith("handoff:") for entry in message.outcomes):
        reading = by_rules  # "ok then I'd like to come in"
    tells_another = slot in FACTS and kind.name == ELSEWHERE and kind.chance >= _BEYOND_DOUBT and (
        reading.value == NO and plain.lead_of(text).value is None and (
            bool(told) or slot != OPIOIDS or not names_medicine(text)))
    if tells_another:
        reading = Reading()  # "never reacted to naltrexone, had vivitrol for a year", "hysterectomy in 07"
    if slot in FACTS and reading == Reading() and told and not words().starts("correction", text):
        parts = (_of_a_part(state, part, message, YES in told.values()) for part in own_parts(slot, heard)
                 if not tells_another or plain.lead_of(plain_text(part)).value == NO)
        reading = next((own for own in parts if own.value in (YES, NO)), reading)
    if slot == CONDITION_SLOT and kind.name == ELSEWHERE and reading.value == [heard.said.strip()] and (
            told or (again and kind.chance >= _SURE)):
        reading = Reading()  # "the codeine, I stopped it last week, change it" is no hope
    if slot == CONSENT and told and not heard.asked and not _refuses(text):
        reading = Reading(YES)  # whoever answers the questions lets them be asked
    if slot == CONSENT and told and reading.value == NO and words().starts("tells_a_no", text):
        reading = Reading()  # "no I don't take anything" tells, and may be no refusal
    answers = asides_of(heard, message, state)
    if reading.value is not None and not heard.asked:  # "im a guy" is no question what the bot is
        answers = tuple(entry for entry in answers if not str(entry["label"]).startswith("smalltalk:"))
    reopened = reopens_opioids(state, heard, slot)
    if not reading.ask and reading.value is None and not told and not reopened:
        return (state, Turn(state.clarify or ASK, answers)) if restates(state, heard, slot) else None
    state, noted = note(state, told)
    if reopened:
        if reading.value is not None and slot != CONFIRM:
            state, turn = set_answer(state, slot, reading.value)
            noted = (*noted, *turn.noted)
        return ask_first(replace(state, requested=OPIOIDS), reopened, noted, answers)
    if reading.ask:
        return ask_first(state, reading, noted, answers)
    if reading.value is None:
        return replace(state, requested=slot, misses=0), Turn(state.clarify or ASK, answers, noted)
    state, turn = set_answer(state, slot, reading.value, against=reading.against)
    return state, replace(turn, answers=answers, noted=(*noted, *turn.noted))


def _first_answer(heard: Heard, text: str) -> dict[str, str]:
    """The answer to the first question, given before it was asked: "advil and regular tylenol, that's it"."""
    reading = judge(heard, read_opioids(heard)) if names_medicine(text) and not heard.asked else Reading()
    return {OPIOIDS: reading.value} if reading.value in (YES, NO) else {}


def _of_a_part(state: State, part: str, message: Message, affirms: bool) -> Reading:
    """What one part of a message says to the question, the rest of which tells of others. A bare yes is of one of them
    where the rest `affirms` that ("you meant nursing too? yes, I do")."""
    slot, heard, text = str(state.requested), hear(part), plain_text(part)
    reading = _reading_for(state, heard, text, message, False, False)
    reading = _with_kind(slot, text, reading, kind_of(slot, heard), False)
    plainly = (plain.is_plain(text, slot) and not affirms) or read_fact(slot, part, asked=False).value == YES
    return reading if reading.value == NO or plainly else Reading()


def _refuses(text: str) -> bool:
    return plain.lead_of(text).value == NO or bool(words().in_("consent.refuses", text))


def _with_kind(slot: str, text: str, reading: Reading, kind: Kind, told: bool) -> Reading:
    """The rules' reading of an answer, or what was learned where they read nothing, or are most likely wrong."""
    # "yes, she's right here", "oh just that. sure"
    agrees = reading.value == YES and kind.name == CHAT and (
        plain.lead_of(text).value == YES or words().whole("lead.yes", _SENTENCES.split(text)[-1]))
    if slot == CONSENT and not (kind.is_value or agrees or plain.is_plain(text, slot)) and kind.chance >= _LIKELY:
        return Reading()
    if not kind.is_value or reading.ask or (told and reading.value is None):
        return reading
    if slot in (CONSENT, CONFIRM) and kind.name == UNSURE:
        return reading
    if slot == ALLERGY and reading.value == NO and words().in_("allergy.denied_by_name", text):
        return reading  # "allergy to naltrexone no. to penicillin yes"
    value = UNSAVED if slot == CONSENT and kind.name == DECLINED else kind.name
    if reading.value is None:
        needed = _SURE if slot == CONSENT else _LIKELY_NO if value == NO else _LIKELY
        return Reading(value) if kind.chance >= needed else reading
    if slot in FACTS and reading.value != value and kind.chance >= _needed(str(reading.value), value):
        return Reading(value)
    return reading


def _needed(by_rules: str, value: str) -> float:
    """How likely a value must be where the rules read another one: "allergic to penicillin" is a no that sounds like a
    yes, and a doubt in place of a no costs least, where one in place of a doubt costs most."""
    if by_rules != NO:
        return _BEYOND_DOUBT if (by_rules, value) == (UNSURE, NO) else _SURE
    return _LIKELY if value == UNSURE else _BEYOND_DOUBT if value == YES else _SURE


def _reading_for(state: State, heard: Heard, text: str, message: Message, told: bool, again: bool) -> Reading:
    """What the message says to the question. It may tell something of another one: anew (`told`) or `again`."""
    slot = str(state.requested)
    if slot == CONSENT and plain.read(text) == UNSURE:
        return Reading()
    if slot == CONSENT:
        return Reading(read_consent(heard.text if not heard.asked else heard.said))
    if slot == CONFIRM:
        return Reading(None if told else read_confirm(heard.said if heard.asked else heard.text))
    if slot == CONDITION_SLOT:
        if told and words().starts("correction", text):
            return Reading()
        return _condition(state, heard, text, message)
    if slot == OPIOIDS and (names_medicine(text) or not told):
        reading = judge(heard, read_opioids(heard))
        return Reading(YES) if reading == Reading() and taken_by_the_way(heard) else reading
    if told and answers_late(state, heard) and read_fact(slot, heard.said, asked=False).value is None:
        return Reading()
    reading = read_fact(slot, heard.said)
    of_another = (told or again) and read_fact(slot, heard.said, asked=False).value is None
    if of_another and reading.value in (YES, NO, UNSURE):
        lead = plain.lead_of(plain_text(heard.said))
        if lead.value != NO or words().starts("correction", text):
            return Reading()
    if slot == OPIOIDS and reading.value == NO:  # "no, on hold for my liver tests" tells something, and is no "no"
        judged = judge(heard, read_opioids(heard))
        return judged if judged.value in (YES, UNSURE) else reading
    return reading


def _condition(state: State, heard: Heard, text: str, message: Message) -> Reading:
    lead = plain.lead_of(text)
    said_yes = any(words().whole(place, text) for place in ("plain.yes", "lead.yes")) or (
        lead.value == YES and words().whole("confirm.yes", lead.rest))
    if said_yes or wants_a_person(message) or is_small_talk(message) or is_unreadable(message):
        return Reading()
    if is_about_someone_else(text) and not is_about_oneself(text):
        if ASK_OTHER not in state.clarified:
            return Reading(ask=ASK_OTHER)
        return Reading(read_condition(heard.said, theirs=True))
    read = read_condition(heard.said)
    nothing = words().whole("plain.no", text) or words().whole("lead.no", text)
    return Reading([] if nothing and isinstance(read, list) else read)
