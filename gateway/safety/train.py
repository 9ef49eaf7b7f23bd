# mypy: disable-error-code="import-untyped,import-not-found"
"""Trains the classifier's n-grams, with scikit-learn: `.venv-bot/bin/python -m gateway.safety.train`.

Without options: learns from every line and writes `build/safety/head.npz` and `head.json`, for the labeller that
`gateway.safety.tune` has left, with the threshold of `measured.json`; with `--keep` into `gateway/safety/trained/` as
well, which comes with the code. With `--if-changed`: takes those over, and learns only where they were learned from
something else (four minutes). With `--threshold`: sets that threshold by how
many turns of the held-out conversations raise an alarm. With `--measure WRITER`: does the same, then takes the labeller
that was tuned without that writer (`gateway.safety.tune --without WRITER`), learns without them and writes what it
catches of their lines beside it. What another writer would type is what the screen is for, so nothing else is a fair
estimate.
"""

from __future__ import annotations

import argparse
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from gateway.safety.classifier import FOLDER, LABELLER, SAFE, TRIAL, Classifier, Head, labeller
from gateway.safety.corpus import SCALE, Corpus, Line, held_out, learned_from, load_lines
from gateway.safety.screen import Screen
from language.labeller import Labeller

KEPT = Path(__file__).parent / "trained"
ARRAYS, NOTES = "head.npz", "head.json"
MEASURED = Path(__file__).parent / "measured.json"
LINEAR_C = 10.0
DANGER_WEIGHT, LOOKALIKE_WEIGHT, OPEN_WEIGHT = 1.5, 2.0, 10
"""A danger of the open set is there so many times: what was missed once shall not be missed again."""
COUNTER_WEIGHT = 8.0
"""A counter-example of the rule file is a promise: it raises no card."""
WORDS = 0.6
"""The share of the n-grams' score that counts beside the labeller."""
RULES, DOUBT = 4.0, 2.0
"""What a rule's alarm adds to the score, and what a reason for doubt takes from it."""
MOST_ALARMS = 0.0035
"""Of the turns of conversations that nobody has learned from: a card that comes by mistake costs the turns after it."""
"""Of the held-out messages, which nothing learns; with some, a double dose and no symptom, a card does no harm."""


@dataclass(frozen=True)
class Chosen:
    """The pieces to learn from (places in `Corpus.texts`): the safe ones with their weights, and of each line in danger
    the one piece that is dangerous, with the line's place."""

    safe: dict[int, float]
    dangerous: list[tuple[int, int]]


def choose(corpus: Corpus, places: Sequence[int]) -> Chosen:
    """What to learn of these lines. Of a long message in danger only its most alarming piece counts as dangerous."""
    safe = {number: _weight(corpus.lines[place])
            for place in places if corpus.lines[place].category == SAFE for number in corpus.pieces[place]}
    dangers = [place for place in places if corpus.lines[place].category != SAFE]
    certain = [(corpus.pieces[place][0], place) for place in dangers if len(corpus.pieces[place]) == 1]
    first = _fit_linear(corpus, safe, [number for number, _ in certain])
    return Chosen(safe, certain + [
        (corpus.pieces[place][int(np.argmax(first.decision_function(corpus.grams[corpus.pieces[place]])))], place)
        for place in dangers if len(corpus.pieces[place]) > 1
    ])


def _weight(line: Line) -> float:
    if line.writer == "rules":
        return COUNTER_WEIGHT
    return 1.0 if line.kind == "ordinary" else LOOKALIKE_WEIGHT


def fit(corpus: Corpus, places: Sequence[int], threshold: float = 0.0) -> Head:
    """Learns the n-grams of these lines."""
    chosen = choose(corpus, places)
    of_open = [one for one in chosen.dangerous if corpus.lines[one[1]].writer == "open"]
    linear = _fit_linear(corpus, chosen.safe,
                         [number for number, _ in chosen.dangerous + of_open * (OPEN_WEIGHT - 1)])
    return Head(words=(linear.coef_[0] * SCALE * WORDS).astype(np.float32), bias=float(linear.intercept_[0] * WORDS),
                threshold=threshold, rules=RULES, doubt=DOUBT)


