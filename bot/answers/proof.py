"""Proves that every claim of an answer stands in the document: `python -m bot.answers.proof`, part of `make check`.

A sentence of an answer may be a sentence of the document as it stands, a clause of one (cut at its own punctuation, at
least half of its words), or one of the connecting sentences of `knowledge/connecting.yml`. A list item must be an item
of the document. What stands in “…” anywhere in `domain.yml` must be word for word in the document.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.answers.document import DOCUMENT, document, sentences

ROOT = DOCUMENT.parent.parent
DOMAIN = ROOT / "domain.yml"
CONNECTING = DOCUMENT.parent / "connecting.yml"
_ANSWERS = ("utter_answer/", "utter_condition_")
_QUOTED = re.compile(r"“([^”{}]+)”")
_CLAUSE_EDGE = re.compile(r"\s*[,;:—()]\s*|\s+—\s+")
_LEAST_KEPT = 0.5


@dataclass(frozen=True)
class Fault:
    """One thing in an answer that the document does not bear out."""

    line: int
    response: str
    problem: str

    def __str__(self) -> str:
        return f"{DOMAIN.name}:{self.line}: {self.response}: {self.problem}"


def faults(domain: Path = DOMAIN) -> list[Fault]:
    """Every fault of a domain file, in the order of its lines."""
    text = domain.read_text(encoding="utf-8")
    lines = text.splitlines()
    responses: dict[str, list[dict[str, Any]]] = yaml.safe_load(text)["responses"]
    connecting = set(yaml.safe_load(CONNECTING.read_text(encoding="utf-8"))["sentences"])
    whole = _Document()
    found: list[Fault] = []
    for name, variants in responses.items():
        for variant in variants:
            metadata = variant.get("metadata") or {}
            said = [part for part in (variant.get("text"), metadata.get("more")) if part]
            for problem, words in _problems(name, said, metadata, whole, connecting, set(responses)):
                found.append(Fault(_line(lines, name, words), name, problem))
    return sorted(found, key=lambda fault: fault.line)


class _Document:
    """The document's sentences, items and clauses, folded for comparison."""

    def __init__(self) -> None:
        sections = document()
        self.anchors = set(sections)
        self.items = {item for section in sections.values() for item in section.items}
        self.sentences = [line for section in sections.values() for line in [*section.sentences, *section.items]]
        self.folded = {_fold(sentence) for sentence in self.sentences}
        self.clauses = {clause for sentence in self.sentences for clause in _clauses(sentence)}
        self.text = _fold(" ".join([*self.sentences, *(section.title for section in sections.values())]))

    def bears_out(self, sentence: str) -> bool:
        folded = _fold(sentence)
        return folded in self.folded or folded in self.clauses


def _problems(
    name: str, said: list[str], metadata: dict[str, Any], whole: _Document, connecting: set[str], responses: set[str]
) -> Iterator[tuple[str, str]]:
    for anchor in metadata.get("sections", ()):
        if anchor not in whole.anchors:
            yield f"the document has no section {anchor!r}. It has: {', '.join(sorted(whole.anchors))}.", anchor
    for step in [*(metadata.get("next") or ()), *([metadata["why"]] if "why" in metadata else ())]:
        if f"utter_{step}" not in responses:
            yield f"leads to {step!r}, but there is no response utter_{step}.", str(step)
    for text in said:
        for quotation in _QUOTED.findall(text):
            if _fold(quotation) not in whole.text:
                yield f"“{quotation}” is quoted, but not in the document. Quote it word for word.", quotation
        if name.startswith(_ANSWERS):
            for sentence, is_item in _said(text):
                good = sentence in connecting or (sentence in whole.items if is_item else whole.bears_out(sentence))
                if not good:
                    yield (f"the document does not say: {sentence!r}. Use a sentence of knowledge/ldn.md as it stands, "
                           "a clause of one, or a sentence of knowledge/connecting.yml.", sentence)


def _said(text: str) -> Iterator[tuple[str, bool]]:
    for paragraph in re.split(r"\n\s*\n|\n(?=- )", text.strip()):
        paragraph = " ".join(paragraph.split())
        if paragraph.startswith("- "):
            yield paragraph[2:], True
        else:
            for sentence in sentences(paragraph):
                yield sentence, False


def _clauses(sentence: str) -> Iterator[str]:
    edges = [0, *[match.end() for match in _CLAUSE_EDGE.finditer(sentence)]]
    ends = [match.start() for match in _CLAUSE_EDGE.finditer(sentence)] + [len(sentence)]
    total = len(sentence.split())
    for start in edges:
        for end in ends:
            if start < end and len(sentence[start:end].split()) >= total * _LEAST_KEPT:
                yield _fold(sentence[start:end])


def _fold(text: str) -> str:
    plain = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return " ".join(plain.lower().split()).rstrip(".!:, ")


def _line(lines: list[str], response: str, words: str) -> int:
    start = next((number for number, line in enumerate(lines) if line.strip() == f"{response}:"), 0)
    opening = " ".join(words.split()[:3]).lower()
    for number in range(start, min(start + 40, len(lines))):
        if opening and opening in " ".join(lines[number].split()).lower():
            return number + 1
    return start + 1


if __name__ == "__main__":
    problems = faults()
    print("\n".join(map(str, problems)) if problems else f"{DOMAIN.name}: every answer stands in the document")
    sys.exit(1 if problems else 0)
