# mypy: disable-error-code="import-untyped,import-not-found"
"""Trains the classifier: `.venv-bot/bin/python -m gateway.safety.train [--measure | --kept]`, with scikit-learn.

Without options: learns from every line and writes `build/safety/head.npz` and `head.json`, with the threshold of
`gateway/safety/measured.json`. With `--measure`: five times, learns from four fifths and scores the fifth that it has
not seen, sets the threshold by those out-of-fold scores, writes the figures to `measured.json`, then learns from
every line. Lines, not their pieces, are dealt to the folds, each line with all its near copies.

Danger: data/redflags/flags*.tsv and the open half of the measured flags. Safe: data/redflags/safe*.tsv, the open
look-alikes and ordinary messages, and data/nlu.yml, save the lines that the rules raise an alarm for.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import scipy.sparse as sparse
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.svm import SVC

from gateway.safety.classifier import FOLDER
from gateway.safety.features import BUCKETS, WHOLE, ngrams, pieces
from gateway.safety.screen import Screen
from language.encoder import ROOT, Encoder, shared

SETS = ROOT / "tests" / "safety" / "sets"
LINES = ROOT / "data" / "redflags"
MEASURED = Path(__file__).parent / "measured.json"
VECTORS = FOLDER / "vectors.npz"
SCORES = FOLDER / "out_of_fold.npz"
FOLDS = 5
SAFE = "safe"
SCALE = 3.0
LINEAR_C, KERNEL_C, GAMMA, KERNEL_WEIGHT = 1.0, 4.0, 2.0, 4.0
DANGER_WEIGHT, KERNEL_DANGER_WEIGHT, LOOKALIKE_WEIGHT = 1.5, 2.0, 2.0
EASY = 0.6
"""This share of the safe pieces, the plainest ones, is left out of the kernel machine."""
DOUBT = 3.5
MOST_ALARMS = {"open_ordinary": 0.004, "open_lookalikes": 0.025, "nlu": 0.01}
"""Rules and classifier together, out of fold; some lines of data/nlu.yml are closer to danger than patients' are."""


@dataclass(frozen=True)
class Line:
    """One message to learn from; `source` says where it came from."""

    source: str
    category: str
    text: str
    explicit: bool = False


