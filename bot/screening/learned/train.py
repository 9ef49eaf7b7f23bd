# mypy: disable-error-code="import-untyped,import-not-found"
"""Trains the reader: `.venv-bot/bin/python -m bot.screening.learned.train [--measure [--mistakes]]`.

Learns from every answer to the opioid question in data/screening, one writer a file. With `--measure` it leaves out one
writer after the other, learns from the rest and prints how the one left out is read: the fair estimate of a new one.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression

from bot.form.plain import NO, UNSURE, YES
from bot.screening.answers import OPIOIDS, but_capitals, hear, read_opioids
from bot.screening.judging import name_of
from bot.screening.learned.features import BUCKETS, Features, features
from bot.screening.learned.reader import ASK, FOLDER, VALUES, Learned, decide, save
from language.encoder import ROOT, Encoder, shared

ANSWERS = ROOT / "data" / "screening"
NOT_LEARNED_BY_THE_RULES = ("third", "fourth")
"""Who wrote these was not read when the rules' wordings were collected: only they tell how far the rules hold."""
STRENGTH, ROUNDS, SELDOM = 4.0, 400, 0.5
_MEANS = {"not_no": UNSURE, "none": ASK}


@dataclass(frozen=True)
class Answer:
    """One answer to learn from."""

    writer: str
    text: str
    value: str
    by_rules: str
    found: Features


def load_answers(encoder: Encoder, folder: Path = ANSWERS) -> list[Answer]:
    """Every answer to the opioid question. Where several readings are right, the most careful one is learned.

    A no beside a name ("no, tramadol") is not learned as something to ask about: the form notes yes and says so.
    """
    answers = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if row["slot"] != OPIOIDS:
                continue
            heard = hear(row["text"])
            reading, value = read_opioids(heard), value_of(row)
            if not (reading.against and value == ASK):
                answers.append(Answer(path.stem, row["text"], value, name_of(reading),
                                      features(but_capitals(heard.text), encoder)))
    return answers


def value_of(row: dict[str, object]) -> str:
    """The value that is learned from a line of a file."""
    right = row.get("accept") or [row["expect"]]
    assert isinstance(right, list)
    value = UNSURE if UNSURE in right else str(right[0])
    return _MEANS.get(value, value)


def fit(answers: Sequence[Answer]) -> Learned:
    """Learns from these answers."""
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(_matrix(answers), [answer.value for answer in answers])
    order = [list(model.classes_).index(value) for value in VALUES]
    weights = model.coef_[order].T
    return Learned(weights[:BUCKETS], weights[BUCKETS:], model.intercept_[order], _trust(answers))


def _matrix(answers: Sequence[Answer]) -> sparse.csr_matrix:
    starts = np.cumsum([0] + [len(answer.found.buckets) for answer in answers])
    words = sparse.csr_matrix((np.concatenate([answer.found.weights for answer in answers]),
                               np.concatenate([answer.found.buckets for answer in answers]), starts),
                              shape=(len(answers), BUCKETS))
    return sparse.hstack([words, sparse.csr_matrix([answer.found.vector for answer in answers])]).tocsr()


def _trust(answers: Sequence[Answer]) -> dict[str, np.ndarray]:
    """For each reading of the rules the logarithms of how often they read so where each value was right."""
    fair = [answer for answer in answers if answer.writer in NOT_LEARNED_BY_THE_RULES]
    names = sorted({answer.by_rules for answer in fair})
    counts = Counter((answer.by_rules, answer.value) for answer in fair)
    totals = Counter(answer.value for answer in fair)
    return {name: np.array([np.log((counts[name, value] + SELDOM) / (totals[value] + SELDOM * len(names)))
                            for value in VALUES]) for name in names}


def measure(answers: Sequence[Answer], mistakes: bool) -> None:
    """Prints how each writer is read by what was learned from all the others."""
    for writer in sorted({answer.writer for answer in answers}):
        learned = fit([answer for answer in answers if answer.writer != writer])
        theirs = [answer for answer in answers if answer.writer == writer]
        read = [decide(learned.odds(answer.found, answer.by_rules)) for answer in theirs]
        pairs = Counter((answer.value, value) for answer, value in zip(theirs, read, strict=True))
        right = sum(pairs[value, value] for value in VALUES)
        print(f"{writer}: {right} of {len(theirs)} right ({right / len(theirs):.1%}); "
              f"taken read as no {pairs[YES, NO]}, stopped lately read as no {pairs[UNSURE, NO]}, "
              f"not taken read as yes {pairs[NO, YES]}, asked {sum(pairs[value, ASK] for value in VALUES[:-1])}")
        for answer, value in zip(theirs, read, strict=True):
            if mistakes and value != answer.value:
                print(f"  {answer.text!r}: {value}, expected {answer.value} (the rules: {answer.by_rules})")


def main() -> None:
    """Measures where asked to, then learns from every answer and writes the arrays."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--measure", action="store_true", help="leave out each writer in turn and print the figures")
    options.add_argument("--mistakes", action="store_true", help="with --measure: print what was read wrong")
    chosen = options.parse_args()
    encoder = shared()
    answers = load_answers(encoder)
    if chosen.measure:
        measure(answers, chosen.mistakes)
    save(fit(answers), encoder)
    print(f"{FOLDER}: learned from {len(answers)} answers")


if __name__ == "__main__":
    main()
