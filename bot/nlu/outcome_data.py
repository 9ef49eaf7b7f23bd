"""Outcomes as plain data: in Rasa's parse data, in a button's payload, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from typing import Any

from bot.nlu.outcome import Outcome

REPLIES, OFFERS = "replies", "offers"
"""In the metadata of what the bot says: its replies one by one, and in a reply what its end offers."""
HOPES = "hopes"
"""In Rasa's parse data: whether the message likely asks of one person's case."""
_FIELDS = {field.name for field in fields(Outcome)} - {"options"}


def to_data(outcomes: Iterable[Outcome]) -> list[dict[str, Any]]:
    """JSON-able form; what is not set is left out."""
    return [_compact(asdict(outcome)) for outcome in outcomes]


def from_data(data: Iterable[Mapping[str, Any]]) -> list[Outcome]:
    """Outcomes from `to_data`."""
    return [Outcome(**{key: value for key, value in entry.items() if key in _FIELDS},
                    options=tuple(from_data(entry.get("options") or ()))) for entry in data]


def from_choice(payload: Mapping[str, Any]) -> Outcome:
    """The outcome that a pressed button leads to."""
    return Outcome(
        str(payload["outcome"]), subject=payload.get("subject"), condition=payload.get("condition"),
        named=payload.get("named"), answer_as=payload.get("answer_as"), group=payload.get("group"),
        more=bool(payload.get("more")),
    )


def _compact(entry: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in entry.items() if value not in (None, False, (), [])}
    if "options" in kept:
        kept["options"] = [_compact(option) for option in kept["options"]]
    kept["score"] = round(float(entry["score"]), 3)
    return kept
