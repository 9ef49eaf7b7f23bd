"""What a form says in one turn, as data: `bot/answers/` puts it into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

# How to ask: plainly, again in other words, with an offer of help, with the reason, with an explanation.
ASK, AGAIN, OFFER, WHY, CLEAR = "ask", "again", "offer", "why", "clear"
# Who reads what is typed, and how to ask plainly again.
PRIVATE = "private"
# That a chat cannot say what is asked of it ("so can I take it or not?"), and how to ask plainly again.
VERDICT = "verdict"
# Which of the answers in the summary is to be changed.
WHICH_ANSWER = "which_answer"
# How a form ended.
DONE, CANCELLED, DELETED = "done", "cancelled", "deleted"


@dataclass(frozen=True)
class Noted:
    """An answer that was noted beside or against what was asked: `also`, `changed`, `against`, `for_now`."""

    how: str
    slot: str
    value: Any
    name: str | None = None


@dataclass(frozen=True)
class Turn:
    """What to say: the answers to what was asked in between, what was noted, and the form's own part.

    `kind` is how to ask for the requested slot (the constants above, or the name of a clarifying question) or how the
    form ended. `opening` is True for the first reply only.
    """

    kind: str
    answers: tuple[Mapping[str, Any], ...] = ()
    noted: tuple[Noted, ...] = field(default=())
    opening: bool = False

    def as_data(self) -> dict[str, Any]:
        """JSON-able, for a slot."""
        return asdict(self)
