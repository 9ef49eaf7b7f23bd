"""The gateway with a stand-in for its safety part: REDFLAG in a text gets a card, BROKEN breaks it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.__main__ import main

CARD = {
    "text": "Call or text 9-8-8 now. You are not alone.",
    "outcomes": ["crisis"],
    "buttons": [{"title": "Call 9-8-8", "href": "tel:988", "payload": {}}],
}


class StandInSafety:
    """Sees a red flag in a word."""

    def screen(self, text: str, seen_before: bool = False) -> Sequence[Mapping[str, Any]] | None:
        """A card, nothing, or a failure."""
        if "BROKEN" in text:
            raise RuntimeError(f"could not read {text}")
        if "REDFLAG" not in text:
            return None
        return [{**CARD, "text": "Please call or text 9-8-8."} if seen_before else CARD]

    def soft_line(self, text: str) -> str | None:
        """A line under the answer to a question about it."""
        return "You can call or text 9-8-8 at any time." if "ASKS" in text else None


if __name__ == "__main__":
    sys.exit(main(StandInSafety()))