def _fit_linear(corpus: Corpus, safe: dict[int, float], danger: Sequence[int]) -> LogisticRegression:
    model = LogisticRegression(C=LINEAR_C, solver="liblinear", random_state=0)
    return model.fit(corpus.grams[[*safe, *danger]], [0] * len(safe) + [1] * len(danger),
                     sample_weight=[*safe.values()] + [DANGER_WEIGHT] * len(danger))


def measure(corpus: Corpus, screen: Screen, writer: str | None) -> dict[str, Any]:
    """The threshold, and how this writer's lines score where neither labeller nor n-grams have learnt from them."""
    whole = Classifier(fit(corpus, range(len(corpus.lines))), labeller())
    ordinary = np.array([screen.weigh(screen.readings(text), whole) for text in held_out()])
    threshold = next(value for value in np.arange(-8, 12, 0.05) if (ordinary >= value).mean() <= MOST_ALARMS)
    chosen = {"threshold": round(float(threshold), 3),
              "ordinary_with_an_alarm": f"{sum(ordinary >= threshold)} of {len(ordinary)}"}
    if writer is None:
        return chosen
    others = [place for place, line in enumerate(corpus.lines) if line.writer != writer]
    reader = Classifier(fit(corpus, others), Labeller(TRIAL / LABELLER.name))
    scored = [(line, screen.weigh(found, reader)) for line, found in zip(corpus.lines, corpus.readings, strict=True)
              if line.writer == writer and line.kind != "told"]

    def share(scores: Sequence[float]) -> str:
        return f"{sum(score >= threshold for score in scores)} of {len(scores)}"

    categories = sorted({line.category for line, _ in scored} - {SAFE})
    return {
        **chosen, "writer_not_learnt_from": writer,
        "lookalikes_with_an_alarm": share([score for line, score in scored if line.category == SAFE]),
        "flags": share([score for line, score in scored if line.category != SAFE]),
        "flags_by_category": {name: share([score for line, score in scored if line.category == name])
                              for name in categories},
    }


def save(head: Head, made_for: Labeller, folder: Path = FOLDER) -> None:
    """Writes the arrays, then their notes; the notes appear only when the arrays are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    notes_file = folder / NOTES
    notes_file.unlink(missing_ok=True)
    np.savez_compressed(folder / ARRAYS, words=head.words)
    notes_file.write_text(json.dumps({
        "labeller": made_for.fingerprint(), "learned_from": learned_from(), "bias": head.bias,
        "threshold": head.threshold, "rules": head.rules, "doubt": head.doubt,
    }, indent=1) + "\n", encoding="utf-8")


def take_over(made_for: Labeller, kept: Path = KEPT, folder: Path = FOLDER) -> bool:
    """True where the arrays that came with the code fit this labeller and were learned from what is here now; they are
    then in `folder`."""
    try:
        notes = json.loads((kept / NOTES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    if (notes.get("labeller"), notes.get("learned_from")) != (made_for.fingerprint(), learned_from()):
        return False
    folder.mkdir(parents=True, exist_ok=True)
    for name in (ARRAYS, NOTES):
        shutil.copyfile(kept / name, folder / name)
    return True


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--threshold", action="store_true", help="only set the threshold")
    options.add_argument("--measure", metavar="WRITER", help="also measure on the lines of this writer")
    options.add_argument("--if-changed", action="store_true", help="take what came with the code where it still fits")
    options.add_argument("--keep", action="store_true", help="write what comes with the code as well")
    asked = options.parse_args()
    if asked.if_changed and take_over(labeller()):
        print("safety: the n-grams that come with the code fit")
        return
    screen = Screen.load(head=Path("/nonexistent"))
    corpus = Corpus(load_lines(), screen)
    print(f"{len(corpus.lines)} lines, {len(corpus.texts)} pieces", flush=True)
    if asked.measure or asked.threshold:
        figures = measure(corpus, screen, asked.measure)
        MEASURED.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(figures, indent=1))
        return
    threshold = json.loads(MEASURED.read_text(encoding="utf-8"))["threshold"]
    head = fit(corpus, range(len(corpus.lines)), threshold)
    for folder in (FOLDER, KEPT) if asked.keep else (FOLDER,):
        save(head, labeller(), folder)
    print(f"safety: head written, threshold {threshold}")


if __name__ == "__main__":
    main()
