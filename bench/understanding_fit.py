"""Fits the trees of `bot/nlu/decision.json`: `.venv-bot/bin/python -m bench.understanding_fit [FILE ...]`.

The trees learn from how classifier and labeller read messages that neither has learned. So a new writer's lines are
read here first (FILE: a file of data/later/, or messages with several questions in the form of data/several.tsv), by
the model in service; their readings join those of the writers before in `understanding_rows.npz`. Only then are the
lines learned. Without a FILE the trees are fitted on the readings that are kept.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from bench.understanding import examples, newest, outcome_label
from bot.nlu.decision import NAMES, WEIGHTS, features, readings
from bot.nlu.outcome import NOT_COVERED, OUT_OF_SCOPE
from bot.nlu.readable import unreadable
from bot.nlu.understanding import Understanding

ROWS = Path(__file__).parent / "understanding_rows.npz"
WEIGHT, WEIGHT_FOREIGN = 1.0, 0.5
"""New lines hold more foreign messages than patients send."""
TREES, LEAVES, RATE, LEAST_IN_LEAF, RIDGE = 200, 8, 0.06, 25, 2.0
Row = tuple[list[float], bool, float]


@dataclass(frozen=True)
class Labelled:
    """A message, the labels that may be right, the subjects where they are known, and its weight in the fit."""

    text: str
    allowed: frozenset[str]
    subjects: frozenset[str]
    weight: float


@dataclass(frozen=True)
class Rows:
    """Readings x features, whether each was asked, and its weight."""

    matrix: np.ndarray
    asked: np.ndarray
    weight: np.ndarray

    @classmethod
    def load(cls) -> Rows:
        """Those that are kept, none where there is no file. Exits where they hold other features than the trees use
        now."""
        if not ROWS.exists():
            return cls(np.zeros((0, len(NAMES))), np.zeros(0, dtype=bool), np.zeros(0))
        with np.load(ROWS, allow_pickle=False) as kept:
            if list(map(str, kept["features"])) != list(NAMES):
                raise SystemExit(f"{ROWS.name} holds readings with other features than bot/nlu/decision.py computes. "
                                 "Delete it and name the lines that are not learned yet: the readings begin anew.")
            return cls(kept["matrix"].astype(float), kept["asked"], kept["weight"].astype(float))

    def save(self) -> None:
        """Keeps them."""
        np.savez_compressed(ROWS, features=np.array(NAMES), matrix=self.matrix.astype(np.float16), asked=self.asked,
                            weight=self.weight.astype(np.float16))

    def joined(self, found: Iterable[Row]) -> Rows:
        """These and those that were found now."""
        new = list(found)
        if not new:
            return self
        matrix, asked, weight = zip(*new, strict=True)
        return Rows(np.vstack([self.matrix, matrix]), np.append(self.asked, asked), np.append(self.weight, weight))


def written_in(path: Path) -> Iterator[Labelled]:
    """The lines of one file as messages."""
    if path.suffix == ".tsv":
        for line in path.read_text(encoding="utf-8").splitlines():
            labels, _, text = line.partition("\t")
            yield _of_labels(text, labels.split(","))
        return
    for text, label in examples(path):
        yield _of_labels(text, [label])


def unlearned(understanding: Understanding, path: Path) -> list[Labelled]:
    """The lines of one file. Exits where the model knows most of them already: its readings would be too good."""
    found = list(written_in(path))
    known = sum(understanding.model.learned(understanding.preparer.prepare(one.text).text) is not None for one in found)
    if known > len(found) / 2:
        raise SystemExit(f"{path}: the model in service has learned {known} of {len(found)} lines. "
                         "Name lines that it has not.")
    return found


def rows(understanding: Understanding, messages: Iterable[Labelled]) -> Iterator[Row]:
    """The features of every reading of the messages, whether it was asked, and its weight."""
    for message in messages:
        if unreadable(message.text):
            continue
        said, parts = understanding.said(message.text), understanding.parts(message.text)
        found = readings(parts, said)
        for key in found:
            label, subject, _ = key
            asked = label in message.allowed
            if asked and label == NOT_COVERED and message.subjects and subject not in message.subjects:
                continue
            yield features(key, found, parts, said), asked, message.weight


def described(model: HistGradientBoostingClassifier) -> dict[str, object]:
    """The fitted trees as `bot.nlu.decision.Decision` reads them."""
    trees = []
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        leaf = nodes["is_leaf"].astype(bool)
        trees.append([
            np.where(leaf, -1, nodes["feature_idx"].astype(int)).tolist(),
            [round(float(one), 5) for one in np.where(leaf, 0.0, nodes["num_threshold"])],
            nodes["left"].astype(int).tolist(), nodes["right"].astype(int).tolist(),
            [round(float(one), 5) for one in np.where(leaf, nodes["value"], 0.0)],
        ])
    return {"features": list(NAMES), "start": float(model._baseline_prediction.ravel()[0]), "trees": trees}


def fit(rows: Rows) -> HistGradientBoostingClassifier:
    """The trees."""
    return HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=RIDGE, random_state=0, early_stopping=False,
    ).fit(rows.matrix, rows.asked, sample_weight=rows.weight)


def main() -> None:
    """Reads what is new, fits and writes."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("files", nargs="*", type=Path, metavar="FILE", help="lines that nothing has learned yet")
    kept = Rows.load()
    files = options.parse_args().files
    if files:
        understanding = newest()
        kept = kept.joined(row for path in files for row in rows(understanding, unlearned(understanding, path)))
        kept.save()
    if not kept.asked.size:
        raise SystemExit(f"There is no reading to fit on: {ROWS.name} is not there. "
                         "Name files that nothing has learned yet.")
    WEIGHTS.write_text(json.dumps(described(fit(kept)), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{WEIGHTS.name}: {len(kept.asked)} readings, {kept.asked.mean():.0%} of them asked")


def _of_labels(text: str, labels: list[str]) -> Labelled:
    subjects = frozenset(label.partition("/")[2] for label in labels if label.startswith(NOT_COVERED))
    return Labelled(text, frozenset(outcome_label(label) for label in labels), subjects,
                    WEIGHT_FOREIGN if labels == [OUT_OF_SCOPE] else WEIGHT)


if __name__ == "__main__":
    main()
