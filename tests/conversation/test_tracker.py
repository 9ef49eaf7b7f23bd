"""The context that Rasa's tracker leaves."""

from __future__ import annotations

from typing import Any

from rasa.shared.core.events import ActiveLoop, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.conversation.tracker import context_of

COST, DOSE = {"label": "answer:cost"}, {"label": "answer:dose_range"}


def said(*outcomes: dict[str, str]) -> UserUttered:
    parsed: Any = {"text": "x", "outcomes": list(outcomes)}
    return UserUttered("x", parse_data=parsed)


def answered(*events: Any) -> list[str]:
    return [outcome.label for outcome in context_of(DialogueStateTracker.from_events("one", events)).answered]


def test_several_answers_are_remembered_over_a_turn_with_one() -> None:
    assert answered(said(COST, DOSE), said(COST)) == ["answer:cost", "answer:dose_range"]


def test_while_a_form_asks_only_the_last_turn_counts() -> None:
    assert answered(said(COST, DOSE), ActiveLoop("screening_form"), said(COST)) == []
    assert answered(ActiveLoop("screening_form"), said(COST, DOSE)) == ["answer:cost", "answer:dose_range"]
