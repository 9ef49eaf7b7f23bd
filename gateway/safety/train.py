# mypy: disable-error-code="import-untyped,import-not-found"
"""Trains the classifier: `.venv-bot/bin/python -m gateway.safety.train [--measure]`, with scikit-learn.

Without options: learns from every line and writes `build/safety/head.npz` and `head.json`, with the threshold of
`gateway/safety/measured.json`. With `--measure`: leaves out one writer after the other, learns from all the others and
scores the one left out, sets the threshold by those scores, writes it and the figures to `measured.json`, then goes on
as without. What another writer would type is what the screen is for, so nothing else is a fair estimate.

Danger: data/redflags/flags_*.tsv, the open half of the measured flags, the examples of the rule file. Safe:
data/redflags/safe_*.tsv, the open look-alikes and ordinary messages, the rule file's counter-examples, and a part of
data/nlu.yml.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
import scipy.sparse as sparse
import yaml
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier

from gateway.safety.classifier import FOLDER, SAFE, Classifier, Head
from gateway.safety.features import BUCKETS, WHOLE, ngrams, pieces
from gateway.safety.screen import Screen
from language.encoder import ROOT, Encoder, shared

SETS = ROOT / "tests" / "safety" / "sets"
LINES = ROOT / "data" / "redflags"
MEASURED = Path(__file__).parent / "measured.json"
VECTORS = FOLDER / "vectors.npz"
SCALE, LINEAR_C = 3.0, 1.0
HIDDEN, ROUNDS, RATE, DECAY, SPREAD = 192, 10, 2e-3, 1e-3, 8.0
DANGER_WEIGHT, LOOKALIKE_WEIGHT, OPEN_WEIGHT = 1.5, 2.0, 3
"""A danger of the open set is there so many times: what was missed once shall not be missed again."""
RULES, DOUBT = 4.0, 2.0
"""What a rule's alarm adds to the score, and what a reason for doubt takes from it."""
NLU_SHARE, TOLD_SHARE = 6, 4
"""One of so many lines of data/nlu.yml is learnt from, and one of so many dangers of other writers than the open set's
once more as told of somebody else; encoding takes most of the time.
"""
LEADS = ("", "about my brother. ", "asking for my mom ", "it's my friend, ", "for my sister: ", "my roommate's case: ")
OF_ANOTHER = [(re.compile(pattern, re.IGNORECASE), other) for pattern, other in (
    (r"\bi am\b|\bi'?m\b", "she is"), (r"\bi have\b|\bi'?ve\b", "she has"), (r"\bi was\b", "she was"),
    (r"\bi'd\b", "she would"), (r"\bi'll\b", "she will"), (r"\bmyself\b", "herself"), (r"\bmy\b", "her"),
    (r"\bme\b", "her"), (r"\bi don'?t\b", "she doesn't"), (r"\bi\b", "she"),
)]
MOST_ALARMS = {"lookalikes": 0.03, "ordinary": 0.005}
RENAMED = {"self_harm": "suicidal_thoughts", "self_poisoning": "suicide_plan", "poisoning_severe": "overdose_poisoning"}
"""Kinds that writers or rules tell apart and the classifier does not."""


@dataclass(frozen=True)
class Line:
    """One message to learn from; `writer` is who wrote it, `kind` is flags, lookalikes or ordinary."""

    writer: str
    kind: str
    category: str
    text: str
    explicit: bool = False


def load_lines() -> list[Line]:
    """Every line that there is, each text once."""
    lines = [Line("open", "flags", RENAMED.get(row["category"], row["category"]), row["text"], row["explicit"])
             for row in _rows(SETS / "open_flags.jsonl")]
    lines += [Line("open", "lookalikes", SAFE, row["text"]) for row in _rows(SETS / "open_lookalikes.jsonl")]
    lines += [Line("open", "ordinary", SAFE, row["text"]) for row in _rows(SETS / "open_ordinary.jsonl")]
    for path in sorted(LINES.glob("*.tsv")):
        kind, _, writer = path.stem.partition("_")
        for row in path.read_text(encoding="utf-8").splitlines():
            category, _, text = row.partition("\t")
            if text.strip():
                danger = RENAMED.get(category, category)
                lines.append(Line(writer, "flags", danger, text) if kind == "flags"
                             else Line(writer, "lookalikes", SAFE, text))
    for rule in Screen.load(head=Path("/nonexistent")).book.rules:
        lines += [Line("rules", "flags", RENAMED.get(rule.category, rule.category), text) for text in rule.examples]
        lines += [Line("rules", "lookalikes", SAFE, text) for text in rule.counter_examples]
    intents = yaml.safe_load((ROOT / "data" / "nlu.yml").read_text(encoding="utf-8"))["nlu"]
    examples = [row[2:] for intent in intents for row in intent["examples"].splitlines() if row.startswith("- ")]
    lines += [Line("nlu", "ordinary", SAFE, text) for text in examples if crc32(text.encode()) % NLU_SHARE == 0]
    lines += [told for line in lines if (told := _told_of_another(line))]
    return list({line.text.lower(): line for line in reversed(lines)}.values())[::-1]


