"""The hand-off's own words, read from `knowledge/handoff.yml` and checked before the start."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from gateway.chat.notices import NoticesError
from gateway.chat.replies import Text

FILE = Path(__file__).parents[2] / "knowledge" / "handoff.yml"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class OpeningWords(_Part):
    """What {opening} becomes."""

    open: Text
    closed: Text
    unknown: Text

    @field_validator("closed")
    @classmethod
    def _says_when(cls, text: str) -> str:
        if text.count("{day}") != 1 or text.count("{time}") != 1 or text.count("{") != 2:
            raise ValueError("needs {day} and {time}, once each and nothing else in braces")
        return text


class Words(_Part):
    """Every word of the file."""

    opening: OpeningWords
    booking_button: Text


def load_words(path: Path = FILE) -> Words:
    """The words of `path`. Raises NoticesError, whose text is one line with the place and the remedy."""
    try:
        written = path.read_text(encoding="utf-8")
        data = yaml.load(written, Loader=yaml.CSafeLoader)
    except OSError:
        raise NoticesError(f"{path}: cannot be read; it belongs to the repository, restore it") from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise NoticesError(f"{path}:{line}: is not YAML: {wrong.problem}; check the indents and quotes") from None
    try:
        return Words.model_validate(data)
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_input=False)[0]
        keys = [str(part) for part in error["loc"]]
        what = error["msg"].removeprefix("Value error, ").lower()
        raise NoticesError(
            f"{path}:{_line(written, keys)}: {'.'.join(keys) or 'the file'}: {what}; docs/handoff.md shows the form"
        ) from None


def _line(written: str, keys: list[str]) -> int:
    """The line on which the innermost of the keys stands, or the nearest above it."""
    best = 1
    for number, line in enumerate(written.splitlines(), start=1):
        if keys and line.strip().startswith(f"{keys[0]}:"):
            best, keys = number, keys[1:]
    return best
