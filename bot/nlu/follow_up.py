"""What a message asks given the turn before: learned from pairs of turns, `data/follow_ups.tsv`.

"his is only mild" says nothing by itself and asks about the liver after an answer about the liver. A logistic
regression sees the message, both turns read as one, the turn before, the label that was answered, and what classifier
and labeller make of the message and of both turns. Trained and stored beside the classifier, without pickle.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from bot.nlu.outcome import NOT_COVERED, Outcome
from bot.nlu.understanding import Understanding
from bot.nlu.words import Prepared
from language.encoder import Encoder

PAIRS = Path(__file__).resolve().parent.parent.parent / "data" / "follow_ups.tsv"
_COLUMNS = 4
_VECTORS, _LABEL_BEFORE, _VECTOR_BEFORE, _READINGS = 2.0, 1.0, 1.0, 0.25
_FLOOR, _FARTHEST = 1e-4, 8.0
_ROUNDS = 60


class FollowUpError(ValueError):
    """A line of the pairs cannot be used; the text says file, line and remedy."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True)
class Pair:
    """A turn, the label that was answered, and the message that followed with its own label."""

    label_before: str
    before: str
    message: str
    label: str


def load_pairs(labels: Sequence[str], path: Path = PAIRS) -> list[Pair]:
    """The pairs of a file: label, message, next message, its label, with tabs between them; of several labels in the
    last column the first counts. Raises `FollowUpError` for a line with other columns or an unknown label."""
    pairs = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != _COLUMNS or not all(cells):
            raise FollowUpError(path, number, f"{len(cells)} cells. Write label, message, next message and its label "
                                              "with tabs between them.")
        label_before, before, message, after = cells
        for label in (label_before, *after.split(",")):
            if label not in labels:
                raise FollowUpError(path, number, f"unknown label {label!r}. Write one that data/nlu.yml has.")
        pairs.append(Pair(label_before, before, message, after.split(",")[0]))
    return pairs


class FollowUps:
    """Reads a message in the light of the turn before it."""

    def __init__(self, understanding: Understanding, encoder: Encoder) -> None:
        self._model, self._labeller = understanding.model, understanding.labeller
        self._preparer = understanding.preparer
        self._encoder = encoder
        self._beside = ThreadPoolExecutor(1, "follow-up")
        self._weights = np.zeros((0, 0), dtype=np.float32)
        self._intercept = np.zeros(0, dtype=np.float32)
        self._labels: list[str] = []

    def train(self, pairs: Sequence[Pair]) -> None:
        """Learns the pairs; the classifier must not have learned their messages, or its readings would be too good."""
        # spaCy is asked by one thread: what it has seen grows with each text.
        prepared = [(pair.label_before, self._prepared(pair.before, pair.message)) for pair in pairs]
        with ThreadPoolExecutor(2, "follow-ups") as two:  # encoder and labeller let go of the interpreter
            seen = np.stack(list(two.map(lambda one: self._seen(*one), prepared)))
        learned = LogisticRegression(max_iter=_ROUNDS).fit(seen, [pair.label for pair in pairs])
        self._weights = learned.coef_.astype(np.float32)
        self._intercept = learned.intercept_.astype(np.float32)
        self._labels = [str(label) for label in learned.classes_]

    def read(self, last: Outcome, before: str, message: str) -> Outcome:
        """The likeliest outcome, the subjects of not_covered added up; `score` says how likely it is."""
        margins = self._weights @ self._seen(_label(last), self._prepared(before, message)) + self._intercept
        chances = np.exp(margins - margins.max())
        shares: dict[str, float] = {}
        subject, most = "other", 0.0
        for label, chance in zip(self._labels, (chances / chances.sum()).tolist()):
            group, _, name = label.partition("/")
            summed = group if group == NOT_COVERED else label.replace("/", ":")
            shares[summed] = shares.get(summed, 0.0) + chance
            if group == NOT_COVERED and chance > most:
                subject, most = name, chance
        best = max(shares, key=lambda name: shares[name])
        return Outcome(best, score=shares[best], subject=subject if best == NOT_COVERED else None)

    def save(self, folder: Path) -> None:
        """Writes what was learned beside the classifier."""
        np.savez_compressed(folder / "follow_ups.npz", weights=self._weights, intercept=self._intercept)
        (folder / "follow_ups.json").write_text(json.dumps(self._labels), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, understanding: Understanding, encoder: Encoder) -> FollowUps:
        """Reads what `save` wrote."""
        learned = cls(understanding, encoder)
        learned._labels = json.loads((folder / "follow_ups.json").read_text(encoding="utf-8"))
        with np.load(folder / "follow_ups.npz", allow_pickle=False) as arrays:
            learned._weights, learned._intercept = arrays["weights"], arrays["intercept"]
        return learned

    def _prepared(self, before: str, message: str) -> tuple[Prepared, ...]:
        return tuple(self._preparer.prepare(text) for text in (message, f"{before} {message}", before))

    def _seen(self, label_before: str, prepared: tuple[Prepared, ...]) -> np.ndarray:
        this, both, first = prepared
        labels = self._model.labels
        answered = np.zeros(len(labels), dtype=np.float32)
        if label_before in labels:
            answered[labels.index(label_before)] = _LABEL_BEFORE
        hearing = self._beside.submit(self._labeller.read, both.text)
        readings = [np.log(self._model.plain(one.text, one.words).probability + _FLOOR) for one in (this, both)]
        said = [np.clip(odds, -_FARTHEST, _FARTHEST) for odds in (self._labeller.read(this.text), hearing.result())]
        return np.concatenate([
            self._encoder.encode(this.text) * _VECTORS, self._encoder.encode(both.text) * _VECTORS, answered,
            self._encoder.encode(first.text) * _VECTOR_BEFORE, *(reading * _READINGS for reading in (*readings, *said)),
        ]).astype(np.float32)


def _label(outcome: Outcome) -> str:
    if outcome.label == NOT_COVERED:
        return f"{NOT_COVERED}/{outcome.subject or 'other'}"
    return outcome.label.replace(":", "/")
