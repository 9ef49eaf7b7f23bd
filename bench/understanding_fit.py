"""Fits the weights of `bot/nlu/decision.json`: `.venv-bot/bin/python -m bench.understanding_fit` (about ten minutes).

Rows come from messages that the classifier did not learn from: data/nlu.yml in blocks (each writer's lines stand
together, so a block left out is mostly a writer left out), two or three of its lines joined, and one half of
tests/held_out.jsonl (`bench.understanding.halves`); the other half stays for measuring.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

from bench.understanding import Case, examples, halves, outcome_label, trained
from bot.nlu.decision import FOREIGN, PIECE, SINGLE, WEIGHTS, WHOLE, features, foreign_features
from bot.nlu.understanding import OUT_OF_SCOPE, Understanding

BLOCKS, SINGLES, JOINS, LONGEST = 6, 800, 320, 14
HELD_OUT_WEIGHT = 10.0
_JOINTS = (" ", "? ", " and ", ", ", ". ", " also ", " n ", "\n", " plus ", "?? ", " & ", ", and ", ". also ")
Rows = dict[str, list[tuple[list[float], bool, float]]]


def rows_of(understanding: Understanding, cases: Iterable[Case], weight: float) -> Rows:
    """The features of every candidate of the cases, whether it was asked, and its weight."""
    rows: Rows = defaultdict(list)
    for case in cases:
        allowed = {*case.accept, *case.must_all}
        candidates = understanding.candidates(case.text)
        whole, units = candidates[0].piece.unit, [one.piece.unit for one in candidates[1:]]
        rows[FOREIGN].append((foreign_features(whole), OUT_OF_SCOPE in allowed, weight))
        for candidate in candidates:
            unit = candidate.piece.unit
            rows[candidate.kind].append((features(unit.best, unit, whole, units),
                                         candidate.outcome.label in allowed, weight))
    return rows


def joined(lines: Sequence[tuple[str, str]], chance: random.Random) -> list[Case]:
    """Messages of two or three questions, made of lines of different outcomes."""
    short = [line for line in lines if 2 <= len(line[0].split()) <= LONGEST
             and not line[1].startswith(("smalltalk", OUT_OF_SCOPE))]
    cases = []
    for _ in range(JOINS):
        picked = chance.sample(short, 2 if chance.random() < 0.8 else 3)
        wanted = tuple(dict.fromkeys(outcome_label(label) for _, label in picked))
        if len(wanted) == len(picked):
            text = picked[0][0]
            for line, _ in picked[1:]:
                text = text.rstrip(" .?!") + chance.choice(_JOINTS) + line
            cases.append(Case(text, wanted, wanted))
    return cases


def fit(rows: Sequence[tuple[list[float], bool, float]]) -> dict[str, list[float]]:
    """The weights of one logistic model."""
    matrix, right, weight = (np.array(column, dtype=float) for column in zip(*rows))
    scaler = StandardScaler().fit(matrix)
    model = LogisticRegression(max_iter=2000).fit(scaler.transform(matrix), right, sample_weight=weight)
    coefficients = model.coef_[0] / scaler.scale_
    return {"coefficients": coefficients.round(4).tolist(),
            "intercept": [round(float(model.intercept_[0] - (coefficients * scaler.mean_).sum()), 4)]}


def main() -> None:
    """Fits and writes."""
    chance = random.Random(5)
    listed = examples()
    counts: dict[str, int] = defaultdict(int)
    for _, label in listed:
        counts[label] += 1
    seen: dict[str, int] = defaultdict(int)
    block = []
    for _, label in listed:
        block.append(seen[label] * BLOCKS // counts[label])
        seen[label] += 1
    collected: Rows = defaultdict(list)
    for number in range(BLOCKS):
        inside = [line for line, where in zip(listed, block) if where == number]
        understanding = trained([line for line, where in zip(listed, block) if where != number])
        singles = [Case(text, (outcome_label(label),)) for text, label in chance.sample(inside, SINGLES)]
        for kind, rows in rows_of(understanding, [*singles, *joined(inside, chance)], 1.0).items():
            collected[kind] += rows
        print(f"block {number + 1} of {BLOCKS} read", flush=True)
    for kind, rows in rows_of(trained(listed), halves()[0], HELD_OUT_WEIGHT).items():
        collected[kind] += rows
    weights = {kind: fit(collected[kind]) for kind in (SINGLE, WHOLE, PIECE, FOREIGN)}
    WEIGHTS.write_text(json.dumps({"weights": weights}, indent=1) + "\n", encoding="utf-8")
    print(f"{WEIGHTS}: written")


if __name__ == "__main__":
    main()
