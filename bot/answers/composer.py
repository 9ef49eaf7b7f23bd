"""Puts replies together: for each outcome its curated answer, sources, next steps and what it is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.answers.document import line_of_group, sources
from bot.nlu.lexicon import MEDICINE
from bot.nlu.outcome import SCREENING
from bot.nlu.outcome_data import OFFERS
from bot.nlu.understanding import CONDITION_LISTED, NOT_COVERED, SUGGEST, Outcome

NONE_OF_THESE = "none_of_these"
Reply = dict[str, Any]
Response = Mapping[str, Any]


class Composer:
    """Writes replies from the responses of `domain.yml` (`{"utter_…": [{"text", "metadata"}]}`)."""

    def __init__(self, responses: Mapping[str, list[Response]]) -> None:
        self._responses = responses

    def replies(self, outcomes: Iterable[Outcome], medicines: Iterable[str] = (), *,
                of_a_case: bool = False) -> list[Reply]:
        """One reply for each outcome, in order. `medicines` are the names that the message mentions. Where it is asked
        `of_a_case`, the visitor's own or that of somebody in their care, the only answer to it offers the
        screening."""
        named = list(dict.fromkeys(medicines))
        asked = list(outcomes)
        replies = [self._reply(outcome, named) for outcome in asked]
        if of_a_case and len(asked) == 1 and asked[0].may_be_of_a_case:
            self._offer_screening(replies[0])
        return replies

    def title(self, outcome: Outcome) -> str:
        """The words on a button that leads to the outcome."""
        metadata = self._metadata(self._name(outcome))
        if outcome.condition and "{condition}" in str(metadata.get("title", "")):
            return str(metadata["title"]).format(condition=outcome.named or outcome.condition)
        if outcome.label == CONDITION_LISTED:
            return str(self._metadata("utter_condition_unnamed")["title"])
        return str(metadata.get("title") or outcome.label)

    def follow_up(self, label: str) -> str | None:
        """The outcome that a bare "why?" means after `label`, where there is one."""
        name = self._metadata(_response_name(label, None)).get("why")
        return str(name).replace("/", ":") if name else None

    def _reply(self, outcome: Outcome, medicines: list[str]) -> Reply:
        if outcome.label == SUGGEST:
            return self._choice_of(outcome)
        name = self._name(outcome)
        metadata = self._metadata(name)
        text = str(metadata["more"]) if outcome.more and metadata.get("more") else self._text(name)
        if outcome.label == NOT_COVERED:
            text = self._not_covered(text, outcome, metadata, medicines)
        if "{condition}" in text:
            text = text.format(condition=outcome.named or outcome.condition or metadata.get("condition", ""),
                               line=line_of_group(outcome.group) if "{line}" in text and outcome.group else "")
        return {
            "text": text.strip(), "outcomes": [_shown(outcome)], "sources": sources(metadata.get("sections", ())),
            "subject": outcome.subject, "condition": outcome.condition,
            "buttons": self._next_buttons(outcome, metadata), "why": self.follow_up(outcome.label),
        }

    def _offer_screening(self, reply: Reply) -> None:
        step = _button(self.title(Outcome(SCREENING)), Outcome(SCREENING))
        reply["text"] = f"{reply['text']}\n\n{self._text('utter_offer_screening')}"
        reply["buttons"] = [step, *[button for button in reply["buttons"] if button["outcome"] != SCREENING]]
        reply[OFFERS] = SCREENING

    def _not_covered(self, text: str, outcome: Outcome, metadata: Response, medicines: list[str]) -> str:
        if "{medicine}" in text:
            text = text.format(medicine=" and ".join(medicines[:3]) or metadata["medicine"])
        lines = [text]
        if metadata.get("today"):
            lines.append(self._text("utter_today"))
        lines.append(self._text("utter_ask_the_clinic"))
        return " ".join(lines)

    def _choice_of(self, outcome: Outcome) -> Reply:
        name = "utter_clarify" if outcome.term else "utter_suggest"
        text = self._text(name).format(term=outcome.term) if outcome.term else self._text(name)
        none = _button(self._metadata(name)["none"], Outcome(NONE_OF_THESE))
        return {
            "text": text, "outcomes": [SUGGEST], "sources": [], "subject": None, "condition": None,
            "buttons": [*[_button(option.term or self.title(option), option) for option in outcome.options], none],
        }

    def _next_buttons(self, outcome: Outcome, metadata: Response) -> list[Reply]:
        buttons = []
        if metadata.get("more") and not outcome.more:
            more = Outcome(outcome.label, subject=outcome.subject, condition=outcome.condition,
                           named=outcome.named, more=True)
            buttons.append(_button(self._text("utter_tell_me_more"), more))
        steps = metadata.get("next")
        if steps is None and outcome.label == NOT_COVERED:
            steps = self._metadata("utter_ask_the_clinic")["next"]
        for name in steps or ():
            step = Outcome(str(name).replace("/", ":"))
            buttons.append(_button(self.title(step), step))
        return buttons

    def _name(self, outcome: Outcome) -> str:
        if outcome.label == CONDITION_LISTED and not outcome.more:
            if outcome.condition is None:
                return "utter_condition_unnamed"
            if outcome.answer_as == "kind":
                return "utter_condition_of_a_kind"
        if outcome.label == NONE_OF_THESE:
            return "utter_none_of_these"
        return _response_name(outcome.label, outcome.subject)

    def _text(self, name: str) -> str:
        return str(self._responses[name][0]["text"]).strip()

    def _metadata(self, name: str) -> Response:
        return self._responses[name][0].get("metadata") or {}


def medicines_in(entities: Iterable[Mapping[str, Any]]) -> list[str]:
    """The canonical names of the medicines among Rasa's entities, LDN itself left out."""
    return [str(entity["value"]) for entity in entities if entity["entity"] == MEDICINE]


def _button(title: str, outcome: Outcome) -> Reply:
    payload = {"outcome": outcome.label, "subject": outcome.subject, "condition": outcome.condition,
               "named": outcome.named, "answer_as": outcome.answer_as, "group": outcome.group, "more": outcome.more}
    return {"title": title, "outcome": _shown(outcome), "subject": outcome.subject, "value": None, "href": None,
            "payload": {key: value for key, value in payload.items() if value}}


def _shown(outcome: Outcome) -> str:
    # "None of these" comes to a way to a person; the label that the page sees is that one.
    return "handoff:email" if outcome.label == NONE_OF_THESE else outcome.label


def _response_name(label: str, subject: str | None) -> str:
    if label == NOT_COVERED:
        return f"utter_{NOT_COVERED}/{subject or 'other'}"
    return "utter_" + label.replace(":", "/")


