"""The hand-off form's replies: its questions, the summary and how it ended, from the responses of `domain.yml`.

{opening}, {email}, {kept_days} and {reference} stay in the text: the gateway fills them in.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from bot.answers.composer import Composer
from bot.answers.screening import ScreeningWriter
from bot.form import turn as how
from bot.form.plain import NO, YES
from bot.handoff import pressed
from bot.handoff.progress import MEANT, PUT_ASIDE
from bot.handoff.state import CONFIRM, CONSENT, CONTACT, FIELDS, NAME, OPTIONAL, ORDER, QUESTION, TIMES
from bot.nlu.outcome import Outcome

Reply = dict[str, Any]
QUESTION_PREFIX, END = "utter_ask_handoff_", "utter_handoff_end"
_WORDS = "utter_handoff_words"
_LONGEST_LINE = 200


def is_of_the_form(utter_action: str) -> bool:
    """Whether the response is the hand-off form's."""
    return utter_action.startswith(QUESTION_PREFIX) or utter_action == END


class HandoffWriter:
    """Writes the form's own reply of a turn. `responses` are those of `domain.yml`; `turn` is the slot `handoff_turn`
    (actions/handoff.py says what is in it)."""

    def __init__(self, responses: Mapping[str, list[Mapping[str, Any]]], turn: Mapping[str, Any]) -> None:
        self._responses = responses
        self._turn = turn
        self._state: Mapping[str, Any] = turn["state"]
        self._filled: Mapping[str, Any] = turn["filled"]
        self._words: Mapping[str, str] = responses[_WORDS][0]["metadata"]

    def reply(self, utter_action: str, wished: Collection[str] = ()) -> Reply:
        """The question of the form, or its end. A message that `wished` once more for what the form is for is answered
        by its question."""
        if utter_action == END:
            ends = {how.DONE: self._done, PUT_ASIDE: self._put_aside}
            return ends.get(self._turn["kind"], self._cancelled)()
        return self._asked(utter_action.removeprefix(QUESTION_PREFIX), wished)

    def _asked(self, name: str, wished: Collection[str]) -> Reply:
        kind = self._turn["kind"]
        lines = [self._noted(noted) for noted in self._turn["noted"]]
        if self._turn["refused"]:
            lines.append(self._words[f"refused_{self._turn['refused']}"])
        elif kind in (how.AGAIN, how.CLEAR):
            lines.append(self._of(name, kind))
        elif kind == how.WHY:
            lines.append(self._of(name, "reason"))
        elif kind == how.OFFER:
            lines.append(self._words["offer"])
        elif kind == how.PRIVATE:
            lines.append(self._words["private"])
        elif kind == how.WHICH_ANSWER:
            lines.append(self._words["ask_which"])
        if kind == MEANT:
            lines.append(self._words["meant"].replace("{meant}", str(self._state["meant"])))
        elif kind in (how.ASK, how.WHY, how.OFFER, how.PRIVATE):
            lines.append(self._question(name))
        wish = f"handoff:{self._state['kind']}"
        again = name in (CONSENT, NAME) and wish in wished
        labels: list[str] = [*([wish] if again else []), f"handoff:ask:{name}"]
        found: list[Any] = []
        if self._turn["opening"]:
            labels = labels[-1:]
            offer = Composer(self._responses).replies([Outcome(wish)])[0]
            lines.insert(0, offer["text"])
            labels, found = [*offer["outcomes"], *labels], offer["sources"]
        return self._reply(lines, labels, self._buttons(name, kind), found)

    def _question(self, name: str) -> str:
        text = str(self._responses[QUESTION_PREFIX + name][0]["text"])
        if name == CONSENT and not self._turn["opening"]:
            return self._of(CONSENT, "short")
        if name == CONSENT:
            text = text.replace("{pass_on} ", f"{self._of(CONSENT, 'pass_on')} " if self._state["pass_on"] else "")
        if name == QUESTION and self._is_prefilled():
            text = self._of(QUESTION, "prefilled").replace("{question}", _line(self._state["uncovered"]))
        if name == CONFIRM:
            text = text.replace("{summary}", self._summary())
        return text.strip()

    def _summary(self) -> str:
        lines = [f"- {self._of(name, 'label')}: {self._value(name)}" for name in self._summed_up()]
        if self._state["screening"]:
            lines.append(f"- {self._words['label_screening']}: {self._screening()}")
        return "\n".join(lines)

    def _summed_up(self) -> list[str]:
        order = ORDER[self._state["kind"]]
        return [name for name in FIELDS if name in self._filled and (name in order or self._filled[name])]

    def _screening(self) -> str:
        if not self._state["pass_on"]:
            return self._words["screening_stays"]
        known = self._state["screening"]
        return _line("; ".join(ScreeningWriter(self._responses, {"screening": known}).summary_lines()))

    def _value(self, name: str) -> str:
        value = self._filled[name]
        if not value:
            return self._words["none"]
        return str(value["shown"]) if name == CONTACT else _line(value)

    def _noted(self, noted: Mapping[str, Any]) -> str:
        name = noted["slot"]
        return (self._words[f"noted_{noted['how']}"].replace("{label}", self._of(name, "label"))
                .replace("{value}", self._value(name)))

    def _is_prefilled(self) -> bool:
        return bool(self._state["uncovered"]) and QUESTION not in self._filled

    def _buttons(self, name: str, kind: str) -> list[Reply]:
        stop = self._button("button_stop", {"outcome": pressed.CANCEL_CHOICE}, "handoff:cancelled")
        why = self._button("button_why", {"outcome": pressed.WHY_CHOICE})
        if name == CONSENT:
            return [self._answer(name, YES, "button_consent_yes"), self._answer(name, NO, "button_consent_no"), why]
        if name == CONTACT and kind == MEANT:
            typed = self._state["typed"]
            return [self._answer(name, YES, "button_meant", meant=str(self._state["meant"])),
                    self._answer(name, NO, "button_typed" if typed else "button_not_meant",
                                 typed=str(typed["value"]) if typed else ""), stop]
        if name == QUESTION and self._is_prefilled():
            return [self._answer(name, YES, "button_prefilled"), stop]
        if name == TIMES:
            any_time = self._words["button_any_time"]
            return [self._button("button_any_time", {"outcome": pressed.SET, "field": TIMES, "value": any_time}),
                    self._answer(name, NO, "button_skip"), stop]
        if name in OPTIONAL:
            return [self._answer(name, NO, "button_none"), stop]
        if name == CONFIRM:
            return [{**self._answer(name, YES, "button_send"), "outcome": "handoff:requested"},
                    *self._changes(), stop]
        return [why, stop]

    def _changes(self) -> list[Reply]:
        buttons = [self._button("button_change", {"outcome": pressed.CHANGE, "field": name},
                                label=self._of(name, "label"))
                   for name in self._summed_up()]
        if self._state["screening"]:
            value = NO if self._state["pass_on"] else YES
            buttons.append(self._button(f"button_screening_{value}", {"outcome": pressed.SCREENING, "value": value}))
        return buttons

    def _answer(self, name: str, value: str, title: str, **filled: str) -> Reply:
        button = self._button(title, {"outcome": pressed.SET, "field": name, "value": value}, **filled)
        return {**button, "value": value}

    def _button(self, title: str, payload: Mapping[str, Any], outcome: str | None = None, **filled: str) -> Reply:
        shown = self._words[title]
        for place, value in filled.items():
            shown = shown.replace(f"{{{place}}}", value)
        return {"title": shown, "outcome": outcome, "subject": None, "value": None, "href": None,
                "payload": dict(payload)}

    def _done(self) -> Reply:
        contact = self._filled[CONTACT]
        text = str(self._responses["utter_handoff_requested"][0]["text"]).replace("{contact}", contact["shown"])
        return self._reply([text], ["handoff:requested"], self._next("utter_handoff_requested"), [])

    def _cancelled(self) -> Reply:
        text = str(self._responses["utter_handoff_cancelled"][0]["text"])
        return self._reply([text], ["handoff:cancelled"], self._next("utter_handoff_cancelled"), [])

    def _put_aside(self) -> Reply:
        return self._reply([str(self._responses["utter_handoff_put_aside"][0]["text"])], ["handoff:cancelled"], [], [])

    def _next(self, response: str) -> list[Reply]:
        steps = self._responses[response][0]["metadata"]["next"]
        composer = Composer(self._responses)
        outcomes = [Outcome(str(step).replace("/", ":")) for step in steps]
        return [{"title": composer.title(outcome), "outcome": outcome.label, "subject": None, "value": None,
                 "href": None, "payload": {"outcome": outcome.label}} for outcome in outcomes]

    def _of(self, name: str, what: str) -> str:
        return str(self._responses[QUESTION_PREFIX + name][0]["metadata"][what])

    @staticmethod
    def _reply(lines: list[str], labels: list[str], buttons: list[Reply], found: list[Any]) -> Reply:
        return {"text": "\n\n".join(line.strip() for line in lines if line), "outcomes": labels, "sources": found,
                "subject": None, "condition": None, "buttons": buttons}


def _line(text: str) -> str:
    """Somebody's words on one line of a list, shortened where they are long: all of them are sent."""
    line = " ".join(str(text).split())
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].rsplit(" ", 1)[0] + " …"