def _told_of_another(line: Line) -> Line | None:
    """A danger in the first person as it is in the third, for the open set's lines and a part of the others."""
    if line.kind != "flags" or (line.writer != "open" and crc32(line.text.encode()) % TOLD_SHARE):
        return None
    text = line.text
    for pattern, other in OF_ANOTHER:
        text = pattern.sub(other, text)
    lead = LEADS[crc32(text.encode()) % len(LEADS)]
    return replace(line, kind="told", text=lead + text) if text != line.text else None


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


class Corpus:
    """The lines with their pieces, n-grams and vectors."""

    def __init__(self, lines: Sequence[Line], screen: Screen, encoder: Encoder) -> None:
        self.readings = [screen.readings(line.text) for line in lines]
        kept = [place for place, found in enumerate(self.readings) if pieces(found[-1])]
        self.lines = [lines[place] for place in kept]
        self.readings = [self.readings[place] for place in kept]
        cut = [self._needed(line, found[-1]) for line, found in zip(self.lines, self.readings, strict=True)]
        texts = sorted({piece for found in cut for piece in found})
        number = {text: place for place, text in enumerate(texts)}
        self.pieces = [[number[piece] for piece in found] for found in cut]
        self.vectors = _vectors(texts, encoder)
        self.grams = _grams(texts) * SCALE

    @staticmethod
    def _needed(line: Line, reading: str) -> list[str]:
        """Of a short message in danger the whole alone is known to be dangerous."""
        found = pieces(reading)
        return found[:1] if line.category != SAFE and len(reading.split()) <= WHOLE else found


def _vectors(texts: Sequence[str], encoder: Encoder) -> np.ndarray:
    """The texts' vectors; those of the last run are kept beside the head, since they take most of the time."""
    known: dict[str, np.ndarray] = {}
    stamp = json.dumps(encoder.fingerprint(), sort_keys=True)
    if VECTORS.is_file():
        with np.load(VECTORS, allow_pickle=False) as kept:
            if str(kept["stamp"]) == stamp:
                known = dict(zip(bytes(kept["texts"]).decode().split("\n"), kept["vectors"], strict=True))
    vectors = np.array([known[text] if text in known else encoder.encode(text) for text in texts], dtype=np.float32)
    VECTORS.parent.mkdir(parents=True, exist_ok=True)
    np.savez(VECTORS, stamp=np.array(stamp), texts=np.frombuffer("\n".join(texts).encode(), np.uint8), vectors=vectors)
    return vectors


def _grams(texts: Sequence[str]) -> sparse.csr_matrix:
    found = [ngrams(text) for text in texts]
    starts = np.cumsum([0] + [len(buckets) for buckets, _ in found])
    return sparse.csr_matrix(
        (np.concatenate([weights for _, weights in found]), np.concatenate([buckets for buckets, _ in found]), starts),
        shape=(len(texts), BUCKETS),
    )


def fit(corpus: Corpus, places: Sequence[int], threshold: float = 0.0) -> Head:
    """Learns from these lines. Of a long message in danger only its most alarming piece counts as dangerous."""
    safe = {number: 1.0 if corpus.lines[place].kind == "ordinary" else LOOKALIKE_WEIGHT
            for place in places if corpus.lines[place].category == SAFE for number in corpus.pieces[place]}
    dangers = [place for place in places if corpus.lines[place].category != SAFE]
    certain = [(corpus.pieces[place][0], place) for place in dangers if len(corpus.pieces[place]) == 1]
    first = _fit_linear(corpus, safe, [number for number, _ in certain])
    found = certain + [
        (corpus.pieces[place][int(np.argmax(first.decision_function(corpus.grams[corpus.pieces[place]])))], place)
        for place in dangers if len(corpus.pieces[place]) > 1
    ]
    found += [one for one in found if corpus.lines[one[1]].writer == "open"] * (OPEN_WEIGHT - 1)
    dangerous = [number for number, _ in found]
    linear = _fit_linear(corpus, safe, dangerous)
    net = MLPClassifier((HIDDEN,), alpha=DECAY, batch_size=256, learning_rate_init=RATE, max_iter=ROUNDS,
                        random_state=0)
    net.fit(corpus.vectors[[*safe, *dangerous]] * SPREAD,
            [SAFE] * len(safe) + [corpus.lines[place].category for _, place in found])
    return Head(
        words=(linear.coef_[0] * SCALE).astype(np.float32), bias=float(linear.intercept_[0]),
        hidden=(net.coefs_[0] * SPREAD).astype(np.float32), hidden_bias=net.intercepts_[0].astype(np.float32),
        out=net.coefs_[1].astype(np.float32), out_bias=net.intercepts_[1].astype(np.float32),
        kinds=tuple(net.classes_), threshold=threshold, rules=RULES, doubt=DOUBT,
    )


