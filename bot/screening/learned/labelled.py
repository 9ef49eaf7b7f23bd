"""What the labeller hears in a message at a question of the form: a score for each value and each kind of message.

One labeller serves all seven questions: the question's word goes before the message ("liver : it's fine"), so what is
learned of a wish to stop or of "not that anybody told me" at one of them helps at the others.
`bot.screening.learned.tune_kinds` makes it. Answers to the opioid question have one of their own beside it
(`reader.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.screening.answers import ALLERGY, CONDITION_SLOT, CONFIRM, CONSENT, LIVER, OPIOIDS, PREGNANCY
from bot.screening.learned import marks
from bot.screening.learned.reader import FOLDER
from language.labeller import Labeller

LABELLER = FOLDER / "kinds_labeller"
ADAPTER = Path(__file__).resolve().parent / "kinds_labeller.npz"
"""What `bot.screening.learned.tune_kinds` leaves behind for `LABELLER`."""
QUESTIONS = {CONSENT: "may i ask", OPIOIDS: "opioid", PREGNANCY: "pregnant", LIVER: "liver", ALLERGY: "allergy",
             CONDITION_SLOT: "condition", CONFIRM: "right"}
UNCLEAR = "unclear"
"""An answer to the opioid question that has to be asked about."""


def put(slot: str, text: str) -> str:
    """A message after the question of `slot`, its spelling repaired, as the labeller hears it."""
    return f"{QUESTIONS[slot]} : {marks.typical(text)}"


class Listener:
    """Hears with the labeller of a folder."""

    def __init__(self, folder: Path = LABELLER) -> None:
        """Raises `EncoderMissing` where it is not there."""
        self._labeller = Labeller(folder)
        self._places = {label: place for place, label in enumerate(self._labeller.labels)}

    @property
    def labels(self) -> frozenset[str]:
        """What it can hear."""
        return frozenset(self._places)

    def at(self, slot: str, text: str, labels: Sequence[str]) -> np.ndarray:
        """The log-odds of each of the labels for a message after the question of `slot`."""
        return self._labeller.read(put(slot, text))[[self._places[label] for label in labels]]
