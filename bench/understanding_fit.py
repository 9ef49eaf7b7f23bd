"""Fits the trees of `bot/nlu/decision.json`: `.venv-bot/bin/python -m bench.understanding_fit` (a quarter of an hour).

The rows are how classifier and labeller read messages that they have not seen. The files of data/later/ (one writer or
group of writers a file) and the messages with several questions (data/several.tsv) go into two halves; each half is
read by what learned the other one (`bot.nlu.tune --half 0` and `--half 1` must have been run). One half of
tests/held_out.jsonl (`bench.understanding.halves`) is read as well; its other half stays for measuring.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier

from bench.understanding import LATER, LINES, ROOT, RememberingEncoder, examples, halves, outcome_label, trained
from bot.nlu.decision import NAMES, WEIGHTS, features, readings
from bot.nlu.labelled import FOLDER
from bot.nlu.outcome import NOT_COVERED, OUT_OF_SCOPE
from bot.nlu.readable import unreadable
from bot.nlu.understanding import Understanding
from language.labeller import Labeller

SEVERAL = ROOT / "data" / "several.tsv"
# Later lines outnumber what patients send, and most of them are foreign: without these weights a third of the messages
# would be taken for foreign.
WEIGHT_HELD_OUT, WEIGHT_LATER, WEIGHT_FOREIGN, WEIGHT_SEVERAL = 3.0, 0.6, 0.05, 1.5
HALVES = (0, 1)
TREES, LEAVES, RATE, LEAST_IN_LEAF, RIDGE = 200, 8, 0.06, 25, 2.0
Row = tuple[list[float], bool, float]


@dataclass(frozen=True)
class Labelled:
    """A message, the labels that may be right, the subjects where they are known, and its weight in the fit."""

    text: str
    allowed: frozenset[str]
    subjects: frozenset[str]
    weight: float


def messages_of(half: int) -> Iterator[Labelled]:
    """The messages that what `bot.nlu.tune --half` made for this half has not learned."""
    for case in halves()[0][half::2]:
        subjects = frozenset([case.subject] if case.subject and len(case.must_all) < 2 else [])
        yield Labelled(case.text, frozenset({*case.accept, *case.must_all}), subjects, WEIGHT_HELD_OUT)
    for line in SEVERAL.read_text(encoding="utf-8").splitlines()[half::2]:
        labels, _, text = line.partition("\t")
        yield _of_labels(text, labels.split(","), WEIGHT_SEVERAL)
    for path in LATER[half::2]:
        yield from written_in(path)


def written_in(path: Path) -> Iterator[Labelled]:
    """The training lines of one file as messages."""
    for text, label in examples(path):
        yield _of_labels(text, [label], WEIGHT_FOREIGN if label == OUT_OF_SCOPE else WEIGHT_LATER)


def all_rows() -> Iterator[Row]:
    """The rows of every message, each read by what has not learned it."""
    with ProcessPoolExecutor(max_workers=len(HALVES)) as workers:
        for found in workers.map(_rows_without, HALVES):
            yield from found


def _rows_without(half: int) -> list[Row]:
    lines = examples(LINES, *(path for place, path in enumerate(LATER) if place % 2 != half))
    found = list(rows(trained(lines, RememberingEncoder(), Labeller(FOLDER / f"without_{half}")), messages_of(half)))
    print(f"half {half}: {len(found)} readings", flush=True)
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


def main() -> None:
    """Fits and writes."""
    matrix, asked, weight = (np.array(column, dtype=float) for column in zip(*all_rows()))
    model = HistGradientBoostingClassifier(
        max_iter=TREES, learning_rate=RATE, max_leaf_nodes=LEAVES, min_samples_leaf=LEAST_IN_LEAF,
        l2_regularization=RIDGE, random_state=0, early_stopping=False,
    ).fit(matrix, asked, sample_weight=weight)
    WEIGHTS.write_text(json.dumps(described(model), separators=(",", ":")) + "\n", encoding="utf-8")
    print(f"{WEIGHTS.name}: {len(matrix)} readings, {asked.mean():.0%} of them asked")


def _of_labels(text: str, labels: list[str], weight: float) -> Labelled:
    subjects = frozenset(label.partition("/")[2] for label in labels if label.startswith(NOT_COVERED))
    return Labelled(text, frozenset(outcome_label(label) for label in labels), subjects, weight)


if __name__ == "__main__":
    main()