def load_lines() -> list[Line]:
    """Every line that there is, each text once."""
    lines = [
        Line("open_flags", row["category"], row["text"], row["explicit"]) for row in _rows(SETS / "open_flags.jsonl")
    ]
    lines += [Line("open_lookalikes", SAFE, row["text"]) for row in _rows(SETS / "open_lookalikes.jsonl")]
    lines += [Line("open_ordinary", SAFE, row["text"]) for row in _rows(SETS / "open_ordinary.jsonl")]
    for path in sorted(LINES.glob("*.tsv")):
        kind = "flags" if path.name.startswith("flags") else "lookalikes"
        for text in path.read_text(encoding="utf-8").splitlines():
            category, _, message = text.partition("\t")
            if message:
                name = "suicidal_thoughts" if category == "self_harm" else category
                lines.append(Line(kind, name if kind == "flags" else SAFE, message))
    intents = yaml.safe_load((ROOT / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    for intent in intents:
        lines += [Line("nlu", SAFE, row[2:]) for row in intent["examples"].splitlines() if row.startswith("- ")]
    return list({line.text.lower(): line for line in reversed(lines)}.values())[::-1]


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Corpus:
    """The lines with their pieces, n-grams, vectors and what the rules say of them."""

    def __init__(self, lines: Sequence[Line], screen: Screen, encoder: Encoder) -> None:
        self.lines = lines
        self.readings = [screen.readings(line.text) for line in lines]
        self.by_rules = [bool(set().union(*(screen.book.found(screen.book.reading(r)) for r in found)))
                         for found in self.readings]
        self.doubtful = [screen.book.doubtful(screen.book.reading(found[-1])) for found in self.readings]
        cut = [pieces(found[-1]) for found in self.readings]
        texts = sorted({piece for found in cut for piece in found})
        number = {text: place for place, text in enumerate(texts)}
        self.pieces = [[number[piece] for piece in found] for found in cut]
        self.vectors = _vectors(texts, encoder)
        self.grams = _grams(texts)

    def danger(self, place: int) -> bool:
        return self.lines[place].category != SAFE

    def short(self, place: int) -> bool:
        return len(self.pieces[place]) == 1 or len(self.readings[place][-1].split()) <= WHOLE

    def features(self, numbers: Sequence[int]) -> sparse.csr_matrix:
        ids = np.asarray(numbers)
        return sparse.hstack([sparse.csr_matrix(self.vectors[ids] * SCALE), self.grams[ids] * SCALE]).tocsr()


def _vectors(texts: Sequence[str], encoder: Encoder) -> np.ndarray:
    """The texts' vectors; those of the last run are kept beside the head, since they take most of the time."""
    known: dict[str, np.ndarray] = {}
    stamp = json.dumps(encoder.fingerprint(), sort_keys=True)
    if VECTORS.is_file():
        with np.load(VECTORS, allow_pickle=False) as kept:
            if str(kept["stamp"]) == stamp:
                known = dict(zip(kept["texts"].tolist(), kept["vectors"], strict=True))
    vectors = np.array([known[text] if text in known else encoder.encode(text) for text in texts], dtype=np.float32)
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    np.savez(VECTORS, stamp=np.array(stamp), texts=np.array(texts), vectors=vectors)
    return vectors


def _grams(texts: Sequence[str]) -> sparse.csr_matrix:
    found = [ngrams(text) for text in texts]
    starts = np.cumsum([0] + [len(buckets) for buckets, _ in found])
    return sparse.csr_matrix(
        (np.concatenate([weights for _, weights in found]), np.concatenate([buckets for buckets, _ in found]), starts),
        shape=(len(texts), BUCKETS),
    )


@dataclass(frozen=True)
class Trained:
    """The fitted models of one run."""

    linear: LogisticRegression
    kernel: SVC
    categories: LogisticRegression

    def scores(self, corpus: Corpus, place: int) -> np.ndarray:
        numbers = corpus.pieces[place]
        linear = self.linear.decision_function(corpus.features(numbers))
        return np.asarray(linear + KERNEL_WEIGHT * self.kernel.decision_function(corpus.vectors[numbers]))


def fit(corpus: Corpus, places: Sequence[int]) -> Trained:
    """Learns from these lines. Of a long message in danger only its most alarming piece counts as dangerous."""
    safe = [(number, 1.0 if corpus.lines[place].source in ("nlu", "open_ordinary") else LOOKALIKE_WEIGHT)
            for place in places if not corpus.danger(place) and not corpus.by_rules[place]
            for number in corpus.pieces[place]]
    dangers = [place for place in places if corpus.danger(place) and corpus.pieces[place]]
    certain = [(corpus.pieces[place][0], place) for place in dangers if corpus.short(place)]
    first = _fit_linear(corpus, safe, [number for number, _ in certain])
    likely = []
    for place in dangers:
        if len(corpus.pieces[place]) > 1:
            scores = first.decision_function(corpus.features(corpus.pieces[place]))
            likely.append((corpus.pieces[place][int(np.argmax(scores))], place))
    found = certain + likely
    dangerous = [number for number, _ in found]
    linear = _fit_linear(corpus, safe, dangerous)
    plain = linear.decision_function(corpus.features([number for number, _ in safe]))
    hard = [one for one, score in zip(safe, plain, strict=True) if score >= np.quantile(plain, EASY)]
    kernel = SVC(C=KERNEL_C, gamma=GAMMA, cache_size=800)
    numbers = [number for number, _ in hard] + dangerous
    kernel.fit(corpus.vectors[numbers], [0] * len(hard) + [1] * len(dangerous),
               sample_weight=[weight for _, weight in hard] + [KERNEL_DANGER_WEIGHT] * len(dangerous))
    categories = LogisticRegression(C=LINEAR_C, max_iter=300)
    categories.fit(corpus.features(dangerous), [corpus.lines[place].category for _, place in found])
    return Trained(linear, kernel, categories)


def _fit_linear(corpus: Corpus, safe: Sequence[tuple[int, float]], danger: Sequence[int]) -> LogisticRegression:
    model = LogisticRegression(C=LINEAR_C, solver="liblinear")
    numbers = [number for number, _ in safe] + list(danger)
    return model.fit(corpus.features(numbers), [0] * len(safe) + [1] * len(danger),
                     sample_weight=[weight for _, weight in safe] + [DANGER_WEIGHT] * len(danger))


def out_of_fold(corpus: Corpus) -> np.ndarray:
    """Each line's highest score by models that have not learnt from it or from a near copy of it."""
    folds = np.array([_fold(line.text) for line in corpus.lines])
    scores = np.full(len(corpus.lines), -np.inf)
    for fold in range(FOLDS):
        trained = fit(corpus, np.flatnonzero(folds != fold).tolist())
        for place in np.flatnonzero(folds == fold).tolist():
            if corpus.pieces[place]:
                scores[place] = trained.scores(corpus, place).max()
        print(f"fold {fold + 1} of {FOLDS} done", flush=True)
    return scores


def _fold(text: str) -> int:
    """By the letters of its first words, so that "took 2 by mistake" and "Took 2 by mistake!" stay together."""
    return crc32(re.sub("[^a-z]", "", text.lower())[:24].encode()) % FOLDS


def measure(corpus: Corpus, scores: np.ndarray) -> dict[str, Any]:
    """The threshold that the allowed alarms leave, and what rules and classifier together do with it out of fold."""
    rules = np.array(corpus.by_rules)
    sources = np.array([line.source for line in corpus.lines])
    explicit = np.array([line.explicit for line in corpus.lines])

    least = scores - DOUBT * np.array(corpus.doubtful)

    def bearable(threshold: float) -> bool:
        alarmed = rules | (least >= threshold)
        return all(alarmed[sources == name].mean() <= share for name, share in MOST_ALARMS.items())

    threshold = next(value for value in np.arange(-1, 12, 0.05) if bearable(value))
    alarmed = rules | (least >= threshold)

    def counted(chosen: np.ndarray) -> dict[str, int]:
        return {"of": int(chosen.sum()), "rules": int((chosen & rules).sum()),
                "classifier": int((chosen & (least >= threshold)).sum()), "either": int((chosen & alarmed).sum())}

    flags = sources == "open_flags"
    return {
        "threshold": round(float(threshold), 3),
        "alarms_out_of_fold": {
            "open_flags": counted(flags), "open_flags_explicit": counted(flags & explicit),
            "open_flags_oblique": counted(flags & ~explicit), "training_flags": counted(sources == "flags"),
            "open_lookalikes": counted(sources == "open_lookalikes"),
            "open_ordinary": counted(sources == "open_ordinary"), "nlu": counted(sources == "nlu"),
            "training_lookalikes": counted(sources == "lookalikes"),
        },
    }


def save(trained: Trained, encoder: Encoder, threshold: float, folder: Path = FOLDER) -> None:
    """Writes the arrays, then their notes; the notes appear only when the arrays are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    linear, kernel, categories = trained.linear, trained.kernel, trained.categories
    dimensions = kernel.support_vectors_.shape[1]
    notes_file = folder / "head.json"
    notes_file.unlink(missing_ok=True)
    np.savez_compressed(
        folder / "head.npz",
        vector=(linear.coef_[0, :dimensions] * SCALE).astype(np.float32),
        words=(linear.coef_[0, dimensions:] * SCALE).astype(np.float32),
        supports=kernel.support_vectors_.astype(np.float16), dual=kernel.dual_coef_[0].astype(np.float32),
        category_vector=(categories.coef_[:, :dimensions] * SCALE).astype(np.float32),
        category_words=(categories.coef_[:, dimensions:] * SCALE).astype(np.float16),
        category_bias=categories.intercept_.astype(np.float32),
    )
    notes_file.write_text(json.dumps({
        "encoder": encoder.fingerprint(), "bias": float(linear.intercept_[0]), "gamma": GAMMA,
        "kernel_bias": float(kernel.intercept_[0]), "kernel_weight": KERNEL_WEIGHT, "threshold": threshold,
        "doubt": DOUBT, "categories": categories.classes_.tolist(),
    }, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--measure", action="store_true", help="cross-validate and set the threshold anew")
    options.add_argument("--kept", action="store_true", help="set the threshold by the last run's out-of-fold scores")
    chosen = options.parse_args()
    encoder = shared()
    corpus = Corpus(load_lines(), Screen.load(head=Path("/nonexistent")), encoder)
    print(f"{len(corpus.lines)} lines, {len(corpus.vectors)} pieces", flush=True)
    if chosen.measure:
        scores = out_of_fold(corpus)
        np.savez(SCORES, scores=scores, texts=np.array([line.text for line in corpus.lines]))
    if chosen.measure or chosen.kept:
        with np.load(SCORES, allow_pickle=False) as kept:
            known = dict(zip(kept["texts"].tolist(), kept["scores"].tolist(), strict=True))
        figures = measure(corpus, np.array([known.get(line.text, -np.inf) for line in corpus.lines]))
        MEASURED.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(figures, indent=1))
    threshold = json.loads(MEASURED.read_text(encoding="utf-8"))["threshold"]
    save(fit(corpus, range(len(corpus.lines))), encoder, threshold)
    print(f"{FOLDER}: head written, threshold {threshold}")


if __name__ == "__main__":
    main()
