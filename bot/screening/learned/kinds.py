"""What a message is at a question of the form: an answer, and which one, or something else altogether.

"stop stop i just had a quick question first" after the opioid question is no answer about opioids, and "skip that too"
is one that names nothing. For each question a linear model over words, letter groups, the sentence's vector and the
rules' reading was learned from what people wrote at that question, and from what they wrote at the others where that is
no answer; beside it counts what the labeller hears (`labelled.py`). `bot.screening.learned.train_kinds` makes the
arrays. Where they are missing the rules stand alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.form.hearing import Heard
from bot.form.plain import DECLINED, NO, UNSURE, YES
from bot.screening.answers import ORDER, but_capitals, read_answer
from bot.screening.learned.features import BUCKETS, Features, features
from bot.screening.learned.labelled import LABELLER, Listener
from bot.screening.learned.reader import FOLDER, ReaderUnusable
from language.encoder import DIMENSIONS, Encoder

ANSWER = "answer"
"""Of the opioid question, whose answers `reader` reads, and of the condition, which may be anything."""
CANCEL, WHY, EXPLAIN, QUESTION, PERSON, ELSEWHERE, START, CHAT, ASK = (
    "cancel", "why", "explain", "question", "person", "elsewhere", "start", "chat", "ask")
BESIDES = (CANCEL, WHY, EXPLAIN, QUESTION, PERSON, START, CHAT)
"""What is no answer to any question of the form, whichever was asked."""
VALUES = (YES, NO, UNSURE, DECLINED)
HEARD = 0.6
"""How much the labeller counts beside the linear part. With the last two writers' 1,321 messages learned by neither, at
0, .3, .5, .7 and 1: 1,063, 1,148, 1,163, 1,170 and 1,169 of them taken for what they are."""
KEPT = np.float16
_PARTS = ("words", "sentence", "bias")


@dataclass(frozen=True)
class Kind:
    """What a message most likely is, and how likely."""

    name: str
    chance: float

    @property
    def is_value(self) -> bool:
        """Whether it answers the question that was asked with a value."""
        return self.name in VALUES


@dataclass(frozen=True)
class Learned:
    """What training leaves behind of one question."""

    names: Sequence[str]
    words: np.ndarray
    """Buckets x names."""
    sentence: np.ndarray
    """Dimensions x names."""
    bias: np.ndarray

    def odds(self, found: Features, heard: np.ndarray | float = 0.0) -> np.ndarray:
        """The probability of each name; `heard` is what the labeller makes of it, in log-odds."""
        logits = (found.weights @ self.words[found.buckets].astype(np.float32)
                  + found.vector @ self.sentence.astype(np.float32) + self.bias + HEARD * heard)
        likely = np.exp(logits - logits.max())
        return np.asarray(likely / likely.sum())


class Kinds:
    """Tells what messages are, by the question that was asked."""

    def __init__(self, by_slot: Mapping[str, Learned], encoder: Encoder, hearing: Listener) -> None:
        self._by_slot = by_slot
        self._encoder = encoder
        self._hearing = hearing

    def of(self, slot: str, heard: Heard) -> Kind:
        """The likeliest kind of a message after the question of `slot`."""
        learned = self._by_slot[slot]
        odds = learned.odds(seen(slot, heard, self._encoder),
                            self._hearing.at(slot, but_capitals(heard.text), learned.names))
        best = int(odds.argmax())
        return Kind(learned.names[best], float(odds[best]))


def seen(slot: str, heard: Heard, encoder: Encoder) -> Features:
    """A message as numbers; what the rules read in it at that question is one more mark."""
    return at_question(slot, heard, at_any_question(heard, encoder))


def at_any_question(heard: Heard, encoder: Encoder) -> Features:
    """What a message is wherever it comes."""
    return features(but_capitals(heard.text), encoder, (f"q{bool(heard.asked)}",))


def at_question(slot: str, heard: Heard, anywhere: Features) -> Features:
    """The same after the question of `slot`."""
    return anywhere.marked(f"r{slot}:{read_answer(slot, heard.text)}")


def save(by_slot: Mapping[str, Learned], encoder: Encoder, folder: Path = FOLDER) -> None:
    """Writes the arrays, then their notes; the notes appear only when the arrays are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    notes = folder / "kinds.json"
    notes.unlink(missing_ok=True)
    np.savez_compressed(folder / "kinds.npz", **{
        f"{slot}_{name}": getattr(learned, name).astype(KEPT)
        for slot, learned in by_slot.items() for name in _PARTS})
    notes.write_text(json.dumps({"encoder": encoder.fingerprint(),
                                 "names": {slot: list(learned.names) for slot, learned in by_slot.items()}}, indent=1)
                     + "\n", encoding="utf-8")


def load(encoder: Encoder, folder: Path = FOLDER, labeller: Path = LABELLER) -> Kinds:
    """What was learned. Raises `ReaderUnusable`, or `EncoderMissing` without the labeller."""
    remedy = "Run `make train`; until then the rules stand alone."
    try:
        notes = json.loads((folder / "kinds.json").read_text(encoding="utf-8"))
        with np.load(folder / "kinds.npz", allow_pickle=False) as arrays:
            by_slot = {slot: Learned(tuple(names), *(arrays[f"{slot}_{part}"] for part in _PARTS))
                       for slot, names in notes["names"].items()}
    except (OSError, ValueError, KeyError) as wrong:
        raise ReaderUnusable(f"{folder}: cannot be read ({type(wrong).__name__}: {wrong}). {remedy}") from None
    if notes["encoder"] != encoder.fingerprint():
        raise ReaderUnusable(f"{folder}: made for another encoder or onnxruntime. {remedy}")
    if set(by_slot) != set(ORDER) or any(
            (one.words.shape, one.sentence.shape) != ((BUCKETS, len(one.names)), (DIMENSIONS, len(one.names)))
            for one in by_slot.values()):
        raise ReaderUnusable(f"{folder}: made by another version. {remedy}")
    hearing = Listener(labeller)
    if not all(hearing.labels.issuperset(one.names) for one in by_slot.values()):
        raise ReaderUnusable(f"{labeller}: hears other kinds. Run `make encoder`; until then the rules stand alone.")
    return Kinds(by_slot, encoder, hearing)
