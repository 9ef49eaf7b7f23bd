"""Measures the classifier without Rasa and without the API: `.venv-bot/bin/python -m bench.understanding`.

Trains on data/nlu.yml and data/later/ in this process (or, with --model, loads the newest of models/), reads every
message of the evaluation files and prints verdicts, the not_covered subjects and the confusion table. `--unsure N
[FILE]` lists the messages that the model is least sure of instead, grouped by what it takes them for: what to write
examples for next.
FILE may be any text file with one message a line, such as an export of the journal.
"""

from __future__ import annotations

import argparse
import json
import sys
import tarfile
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import numpy as np
import yaml

from bench.verdicts import SAFETY, Case, Verdict, always_not_covered, confusions, judge, read_cases, shares
from bot.nlu import lexicon
from bot.nlu.follow_up import FollowUps
from bot.nlu.model import Model
from bot.nlu.outcome import Outcome
from bot.nlu.readable import unreadable
from bot.nlu.understanding import Thresholds, Understanding
from bot.nlu.words import Preparer, make_speller, vocabulary
from language import encoder
from language.labeller import Labeller

ROOT = Path(__file__).resolve().parent.parent
LINES = ROOT / "data" / "nlu.yml"
LATER = sorted((ROOT / "data" / "later").glob("*.yml"))
HELD_OUT = ROOT / "tests" / "held_out" / "first.jsonl"
SETS = ("fresh", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth")
"""The later held-out files, tests/held_out/NAME.jsonl, each by a writer apart."""
BESIDE = ROOT.parent / "shared" / "eval"
NAMES = ("hard_dev.jsonl", "real_dev.jsonl", "multi_dev.jsonl")
SEED = 7


def examples(*paths: Path) -> list[tuple[str, str]]:
    """The training lines of the files (all, where none is named) with their labels, in the order of the files."""
    return [line for path in paths or (LINES, *LATER) for line in lines_in(path.read_text(encoding="utf-8"))]


def lines_in(text: str) -> list[tuple[str, str]]:
    """The training lines of Rasa NLU YAML with their labels."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return [(line.removeprefix("- ").strip(), str(entry["intent"]))
            for entry in yaml.load(text, loader).get("nlu") or []
            for line in entry["examples"].splitlines() if line.strip()]


def outcome_label(label: str) -> str:
    """The outcome of a training label: "not_covered/food" is `not_covered`."""
    return "not_covered" if label.startswith("not_covered") else label.replace("/", ":")


def halves(path: Path = HELD_OUT) -> tuple[list[Case], list[Case]]:
    """The held-out messages in two halves by a fixed seed: the first to tune on, the second to report."""
    cases = [case for case in read_cases(path) if not set(case.accept) & SAFETY]
    order = np.random.RandomState(SEED).permutation(len(cases))
    first = set(order[:len(cases) // 2].tolist())
    return ([case for place, case in enumerate(cases) if place in first],
            [case for place, case in enumerate(cases) if place not in first])


def held_out(name: str) -> Path:
    """One of `SETS`."""
    return ROOT / "tests" / "held_out" / f"{name}.jsonl"


def thresholds() -> Thresholds:
    """Those of config.yml."""
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    entry = next(part for part in pipeline if part["name"].endswith("OutcomeClassifier"))
    return Thresholds(**{key: float(value) for key, value in entry.items() if key != "name"})


class RememberingEncoder:
    """The shared encoder, asked for each text once: the same text has the same vector. `known` are vectors that are
    there already."""

    def __init__(self, known: dict[str, np.ndarray] | None = None) -> None:
        self._encoder = encoder.shared()
        self._known = {} if known is None else known
        self.tokens = self._encoder.tokens
        self.fingerprint = self._encoder.fingerprint

    def encode(self, text: str) -> np.ndarray:
        """As the encoder's own."""
        if text not in self._known:
            self._known[text] = self._encoder.encode(text)
        return self._known[text]


AnyEncoder = encoder.Encoder | RememberingEncoder


def trained(lines: Sequence[tuple[str, str]], shared: AnyEncoder | None = None,
            labeller: Labeller | None = None) -> Understanding:
    """An understanding that learned these lines, as `rasa train` would make it; `labeller` in place of the shared."""
    terms, shared = lexicon.load(), shared or encoder.shared()
    preparer = Preparer(terms, make_speller(vocabulary([text for text, _ in lines], terms), shared.tokens))
    prepared = [preparer.prepare(text) for text, _ in lines]
    model = Model(shared)
    model.train([one.text for one in prepared], [one.words for one in prepared], [label for _, label in lines])
    return Understanding(model, preparer, thresholds(), labeller)


def archives() -> list[Path]:
    """The trained models, the newest last. Raises `FileNotFoundError` where there is none."""
    found = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise FileNotFoundError("models/: no trained model. Run `make train`, then try again.")
    return found


@lru_cache(maxsize=1)
def newest() -> Understanding:
    """The understanding of the newest model in models/. Raises `FileNotFoundError` where there is none."""
    with unpacked(archives()[-1]) as folder:
        return loaded(folder)


@lru_cache(maxsize=1)
def newest_follow_ups() -> FollowUps:
    """What the newest model learned of follow-ups."""
    understanding = newest()
    with unpacked(archives()[-1]) as folder:
        return FollowUps.load(folder, understanding, encoder.shared())


@contextmanager
def unpacked(archive: Path) -> Iterator[Path]:
    """The folder that the classifier wrote into a model of Rasa's, for as long as it is needed."""
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(archive) as opened:
            opened.extractall(scratch)
        yield next(Path(scratch).rglob("vocabulary.json")).parent


def loaded(folder: Path, shared: AnyEncoder | None = None) -> Understanding:
    """The understanding of an unpacked model."""
    model = Model.load(folder, shared or encoder.shared())
    counts = Counter(json.loads((folder / "vocabulary.json").read_text(encoding="utf-8")))
    return Understanding(model, Preparer(lexicon.load(), make_speller(counts, encoder.shared().tokens)), thresholds())


def read(understanding: Understanding, text: str) -> list[Outcome]:
    """The outcomes of a first message, unreadable ones included."""
    return [Outcome("unreadable")] if unreadable(text) else understanding.read(text)


def verdicts(understanding: Understanding, cases: Iterable[Case]) -> list[Verdict]:
    """The verdict on each case, each as the first message of a conversation."""
    judged = []
    for case in cases:
        replies = [{"outcomes": [outcome.label], "subject": outcome.subject,
                    "buttons": [{"outcome": option.label} for option in outcome.options]}
                   for outcome in read(understanding, case.text)]
        judged.append(judge(case, replies))
    return judged


def least_sure(understanding: Understanding, texts: Iterable[str], most: int) -> dict[str, list[tuple[float, str]]]:
    """The messages with the lowest scores, by what the model takes them for."""
    scored = [(candidates[0].score, candidates[0].outcome, text)
              for text in dict.fromkeys(texts) for candidates in [understanding.candidates(text)]]
    grouped: dict[str, list[tuple[float, str]]] = defaultdict(list)
    for score, outcome, text in sorted(scored, key=lambda each: each[0])[:most]:
        grouped[" ".join(filter(None, (outcome.label, outcome.subject)))].append((score, text))
    return grouped


def _print(name: str, cases: Sequence[Case], judged: Sequence[Verdict]) -> None:
    print(f"\n{name}: {len(cases)} messages")
    for title, figures in (("the assistant", shares(judged)), ("always not covered", always_not_covered(cases))):
        print(f"  {title:20}" + "  ".join(f"{key} {value:6.1%}" for key, value in figures.items()))
    several = [verdict for verdict in judged if verdict.case.must_all]
    if several:
        print(f"  several questions, all answered: {sum(v.verdict == 'right' for v in several)} of {len(several)}")
    subjects = [verdict for verdict in judged if verdict.case.subject]
    if subjects:
        known = sum("not_covered" in verdict.outcomes for verdict in subjects)
        right = sum(verdict.subject == verdict.case.subject for verdict in subjects)
        print(f"  not_covered recognised {known / len(subjects):.1%}, subject right {right / len(subjects):.1%}"
              f" of {len(subjects)}")
    for (wanted, got), count in confusions(judged):
        print(f"  {count:4}  {wanted}  ->  {got}")


def main(arguments: Sequence[str]) -> int:
    """Prints the figures or the least sure messages."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--unsure", type=int, metavar="N")
    parser.add_argument("--model", action="store_true", help="load the newest model instead of training")
    asked = parser.parse_args(arguments)
    understanding = newest() if asked.model or asked.unsure else trained(examples())
    if asked.unsure:
        path = asked.file or HELD_OUT
        texts = [case.text for case in read_cases(path)] if path.suffix == ".jsonl" else path.read_text().splitlines()
        for group, listed in least_sure(understanding, filter(str.strip, texts), asked.unsure).items():
            print(f"\n{group}")
            for score, text in listed:
                print(f"  {score:.2f}  {text[:160]}")
        return 0
    own = [("held_out, first half (in the fit)", halves()[0]), ("held_out, second half", halves()[1]),
           *((f"held_out_{name}", read_cases(held_out(name))) for name in SETS)]
    for name, cases in own:
        _print(name, cases, verdicts(understanding, cases))
    for name in (name for name in NAMES if (BESIDE / name).is_file()):
        cases = [case for case in read_cases(BESIDE / name) if not set(case.accept) & SAFETY]
        _print(name, cases, verdicts(understanding, cases))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
