"""How people word what a form needs to know: lists of wordings from `knowledge/`, compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from bot.nlu.lexicon import KNOWLEDGE
from language.normalise import normalise

FORM = KNOWLEDGE / "form.yml"


class WordingError(ValueError):
    """An entry of a file of wordings cannot be used; the text says file, place and remedy."""

    def __init__(self, path: Path, place: str, problem: str) -> None:
        super().__init__(f"{path}: {place}: {problem}")


class Words:
    """Asks whether lists of wordings occur in a text. A place is written with dots: `plain.declined`.

    A form with a file of its own names it after the shared one; no list may stand in both.
    """

    def __init__(self, *paths: Path) -> None:
        self._data: dict[str, Any] = {}
        self._from: dict[str, Path] = {}
        for path in paths:
            for name, entries in yaml.safe_load(path.read_text(encoding="utf-8")).items():
                if name in self._data:
                    raise WordingError(path, name, f"{self._from[name]} has a list of that name. Give this another.")
                self._data[name], self._from[name] = entries, path
        self._last = paths[-1]
        self._compiled: dict[tuple[str, str], re.Pattern[str]] = {}

    def entries(self, place: str) -> list[str]:
        """The entries as they stand. Raises `WordingError` where there are none."""
        found: Any = self._data
        for part in place.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        if not isinstance(found, list) or not all(isinstance(entry, str) for entry in found):
            raise WordingError(self._path_of(place), place, "there is no list of texts. Write one, each in quotes "
                               "where YAML would read it as something else.")
        return found

    def in_(self, place: str, text: str) -> re.Match[str] | None:
        """The first occurrence anywhere in the text."""
        return self._pattern(place, "in").search(text)

    def all_in(self, place: str, text: str) -> list[re.Match[str]]:
        """Every occurrence."""
        return list(self._pattern(place, "in").finditer(text))

    def starts(self, place: str, text: str) -> re.Match[str] | None:
        """An occurrence at the start of the text."""
        return self._pattern(place, "starts").match(text)

    def whole(self, place: str, text: str) -> bool:
        """Whether the text is nothing else, but for punctuation and small words around it."""
        return bool(self._pattern(place, "whole").match(text))

    def without(self, place: str, text: str) -> str:
        """The text with every occurrence replaced by an ellipsis."""
        return self._pattern(place, "in").sub("…", text)

    def _pattern(self, place: str, how: str) -> re.Pattern[str]:
        if (place, how) not in self._compiled:
            self._compiled[place, how] = _compile(self._path_of(place), place, self.entries(place), how)
        return self._compiled[place, how]

    def _path_of(self, place: str) -> Path:
        return self._from.get(place.split(".")[0], self._last)


_AROUND = {
    "in": r"(?<![\w'])(?:{0})(?!\w)",
    "starts": r"\W*(?:{0})(?!\w)",
    "whole": r"\W*(?:(?:ok|okay|um+|uh+|hmm*|well|please|pls|so|oh|wait|hey|actually)\W+)*(?:{0})"
             r"(?:\W+(?:please|pls|thanks|thank you|sorry|then|lol|now|for now|haha|though|tho))*\W*$",
}


def _compile(path: Path, place: str, entries: Iterable[str], how: str) -> re.Pattern[str]:
    for entry in entries:
        try:
            re.compile(entry)
        except re.error as error:
            raise WordingError(path, place, f"{entry!r} is no regular expression: {error}.") from None
    return re.compile(_AROUND[how].format("|".join(sorted(entries, key=len, reverse=True))), re.IGNORECASE)


@lru_cache(maxsize=1)
def words() -> Words:
    """The wordings that every form shares."""
    return Words(FORM)


def plain_text(text: str) -> str:
    """The message in small letters with plain quotes and single spaces."""
    return normalise(text).lower()
