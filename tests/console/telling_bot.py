"""The stand-in bot, answering with the outcomes that the message names: "how soon? #not_covered:onset #suggest".

A message without any gets `answer:how_it_works`; one that begins with "request" makes a request to the clinic.
"""

from __future__ import annotations

import re
import sys
from typing import Any

import stand_in_bot
from stand_in_bot import CONFIRMED

_LABEL = re.compile(r"#([a-z_]+(?::[a-z_]+)*)")


class TellingBot(stand_in_bot.StandIn):
    """Its replies."""

    def _say(self, asked: dict[str, Any]) -> dict[str, Any]:
        text = asked["text"]
        labels = _LABEL.findall(text) or ["answer:how_it_works"]
        if text.startswith("request"):
            labels = ["handoff:requested"]
        outcomes = [{"label": label.partition(":")[0] if "not_covered" in label else label, "score": 0.87} for label in labels]
        piece = {
            "text": text,
            "entities": [{"kind": "dose", "canonical": "3 mg"}],
            "ranked": [{"label": "answer:dose_range", "score": 0.66}],
            "nearest": [{"text": "what dose do people take", "label": "answer/dose_range", "cosine": 0.81}],
        }
        understood = {"outcomes": outcomes, "pieces": [piece]}
        turn = {"replies": [_reply(text, label) for label in labels], "understood": understood}
        return turn | {"save": False} if text.startswith("without saving") else turn


def _reply(text: str, label: str) -> dict[str, Any]:
    group, _, rest = label.partition(":")
    not_covered = group == "not_covered"
    requested = label == "handoff:requested"
    return {
        "text": "Your reference is {reference}." if requested else f"You said: {text}",
        "outcomes": ["not_covered" if not_covered else label],
        "sources": [{"section": "how-does-ldn-work", "title": "How Does LDN Work?"}] if group == "answer" else [],
        "subject": (rest or "other") if not_covered else None,
        "condition": None,
        "buttons": [{"title": "Is it safe?", "outcome": "answer:safety", "payload": {"outcome": "answer:safety"}}],
        "screening": None,
        "handoff": {**CONFIRMED, "contact_kind": "email", "contact": "jane.roe@example.org", "note": text[8:] or None} if requested else None,
        "reference": None,
    }


stand_in_bot.StandIn = TellingBot  # type: ignore[misc]

if __name__ == "__main__":
    stand_in_bot.main(int(sys.argv[1]))
