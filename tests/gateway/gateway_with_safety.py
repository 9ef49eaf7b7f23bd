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

    def screen(self, text: str) -> Sequence[Mapping[str, Any]] | None:
        """A card, nothing, or a failure."""
        if "BROKEN" in text:
            raise RuntimeError(f"could not read {text}")
        return [CARD] if "REDFLAG" in text else None


if __name__ == "__main__":
    sys.exit(main(StandInSafety()))
