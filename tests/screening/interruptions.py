"""The steps of the form with an answer that goes on, and what a visitor may do at each instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

STEPS = ("consent", "opioid_use", "pregnant_or_breastfeeding", "liver_disease", "naltrexone_allergy", "condition",
         "confirm")
GOES_ON = {"consent": "yes", "opioid_use": "no", "pregnant_or_breastfeeding": "im a man", "liver_disease": "not sure",
           "naltrexone_allergy": "no", "condition": "lupus", "confirm": "yes, that's right"}


@dataclass(frozen=True)
class Interruption:
    """Something said at a step: what comes back beside the same question, and which answers it changes."""

    name: str
    text: str
    also: str | None = None
    changes: tuple[tuple[str, Any], ...] = ()
    choice: dict[str, Any] | None = None


STAYS = (
    Interruption("why", "why do you ask?"),
    Interruption("why by button", "Why do you ask?", choice={"outcome": "screening:why"}),
    Interruption("what do you mean", "what do you mean?"),
    Interruption("a question", "is it safe?", also="answer:safety"),
    Interruption("a question by button", "Is it safe?", also="answer:safety", choice={"outcome": "answer:safety"}),
    Interruption("booking", "can i book an appointment", also="handoff:booking"),
    Interruption("an old start button", "Could it be right for me?", choice={"outcome": "screening"}),
    Interruption("a person", "I want to talk to a person", also="handoff:email"),
    Interruption("nothing readable", "😀😀"),
)
CORRECTION = Interruption("a correction", "wait, I do take tramadol", changes=(("opioid_use", "yes"),))
ENDS = (
    Interruption("cancel", "cancel"),
    Interruption("stop in words", "I don't want to do this anymore"),
    Interruption("cancel by button", "Stop", choice={"outcome": "screening:cancel"}),
)
