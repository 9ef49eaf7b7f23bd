# mypy: disable-error-code="import-untyped,import-not-found"
"""Trains what tells the kinds of messages apart: `.venv-bot/bin/python -m bot.screening.learned.train_kinds [FILE]`.

Learns from data/form, one writer a file: `slot` (the question that was just asked), `text`, `expect`. With a FILE of
the same form it learns nothing new and prints how what is there reads it.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import scipy.sparse as sparse
from sklearn.linear_model import LogisticRegression

from bot.form.plain import YES
from bot.screening.answers import CONDITION_SLOT, OPIOIDS, ORDER, hear
from bot.screening.learned.features import BUCKETS, Features
from bot.screening.learned.kinds import (
    ANSWER,
    BESIDES,
    VALUES,
    Learned,
    at_any_question,
    at_question,
    load,
    save,
)
from bot.screening.learned.reader import FOLDER
from language.encoder import ROOT, Encoder, shared

LINES, ANSWERS = ROOT / "data" / "form", ROOT / "data" / "screening"
EVERY_ANSWER = 5
"""Of the answers to the opioid question every fifth is learned: there are thirteen thousand."""
STRENGTH, ROUNDS = 4.0, 80


def lines(path: Path) -> list[tuple[str, str, str]]:
    """Slot, text and kind of each line of a file."""
    return [(slot, text, labels[0]) for slot, text, labels in labelled_lines(path)]


def labelled_lines(path: Path) -> list[tuple[str, str, tuple[str, ...]]]:
    """Slot, text and labels of each line of a file: its kind, and the value of an answer to the opioid question."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            row = json.loads(line)
            slot, text, expect = row["slot"], row["text"], row["expect"]
        except (ValueError, KeyError, TypeError) as wrong:
            raise SystemExit(f"{path}:{number}: no line of a form ({wrong}). Write slot, text and expect.") from None
        if slot not in ORDER:
            raise SystemExit(f"{path}:{number}: unknown slot {slot!r}. Write one of {', '.join(ORDER)}.")
        if slot == OPIOIDS and expect in VALUES:
            found.append((slot, text, (ANSWER, expect)))
        else:
            found.append((slot, text, (ANSWER if slot == CONDITION_SLOT and expect == YES else expect,)))
    return found


def _opioid_answers() -> list[tuple[str, str, str]]:
    rows = [json.loads(line)["text"] for path in sorted(ANSWERS.glob("*.jsonl"))
            for line in path.read_text(encoding="utf-8").splitlines() if json.loads(line)["slot"] == OPIOIDS]
    return [(OPIOIDS, text, ANSWER) for text in rows[::EVERY_ANSWER]]


def learn(written: list[tuple[str, str, str]], encoder: Encoder) -> dict[str, Learned]:
    """One model for each question."""
    learned = {}
    heard = {text: hear(text) for _, text, _ in written}
    anywhere = {text: at_any_question(one, encoder) for text, one in heard.items()}
    for slot in ORDER:
        rows = {(text, kind): None for at, text, kind in written if at == slot or kind in BESIDES}
        found = [at_question(slot, heard[text], anywhere[text]) for text, _ in rows]
        learned[slot] = _fit(found, [kind for _, kind in rows])
        print(f"{slot}: learned from {len(rows)} messages", flush=True)
    return learned


def _fit(found: list[Features], kinds: list[str]) -> Learned:
    starts = np.cumsum([0] + [len(one.buckets) for one in found])
    words = sparse.csr_matrix((np.concatenate([one.weights for one in found]),
                               np.concatenate([one.buckets for one in found]), starts), shape=(len(found), BUCKETS))
    model = LogisticRegression(C=STRENGTH, max_iter=ROUNDS)
    model.fit(sparse.hstack([words, sparse.csr_matrix([one.vector for one in found])]).tocsr(), kinds)
    weights = model.coef_.T
    return Learned([str(name) for name in model.classes_], weights[:BUCKETS], weights[BUCKETS:], model.intercept_)


def measure(path: Path, encoder: Encoder) -> None:
    """Prints how the lines of a file are read."""
    kinds = load(encoder)
    wrong: Counter[tuple[str, str, str]] = Counter()
    rows = lines(path)
    for slot, text, expected in rows:
        kind = kinds.of(slot, hear(text))
        if kind.name != expected:
            wrong[slot, expected, kind.name] += 1
            print(f"  {slot}: {text!r}: {kind.name} ({kind.chance:.2f}), expected {expected}")
    print(f"{len(rows) - sum(wrong.values())} of {len(rows)} right")


def main() -> None:
    """Learns and writes, or measures."""
    encoder = shared()
    if len(sys.argv) > 1:
        measure(Path(sys.argv[1]), encoder)
        return
    written = [line for path in sorted(LINES.glob("*.jsonl")) for line in lines(path)]
    save(learn([*written, *_opioid_answers()], encoder), encoder)
    print(f"{FOLDER}: learned from {len(written)} messages")


if __name__ == "__main__":
    main()
