"""The clinic's document, `knowledge/ldn.md`, for the demonstration page and for the sources that answers name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parents[1] / "knowledge" / "ldn.md"

# Half a sentence that slipped into the document's text. It says nothing; answers leave it out as well (`bot/answers/`).
STRAY_TAIL = ("overfiring., and wellness goals", "overfiring.")

_NUMBER = re.compile(r"^\d+\.\s*")
_PUNCTUATION = re.compile(r"[“”\"'’‘()?!.,]")


@dataclass(frozen=True)
class Block:
    """One paragraph, or one list. A paragraph has one line."""

    is_list: bool
    lines: tuple[str, ...]

    @property
    def markdown(self) -> str:
        """The block in the Markdown subset of answers."""
        return "\n".join(f"- {line}" if self.is_list else line for line in self.lines)


@dataclass(frozen=True)
class Section:
    """A heading of the document and what stands below it, up to the next heading of any level."""

    anchor: str
    heading: str
    """As written, with its number."""
    level: int
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The heading without its number, as answers name it."""
        return _NUMBER.sub("", self.heading)

    @property
    def markdown(self) -> str:
        """What stands below the heading, in the Markdown subset of answers."""
        return "\n\n".join(block.markdown for block in self.blocks)


def read_document(path: Path = FILE) -> tuple[Section, ...]:
    """The document's sections in their order; the first one is its title. Raises OSError."""
    parts = re.split(r"^(#+) (.+)$", path.read_text(encoding="utf-8").replace(*STRAY_TAIL), flags=re.MULTILINE)
    return tuple(
        Section(anchor(heading), heading.strip(), len(marks), _blocks(text))
        for marks, heading, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True)
    )


def anchor(heading: str) -> str:
    """The heading in lower case with hyphens, numbers and quotes dropped."""
    return re.sub(r"\s+", "-", _PUNCTUATION.sub("", _NUMBER.sub("", heading)).lower().strip())


def _blocks(text: str) -> tuple[Block, ...]:
    return tuple(
        Block(part.startswith("- "), tuple(line.removeprefix("- ") for line in part.splitlines()))
        for part in re.split(r"\n\s*\n", text.strip())
        if part
    )
