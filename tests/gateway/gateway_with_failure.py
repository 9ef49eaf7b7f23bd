"""A gateway with a bug: looking for a safety card raises, with the visitor's words in the exception."""

from __future__ import annotations

import sys
from typing import Any

from gateway.__main__ import main
from gateway.chat.turns import Turns


def broken(_turns: Turns, text: str) -> Any:
    """A bug."""
    raise RuntimeError(text)


if __name__ == "__main__":
    Turns.card = broken  # type: ignore[method-assign,assignment]
    sys.exit(main())
