# mypy: disable-error-code="import-untyped,import-not-found"
"""What the classifier learns from: every line that there is, in pieces.

Danger: data/redflags/flags_*.tsv, the open half of the measured flags, the examples of the rule file. Safe:
data/redflags/safe_*.tsv, the open look-alikes and ordinary messages, the rule file's counter-examples, and every line
of data/nlu.yml and data/later/, and all of data/screening/ and data/form/: what people really ask, and say to a
form, is where a false alarm would be seen.
"""

from __future__ import annotations

import hashlib
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

from gateway.safety.classifier import SAFE
from gateway.safety.features import BUCKETS, WHOLE, ngrams, pieces
from gateway.safety.rulebook import FILE
from gateway.safety.screen import Screen
from language.encoder import ROOT

SETS = ROOT / "tests" / "safety" / "sets"
LINES = ROOT / "data" / "redflags"
SCALE = 3.0
NLU = [ROOT / "data" / "nlu.yml", *sorted((ROOT / "data" / "later").glob("*.yml"))]
ANSWERS, FORM = ROOT / "data" / "screening", ROOT / "data" / "form"
TELLING = ("yes", "unsure")
"""Answers to the form that may tell of a reaction, a bleeding or a yellow skin; they are not learned as harmless."""
TOLD_SHARE = 4
"""One of so many dangers of other writers than the open set's is learnt once more as told of somebody else."""
LEADS = ("", "about my brother. ", "asking for my mom ", "it's my friend, ", "for my sister: ", "my roommate's case: ")
OF_ANOTHER = [(re.compile(pattern, re.IGNORECASE), other) for pattern, other in (
    (r"\bi am\b|\bi'?m\b", "she is"), (r"\bi have\b|\bi'?ve\b", "she has"), (r"\bi was\b", "she was"),
    (r"\bi'd\b", "she would"), (r"\bi'll\b", "she will"), (r"\bmyself\b", "herself"), (r"\bmy\b", "her"),
    (r"\bme\b", "her"), (r"\bi don'?t\b", "she doesn't"), (r"\bi\b", "she"),
)]
CARDS = {"emergency", "crisis"}
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


class UnknownCategory(ValueError):
    """A flag is of a kind that the rule file does not name; the text says where and what to do."""


def load_lines() -> list[Line]:
    """Every line that there is, each text once. Raises UnknownCategory."""
    lines = []
    book = Screen.load(head=Path("/nonexistent")).book

    def kind_of(category: str, path: Path, number: int) -> str:
        danger = RENAMED.get(category, category)
        if danger not in book.categories:
            raise UnknownCategory(f"{path.relative_to(ROOT)}:{number}: no category {category!r} in {FILE.name}. "
                                  f"Write one of {', '.join(sorted(book.categories))}.")
        return danger

    for half in ("open", "opened"):
        flags = SETS / f"{half}_flags.jsonl"
        lines += [Line(half, "flags", kind_of(row["category"], flags, number), row["text"], row["explicit"])
                  for number, row in enumerate(_rows(flags), start=1)]
        lines += [Line(half, "lookalikes", SAFE, row["text"]) for row in _rows(SETS / f"{half}_lookalikes.jsonl")]
        lines += [Line(half, "ordinary", SAFE, row["text"]) for row in _rows(SETS / f"{half}_ordinary.jsonl")]
    for path in sorted(LINES.glob("*.tsv")):
        kind, _, writer = path.stem.partition("_")
        for number, row in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            category, _, text = row.partition("\t")
            if text.strip():
                lines.append(Line(writer, "flags", kind_of(category, path, number), text) if kind == "flags"
                             else Line(writer, "lookalikes", SAFE, text))
    for rule in book.rules:
        lines += [Line("rules", "flags", RENAMED.get(rule.category, rule.category), text) for text in rule.examples]
        lines += [Line("rules", "lookalikes", SAFE, text) for text in rule.counter_examples]
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    intents = [intent for path in NLU for intent in yaml.load(path.read_text(encoding="utf-8"), loader)["nlu"]]
    examples = [row[2:] for intent in intents for row in intent["examples"].splitlines() if row.startswith("- ")]
    lines += [Line("nlu", "ordinary", SAFE, text) for text in examples]
    answers = [row["text"] for path in sorted(ANSWERS.glob("*.jsonl")) for row in _rows(path)]
    answers += [row["text"] for path in sorted(FORM.glob("*.jsonl")) for row in _rows(path)
                if row["expect"] not in TELLING]
    lines += [Line("screening", "ordinary", SAFE, text) for text in answers]
    lines += [told for line in lines if (told := _told_of_another(line))]
    return list({line.text.lower(): line for line in reversed(lines)}.values())[::-1]


def learned_from() -> str:
    """SHA-256 over everything that the n-grams are learned from and by."""
    here = Path(__file__).parent
    read = [FILE, *NLU, *LINES.glob("*.tsv"), *ANSWERS.glob("*.jsonl"), *FORM.glob("*.jsonl"),
            *SETS.glob("open*.jsonl"),
            *here.glob("*.py"), *here.glob("*.t*"), here / "labeller.npz", here / "measured.json",
            *(ROOT / "language").glob("*.py"), ROOT / "requirements" / "bot.lock"]
    total = hashlib.sha256()
    for path in sorted(read):
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def held_out() -> list[str]:
    """Harmless messages that nothing learns from: the turns of the held-out conversations, without those where a card
    may come."""
    conversations = [row for path in sorted((ROOT / "tests" / "held_out" / "dialogues").glob("*.jsonl"))
                     for row in _rows(path)]
    return [turn["user"] for row in conversations for turn in row["turns"]
            if turn.get("user") and not CARDS & set((turn.get("expect") or {}).get("accept") or ())]


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
    """The lines with their readings, pieces and n-grams. `pieces` has for each line the places of its texts in `texts`,
    `grams` a row for each text."""

    def __init__(self, lines: Sequence[Line], screen: Screen) -> None:
        self.readings = [screen.readings(line.text) for line in lines]
        kept = [place for place, found in enumerate(self.readings) if pieces(found[-1])]
        self.lines = [lines[place] for place in kept]
        self.readings = [self.readings[place] for place in kept]
        cut = [self._needed(line, found[-1]) for line, found in zip(self.lines, self.readings, strict=True)]
        self.texts = sorted({piece for found in cut for piece in found})
        number = {text: place for place, text in enumerate(self.texts)}
        self.pieces = [[number[piece] for piece in found] for found in cut]
        self.grams = _grams(self.texts) * SCALE

    @staticmethod
    def _needed(line: Line, reading: str) -> list[str]:
        """Of a short message in danger the whole alone is known to be dangerous."""
        found = pieces(reading)
        return found[:1] if line.category != SAFE and len(reading.split()) <= WHOLE else found


def _grams(texts: Sequence[str]) -> sparse.csr_matrix:
    found = [ngrams(text) for text in texts]
    starts = np.cumsum([0] + [len(buckets) for buckets, _ in found])
    return sparse.csr_matrix(
        (np.concatenate([weights for _, weights in found]), np.concatenate([buckets for buckets, _ in found]), starts),
        shape=(len(texts), BUCKETS),
    )
