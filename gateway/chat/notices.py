"""The gateway's own words, read from `knowledge/notices.yml` and checked before the start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.chat.replies import BotButton, BotReply, Text
from gateway.settings import Settings

FILE = Path(__file__).parents[2] / "knowledge" / "notices.yml"


class NoticesError(Exception):
    """The file cannot be used; the text is one line with the place and the remedy."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Notice(_Part):
    saved: Text
    unsaved: Text


class _Words(_Part):
    text: Text


class _Greeting(_Words):
    buttons: Annotated[list[BotButton], Field(min_length=3, max_length=4)]


class _File(_Part):
    notice: _Notice
    greeting: _Greeting
    unavailable: _Words
    too_long: _Words
    empty: _Words


class Notices:
    """Says each of the gateway's own replies."""

    def __init__(self, file: _File) -> None:
        self._file = file

    def notice(self, save: bool) -> str:
        """What a visitor is told before the first word."""
        return self._file.notice.saved if save else self._file.notice.unsaved

    def greeting(self) -> BotReply:
        """The first reply of a conversation, with buttons."""
        greeting = self._file.greeting
        return BotReply(text=greeting.text, outcomes=["smalltalk:greet"], buttons=greeting.buttons)

    def unavailable(self) -> BotReply:
        """For when the bot cannot answer now."""
        return BotReply(text=self._file.unavailable.text, outcomes=["unavailable"])

    def too_long(self) -> BotReply:
        """For a text over the limit."""
        return BotReply(text=self._file.too_long.text, outcomes=["unreadable"])

    def empty(self) -> BotReply:
        """For a text without a word."""
        return BotReply(text=self._file.empty.text, outcomes=["unreadable"])


def load_notices(settings: Settings, path: Path = FILE) -> Notices:
    """The words of `path` with the clinic's address filled in. Raises NoticesError."""
    try:
        written = path.read_text(encoding="utf-8")
        nodes = yaml.compose(written, Loader=yaml.CSafeLoader)
        data = yaml.load(written, Loader=yaml.CSafeLoader)
    except OSError:
        raise NoticesError(f"{path}: cannot be read; it belongs to the repository, restore it") from None
    except yaml.MarkedYAMLError as wrong:
        line = wrong.problem_mark.line + 1 if wrong.problem_mark else 1
        raise NoticesError(
            f"{path}:{line}: is not YAML: {wrong.problem}; check the indents and quotes"
        ) from None
    filled = _fill(data, {"email": settings.clinic.email, "chat_days": f"{settings.retention.chat_days:g}"})
    try:
        return Notices(_File.model_validate(filled))
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_input=False)[0]
        name = ".".join(str(part) for part in error["loc"])
        raise NoticesError(
            f"{path}:{_line(nodes, error['loc'])}: {name or 'the file'}: {error['msg'].lower()}; "
            "docs/gateway.md shows the form"
        ) from None


def _fill(data: Any, values: dict[str, str]) -> Any:
    if isinstance(data, dict):
        return {key: _fill(value, values) for key, value in data.items()}
    if isinstance(data, list):
        return [_fill(value, values) for value in data]
    if isinstance(data, str):
        for name, value in values.items():
            data = data.replace("{" + name + "}", value)
    return data


def _line(node: yaml.Node | None, keys: tuple[int | str, ...]) -> int:
    """The line of the innermost part of the file that `keys` lead to."""
    line = 1 if node is None else node.start_mark.line + 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            pair = next(((name, value) for name, value in node.value if name.value == key), None)
            if pair is None:
                return line
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line
