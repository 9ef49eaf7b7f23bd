"""Decides what an answer to the opioid question says, by what was learned from answers and by the rules' reading.

Two learned parts, a linear one and a labeller, give each value a probability. The rules' reading is one more piece of
evidence: how often they read so where each value was right, counted over writers whose wordings they did not know. Then
the value with the least expected cost is taken, and a wrong "no" for somebody who takes or just stopped an opioid costs
most. `bot.screening.learned.train` makes the arrays, `bot.screening.learned.tune` the labeller.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.screening.learned import marks
from bot.screening.learned.features import BUCKETS, Features, features
from language.encoder import DIMENSIONS, ROOT, Encoder
from language.labeller import Labeller

FOLDER = ROOT / "build" / "screening"
LABELLER = FOLDER / "labeller"
ADAPTER = Path(__file__).resolve().parent / "labeller.npz"
"""What `bot.screening.learned.tune` leaves behind for `LABELLER`."""
ASK = "ask"
VALUES = (YES, NO, UNSURE, DECLINED, ASK)
COSTS = np.array([
    # decided: yes, no, unsure, declined, ask
    [0.0, 28.0, 2.0, 3.0, 1.0],  # yes is right
    [4.0, 0.0, 2.0, 3.0, 1.0],  # no
    [3.0, 28.0, 0.0, 3.0, 1.0],  # unsure
    [3.0, 28.0, 2.0, 0.0, 1.0],  # declined
    [2.0, 10.0, 1.2, 2.0, 0.0],  # ask
])
"""What a decision costs where another value is right, counted in needless questions. With 28 in place of 8 for a wrong
no, of 650 takers in three unread files 2 in place of 4 are read as no, and nobody is asked more."""
RULES = 0.5
"""How much the rules' reading counts beside what was learned."""
HEARD = 0.7
"""How much the labeller counts beside the linear part. Without the last two writers' answers learned, it read 478, 491,
495 and 495 of 500 unread ones right at 0, .3, .7 and 1, and of the two writers' answers 2,643, 2,765, 2,791 and 2,797
of 3,003, with 8, 7, 15 and 21 takers of an opioid read as no before the rules have their say."""


class ReaderUnusable(RuntimeError):
    """The learned arrays cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Learned:
    """What training leaves behind."""

    words: np.ndarray
    """Buckets x values."""
    sentence: np.ndarray
    """Dimensions x values."""
    bias: np.ndarray
    rules: Mapping[str, np.ndarray]
    """For each reading of the rules the logarithms of how often they read so, by the value that was right."""

    def odds(self, found: Features, by_rules: str, heard: np.ndarray | float = 0.0) -> np.ndarray:
        """The probability of each value; `heard` is what the labeller makes of it, in log-odds."""
        logits = found.weights @ self.words[found.buckets] + found.vector @ self.sentence + self.bias
        if by_rules in self.rules:
            logits = logits + RULES * self.rules[by_rules]
        logits = logits + HEARD * heard
        likely = np.exp(logits - logits.max())
        return np.asarray(likely / likely.sum())


def decide(odds: np.ndarray) -> str:
    """The value that costs least."""
    return VALUES[int(np.argmin(odds @ COSTS))]


class Reader:
    """Reads answers with the learned arrays, the shared encoder and the labeller."""

    def __init__(self, learned: Learned, encoder: Encoder, labeller: Labeller) -> None:
        self._learned = learned
        self._encoder = encoder
        self._labeller = labeller

    def odds(self, text: str, by_rules: str) -> np.ndarray:
        """The probability of each of VALUES for an answer that the rules read so."""
        heard = self._labeller.read(marks.typical(text))
        return self._learned.odds(features(text, self._encoder), by_rules, heard)


def save(learned: Learned, encoder: Encoder, folder: Path = FOLDER) -> None:
    """Writes the arrays, then their notes; the notes appear only when the arrays are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / "reader.json"
    notes.unlink(missing_ok=True)
    np.savez_compressed(folder / "reader.npz", words=learned.words.astype(np.float32),
                        sentence=learned.sentence.astype(np.float32), bias=learned.bias.astype(np.float32))
    notes.write_text(json.dumps({"encoder": encoder.fingerprint(), "values": VALUES, "rules": {
        name: [round(float(number), 4) for number in row] for name, row in learned.rules.items()}}, indent=1) + "\n",
        encoding="utf-8")


def load(encoder: Encoder, folder: Path = FOLDER, labeller: Path = LABELLER) -> Reader:
    """The reader of `folder`, made for this encoder. Raises ReaderUnusable, or EncoderMissing without the labeller."""
    remedy = "Run `make train`; until then the rules stand alone."
    try:
        notes = json.loads((folder / "reader.json").read_text(encoding="utf-8"))
        with np.load(folder / "reader.npz", allow_pickle=False) as arrays:
            learned = Learned(arrays["words"], arrays["sentence"], arrays["bias"],
                              {name: np.array(row) for name, row in notes["rules"].items()})
    except (OSError, ValueError, KeyError) as wrong:
        raise ReaderUnusable(f"{folder}: cannot be read ({type(wrong).__name__}: {wrong}). {remedy}") from None
    shapes = (learned.words.shape, learned.sentence.shape)
    if tuple(notes["values"]) != VALUES or shapes != ((BUCKETS, len(VALUES)), (DIMENSIONS, len(VALUES))):
        raise ReaderUnusable(f"{folder}: made by another version. {remedy}")
    if notes["encoder"] != encoder.fingerprint():
        raise ReaderUnusable(f"{folder}: made for another encoder or onnxruntime. {remedy}")
    heard = Labeller(labeller)
    if heard.labels != VALUES:
        raise ReaderUnusable(f"{labeller}: hears other values. Run `make encoder`; until then the rules stand alone.")
    return Reader(learned, encoder, heard)
