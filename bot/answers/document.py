"""The clinic's document, `knowledge/ldn.md`: its sections by anchor, and its sentences by section."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent.parent / "knowledge" / "ldn.md"

# A stray tail that slipped into one sentence of the document; it says nothing and stays out of answers.
STRAY_TAIL = ("overfiring., and wellness goals", "overfiring.")

_NUMBER = re.compile(r"^\d+\.\s*")
_SENTENCE_END = re.compile(r"(?<=[.!?”])(?<!\be\.g\.)\s+(?=[A-Z“])")


@dataclass
class Section:
    """One heading of the document: its anchor, title, its sentences and list items as they stand."""

    anchor: str
    title: str
    sentences: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)


def anchor(heading: str) -> str:
    """The heading in lower case with hyphens, numbers and quotes dropped."""
    text = re.sub(r"[“”\"'’‘()?!.,]", "", _NUMBER.sub("", heading)).lower()
    return re.sub(r"\s+", "-", text.strip())


def parse(text: str) -> dict[str, Section]:
    """The sections of a document in their order, by anchor."""
    sections: dict[str, Section] = {}
    current: Section | None = None
    for line in text.replace(*STRAY_TAIL).splitlines():
        line = line.strip()
        if line.startswith("#"):
            title = line.lstrip("#").strip()
            current = sections.setdefault(anchor(title), Section(anchor(title), _NUMBER.sub("", title)))
        elif line and current is not None:
            if line.startswith("- "):
                current.items.append(line[2:])
            else:
                current.sentences += sentences(line)
    return sections


def sentences(paragraph: str) -> list[str]:
    """The sentences of one paragraph."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(paragraph) if sentence.strip()]


@lru_cache(maxsize=1)
def document() -> dict[str, Section]:
    """The sections of `knowledge/ldn.md`."""
    return parse(DOCUMENT.read_text(encoding="utf-8"))


def sources(anchors: Iterable[str]) -> list[dict[str, str]]:
    """The sections by anchor as a reply names them. Raises `KeyError` where the document lacks one."""
    return [{"section": anchor, "title": document()[anchor].title} for anchor in anchors]


def line_of_group(group: str) -> str:
    """The item of the document's list of conditions that starts with `group`. Raises `KeyError` if none does."""
    for item in document()["who-might-benefit-from-ldn"].items:
        if item.lower().startswith(group.lower()):
            return item
    raise KeyError(group)
