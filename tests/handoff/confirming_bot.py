"""A stand-in bot whose form is over at once: `confirm {"name": ...}` confirms a request. `confirming_bot.py PORT`."""

from __future__ import annotations

import json
import sys
from typing import Any

import stand_in_bot

REQUEST = {
    "kind": "booking",
    "name": "Jane Roe",
    "contact_kind": "email",
    "contact": "jane@example.com",
    "times": "weekday mornings",
    "question": None,
    "note": None,
    "screening": None,
    "consent": True,
}


class Confirming(stand_in_bot.StandIn):
    """Says what the real bot says with a confirming turn, and nothing of a real form."""

    def _say(self, asked: dict[str, Any]) -> dict[str, Any]:
        text: str = asked["text"]
        if not text.startswith("confirm"):
            return super()._say(asked)
        wanted = json.loads(text.removeprefix("confirm") or "{}")
        handoff = REQUEST | {key: value for key, value in wanted.items() if key != "note_characters"}
        if "note_characters" in wanted:
            handoff["note"] = "cancer " * (wanted["note_characters"] // 7)
        reply = {
            "text": "Thank you. Your reference is {reference}. {opening} Kept {kept_days} days. Or write to {email}.",
            "outcomes": ["handoff:requested"],
            "handoff": None if wanted.get("name") == "nobody" else handoff,
            "reference": "LDN-0000-00",
        }
        offer = {"text": "You can book a consult.", "outcomes": ["handoff:booking"], "buttons": []}
        return {"replies": [offer, reply], "understood": {}}


stand_in_bot.StandIn = Confirming  # type: ignore[misc]

if __name__ == "__main__":
    stand_in_bot.main(int(sys.argv[1]))