def _fit_linear(corpus: Corpus, safe: dict[int, float], danger: Sequence[int]) -> LogisticRegression:
    model = LogisticRegression(C=LINEAR_C, solver="liblinear", random_state=0)
    return model.fit(corpus.grams[[*safe, *danger]], [0] * len(safe) + [1] * len(danger),
                     sample_weight=[*safe.values()] + [DANGER_WEIGHT] * len(danger))


def measure(corpus: Corpus, screen: Screen, encoder: Encoder) -> dict[str, Any]:
    """What rules and classifier say together of a writer whom the classifier has not read, and the threshold for it."""
    writers = sorted({line.writer for line in corpus.lines} - {"own", "rules", "nlu"})
    scores = np.full(len(corpus.lines), -np.inf)
    vectors = _Remembered(encoder)
    for writer in writers:
        near = {writer, "own"} if writer == "open" else {writer}
        head = fit(corpus, [place for place, line in enumerate(corpus.lines) if line.writer not in near])
        reader = Classifier(head, vectors)
        for place, line in enumerate(corpus.lines):
            if line.writer == writer and line.kind != "told":
                scores[place] = screen.weigh(corpus.readings[place], reader)
        print(f"{writer} scored by the others", flush=True)
    measured = np.isfinite(scores)
    kinds = np.array([line.kind for line in corpus.lines])

    def bearable(threshold: float) -> bool:
        return all((scores[measured & (kinds == kind)] >= threshold).mean() <= share
                   for kind, share in MOST_ALARMS.items())

    threshold = next(value for value in np.arange(-2, 12, 0.05) if bearable(value))

    def share(chosen: np.ndarray) -> str:
        return f"{int((scores[chosen] >= threshold).sum())} of {int(chosen.sum())}"

    names = np.array([line.writer for line in corpus.lines])
    categories = np.array([line.category for line in corpus.lines])
    explicit = np.array([line.explicit for line in corpus.lines])
    flags = measured & (kinds == "flags")
    return {
        "threshold": round(float(threshold), 3),
        "alarms_for_a_writer_not_learnt_from": {
            writer: {kind: share((names == writer) & (kinds == kind))
                     for kind in sorted(set(kinds[names == writer]) - {"told"})}
            for writer in writers
        },
        "open_flags_explicit": share(flags & explicit),
        "flags_by_category": {name: share(flags & (categories == name)) for name in sorted(set(categories[flags]))},
    }


class _Remembered(Encoder):
    """Encodes each text once, however many models read it."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, np.ndarray] = {}
        if VECTORS.is_file():
            with np.load(VECTORS, allow_pickle=False) as kept:
                self._known = dict(zip(bytes(kept["texts"]).decode().split("\n"), kept["vectors"], strict=True))

    def encode(self, text: str) -> np.ndarray:
        if text not in self._known:
            self._known[text] = self._encoder.encode(text)
        return self._known[text]


def save(head: Head, encoder: Encoder, folder: Path = FOLDER) -> None:
    """Writes the arrays, then their notes; the notes appear only when the arrays are whole."""
    folder.mkdir(parents=True, exist_ok=True)
    notes_file = folder / "head.json"
    notes_file.unlink(missing_ok=True)
    np.savez_compressed(folder / "head.npz", words=head.words, hidden=head.hidden, hidden_bias=head.hidden_bias,
                        out=head.out, out_bias=head.out_bias)
    notes_file.write_text(json.dumps({
        "encoder": encoder.fingerprint(), "bias": head.bias, "threshold": head.threshold, "rules": head.rules,
        "doubt": head.doubt, "kinds": head.kinds,
    }, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--measure", action="store_true", help="leave out each writer in turn, set the threshold anew")
    chosen = options.parse_args()
    encoder = shared()
    screen = Screen.load(head=Path("/nonexistent"))
    corpus = Corpus(load_lines(), screen, encoder)
    print(f"{len(corpus.lines)} lines, {len(corpus.vectors)} pieces", flush=True)
    if chosen.measure:
        figures = measure(corpus, screen, encoder)
        MEASURED.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
        print(json.dumps(figures, indent=1))
    threshold = json.loads(MEASURED.read_text(encoding="utf-8"))["threshold"]
    save(fit(corpus, range(len(corpus.lines)), threshold), encoder)
    print(f"{FOLDER}: head written, threshold {threshold}")


if __name__ == "__main__":
    main()
