"""The screening form's replies: its questions, the summary and what it comes to, from the responses of `domain.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.answers.document import sources
from bot.form.consent import CONFIRM, CONSENT, UNSAVED
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.screening.answers import CONDITION_SLOT, FACTS
from bot.screening.pressed import ANSWER, CANCEL, CHANGE, DELETE, WHY_CHOICE

Reply = dict[str, Any]
QUESTION, END = "utter_ask_screening_form_", "utter_screening_end"
_WORDS = "utter_screening_words"


def is_of_the_form(utter_action: str) -> bool:
    """Whether the response is the form's."""
    return utter_action.startswith(QUESTION) or utter_action == END


class ScreeningWriter:
    """Writes the form's own reply of a turn. `responses` are those of `domain.yml`; `turn` is the slot
    `screening_turn` (bot/screening/form.py says what is in it)."""

    def __init__(self, responses: Mapping[str, list[Mapping[str, Any]]], turn: Mapping[str, Any]) -> None:
        self._responses = responses
        self._turn = turn
        self._known: Mapping[str, Any] = turn["screening"]
        self._words: Mapping[str, str] = responses[_WORDS][0]["metadata"]

    def reply(self, utter_action: str) -> Reply:
        """The question of the form, or its end."""
        if utter_action == END:
            return self._ended()
        return self._asked(utter_action.removeprefix(QUESTION))

    def _asked(self, slot: str) -> Reply:
        kind = self._turn["kind"]
        question = self._responses[QUESTION + slot][0]
        metadata = question["metadata"]
        lines = [self._words["offer_request"]] if self._wished_for_a_person() else []
        lines += self._all_noted()
        if kind in ("again", "clear", "why"):
            lines.append(str(metadata["reason" if kind == "why" else kind]))
        elif kind == "offer":
            lines.append(self._words["offer"])
        elif kind in ("private", "verdict"):
            lines.append(self._words[kind])
        elif kind in ("t3", "which", "other", "which_answer"):
            lines.append(self._words[f"ask_{kind}"])
        if kind in ("ask", "why", "offer", "private", "verdict") or (kind == "other" and slot != CONFIRM):
            lines.append(self._question(slot, str(question["text"])))
        labels = [f"screening:ask:{slot}"]
        if self._turn["opening"]:
            labels.insert(0, "screening")
        buttons = self._buttons(slot, kind)
        if self._wished_for_a_person():
            buttons.append(self._handoff(self._wishes()[0], "button_request"))
        return self._reply("\n\n".join(line for line in lines if line), labels, buttons)

    def _wishes(self) -> list[str]:
        return [str(entry["label"]) for entry in self._turn["answers"] if str(entry["label"]).startswith("handoff:")]

    def _wished_for_a_person(self) -> bool:
        """Whether a wish for a person or a visit was answered beside a question; the opening has no place for more."""
        return bool(self._wishes()) and not self._turn["opening"]

    def _question(self, slot: str, text: str) -> str:
        return text.replace("{summary}", self._summary()).strip()

    def summary_lines(self) -> list[str]:
        """Each answer with what it answers: "Liver disease: no"."""
        return [f"{self._label(slot)}: {self._value(slot, self._known[slot])}"
                for slot in (*FACTS, CONDITION_SLOT) if slot in self._known]

    def _summary(self) -> str:
        return "\n".join(f"- {line}" for line in self.summary_lines())

    def _label(self, slot: str) -> str:
        return str(self._responses[QUESTION + slot][0]["metadata"]["label"])

    def _value(self, slot: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(value) or self._words["nothing_named"]
        return self._words[f"value_{value}"]

    def _all_noted(self) -> list[str]:
        also = [noted for noted in self._turn["noted"] if noted["how"] == "also"]
        told = "; ".join(f"{self._label(noted['slot'])}: {self._value(noted['slot'], noted['value'])}"
                         for noted in also)
        lines = [self._words["noted_also"].format(told=told)] if also else []
        return lines + [self._noted(noted) for noted in self._turn["noted"] if noted["how"] != "also"]

    def _noted(self, noted: Mapping[str, Any]) -> str:
        return self._words[f"noted_{noted['how']}"].format(
            label=self._label(noted["slot"]), value=self._value(noted["slot"], noted["value"]),
            name=noted["name"] or "")

    def _buttons(self, slot: str, kind: str) -> list[Reply]:
        if slot == CONSENT:
            return [self._answer(slot, YES, "button_consent_yes"),
                    {**self._answer(slot, UNSAVED, "button_unsaved"), "value": None},
                    self._answer(slot, NO, "button_consent_no"), self._why(slot, kind)]
        if slot == CONFIRM:
            return [self._answer(slot, YES, "button_confirm"),
                    *[self._button(self._words["button_change"].format(label=self._label(changed)),
                                   {"outcome": CHANGE, "slot": changed})
                      for changed in (*FACTS, CONDITION_SLOT) if changed in self._known],
                    self._button(self._words["button_cancel"], {"outcome": CANCEL})]
        if slot == CONDITION_SLOT:
            return [self._answer(slot, UNSURE, "button_unsure"), self._answer(slot, DECLINED, "button_declined"),
                    self._why(slot, kind), *self._person(kind)]
        titles = {YES: f"button_{kind}_yes", NO: f"button_{kind}_no"}
        return [*[self._answer(slot, value, titles[value] if titles[value] in self._words else f"button_{value}")
                  for value in (YES, NO)],
                self._answer(slot, UNSURE, "button_unsure"), self._answer(slot, DECLINED, "button_declined"),
                self._why(slot, kind), *self._person(kind)]

    def _person(self, kind: str) -> list[Reply]:
        if kind != "offer":
            return []
        return [self._handoff("handoff:email", "button_person")]

    def _answer(self, slot: str, value: str, title: str) -> Reply:
        return {**self._button(self._words[title], {"outcome": ANSWER, "slot": slot, "value": value}), "value": value}

    def _why(self, slot: str, kind: str) -> Reply:
        return self._button(self._words["button_why"], {"outcome": WHY_CHOICE, "slot": slot})

    @staticmethod
    def _button(title: str, payload: Mapping[str, Any]) -> Reply:
        return {"title": title, "outcome": "screening", "subject": None, "value": None, "href": None,
                "payload": dict(payload)}

    def _ended(self) -> Reply:
        if self._turn["kind"] != "done":
            name = f"utter_screening_{self._turn['kind']}"
            return self._reply(str(self._responses[name][0]["text"]), ["screening:cancelled"],
                               [self._handoff("handoff:booking", "button_booking"),
                                self._handoff("handoff:email", "button_person")])
        result = self._turn["result"]
        response = self._responses[f"utter_screening_{result}"][0]
        text = str(response["text"]).replace("{lines}", self._document_lines())
        reply = self._reply(f"{text.strip()}\n\n{self._words['offer_to_pass_on']}", [f"screening:done:{result}"],
                            [self._handoff("handoff:booking", "button_pass_on_booking", pass_on="screening"),
                             self._handoff("handoff:email", "button_pass_on_email", pass_on="screening"),
                             self._button(self._words["button_delete"], {"outcome": DELETE})])
        return {**reply, "sources": sources(response["metadata"]["sections"])}

    def _document_lines(self) -> str:
        """The document's line for each point that is not a plain no, with what was said to it."""
        lines: dict[str, list[str]] = {}
        for slot in FACTS:
            value = self._known.get(slot)
            if value != NO:
                line = str(self._responses[QUESTION + slot][0]["metadata"]["line"])
                lines.setdefault(line, []).append(self._words["said"].format(
                    label=self._label(slot), value=self._value(slot, value)))
        return "\n".join(f"- {line}\n" + "\n".join(f"  {said}" for said in told) for line, told in lines.items())

    def _handoff(self, outcome: str, title: str, **more: Any) -> Reply:
        return {**self._button(self._words[title], {"outcome": outcome, **more}), "outcome": outcome}

    def _reply(self, text: str, labels: list[str], buttons: list[Reply]) -> Reply:
        return {"text": text.strip(), "outcomes": labels, "sources": [], "subject": None, "condition": None,
                "buttons": buttons, "screening": dict(self._known)}
