"""HINT3, three bots with real messages: `.venv-bot/bin/python -m bench.hint3 [--cosine N]`.

Trains this repository's classifier (encoder, TF-IDF, linear SVM, spelling to the set's own vocabulary; without the
clinic's lexicons and thresholds) on each set's train file. Prints in-scope accuracy and the AUROC of in-scope against
foreign messages, beside the design's row (research: .771 and .883), and a paired bootstrap of `p·exp(k·cos)` against
`p` alone, which is the only claim made here. The data (ODbL) is read from ../shared/bench/hint3 and never shipped.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from bot.nlu.model import Model
from bot.nlu.ranking import COSINE_SHARPNESS
from bot.nlu.words import Preparer, make_speller, vocabulary
from language import encoder

FOLDER = Path(__file__).resolve().parent.parent.parent / "shared" / "bench" / "hint3"
SETS = ("sofmattress", "curekart", "powerplay11")
FOREIGN = "NO_NODES_DETECTED"
DESIGN = {"accuracy": 0.771, "auroc": 0.883}
RESAMPLES = 5000


def _rows(path: Path) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row["sentence"], row["label"]) for row in csv.DictReader(file)]


def measure(name: str, sharpness: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Per in-scope message whether the blend and p alone were right, and the AUROC of the design's score."""
    train = _rows(FOLDER / f"{name}_train.csv")
    shared = encoder.shared()
    counts = vocabulary([text for text, _ in train], ())
    preparer = Preparer((), make_speller(counts, shared.tokens))
    prepared = [preparer.prepare(text) for text, _ in train]
    model = Model(shared)
    model.train([one.text for one in prepared], [one.words for one in prepared], [label for _, label in train])
    blended, plain, scores, inside = [], [], [], []
    for text, label in _rows(FOLDER / f"{name}_test.csv"):
        one = preparer.prepare(text)
        reading = model.read(one.text, one.words)
        scores.append((float(reading.probability.max()) + 2 * float(reading.nearest.max())) / 3)
        inside.append(label != FOREIGN)
        if label != FOREIGN:
            blend = reading.probability * np.exp(sharpness * reading.nearest)
            blended.append(model.labels[int(blend.argmax())] == label)
            plain.append(model.labels[int(reading.probability.argmax())] == label)
    return np.array(blended), np.array(plain), float(roc_auc_score(inside, scores))


def main(arguments: list[str]) -> int:
    """Prints the figures; says so and ends well where the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cosine", type=float, default=COSINE_SHARPNESS)
    asked = parser.parse_args(arguments)
    if not FOLDER.is_dir():
        print(f"HINT3 is not there ({FOLDER}): skipped.")
        return 0
    chance = np.random.RandomState(0)
    accuracies, aurocs, differences = [], [], []
    for name in SETS:
        blended, plain, auroc = measure(name, asked.cosine)
        draws = chance.randint(len(blended), size=(RESAMPLES, len(blended)))
        differences.append(blended[draws].mean(axis=1) - plain[draws].mean(axis=1))
        accuracies.append((blended.mean(), plain.mean()))
        aurocs.append(auroc)
        print(f"{name:12} in-scope {blended.mean():.3f} (p alone {plain.mean():.3f})  AUROC {auroc:.3f}", flush=True)
    mean = np.mean(accuracies, axis=0)
    low, high = np.percentile(np.mean(differences, axis=0), (2.5, 97.5))
    print(f"{'mean':12} in-scope {mean[0]:.3f} (p alone {mean[1]:.3f})  AUROC {np.mean(aurocs):.3f}"
          f"   design: {DESIGN['accuracy']:.3f}, {DESIGN['auroc']:.3f}")
    print(f"blend minus p alone, paired bootstrap: {mean[0] - mean[1]:+.3f}, 95 % interval {low:+.3f} to {high:+.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
