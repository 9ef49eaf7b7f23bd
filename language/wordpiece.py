"""The WordPiece tokens of the uncased BERT vocabulary, as the sentence encoder was trained with.

Follows Devlin et al. 2019 (BERT): clean, lower, strip accents, split at white space, punctuation and CJK
characters, then greedy longest match, continuation pieces marked with "##".
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

CLS, SEP, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
_LONGEST_WORD = 100
_PLAIN = re.compile(r"[a-z0-9]+|[^a-z0-9 ]")


class WordPiece:
    """Turns text into the ids of the encoder's vocabulary.

    `vocabulary` is the `vocab.txt` of the encoder: one piece a line, its id the line's number from 0.
    """

    def __init__(self, vocabulary: Path) -> None:
        pieces = vocabulary.read_text(encoding="utf-8").splitlines()
        self._ids = {piece: number for number, piece in enumerate(pieces)}
        self.cls, self.sep, self._unknown = (self._ids[name] for name in (CLS, SEP, UNKNOWN))
        self._pieces_of = lru_cache(maxsize=20_000)(self._pieces_of_word)

    def ids(self, text: str) -> list[int]:
        """The ids of the text's pieces, without the marks for start and end."""
        return [number for word in words(text) for number in self._pieces_of(word)]

    def knows(self, word: str) -> bool:
        """Whether the lower-case word is one whole piece of the vocabulary."""
        return word in self._ids

    def _pieces_of_word(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        found: list[int] = []
        start = 0
        while start < len(word):
            end = len(word)
            while start < end:
                piece = ("##" if start else "") + word[start:end]
                if piece in self._ids:
                    break
                end -= 1
            if start == end:
                return (self._unknown,)
            found.append(self._ids[piece])
            start = end
        return tuple(found)


def words(text: str) -> list[str]:
    """The lower-case words and single punctuation marks of the text, accents stripped."""
    if text.isascii() and text.isprintable():
        return _PLAIN.findall(text.lower())  # ten times faster, and nearly every message is such
    spaced = []
    for character in text:
        if character in "\0\ufffd" or (unicodedata.category(character)[0] == "C" and character not in "\t\n\r"):
            continue
        spaced.append(f" {character} " if _is_cjk(character) else character)
    found: list[str] = []
    for word in "".join(spaced).split():
        word = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(c) != "Mn")
        start = 0
        for place, character in enumerate(word):
            if _is_punctuation(character):
                found += [word[start:place]] if start < place else []
                found.append(character)
                start = place + 1
        if start < len(word):
            found.append(word[start:])
    return found


def _is_punctuation(character: str) -> bool:
    return (33 <= ord(character) <= 126 and not character.isalnum()) or unicodedata.category(character)[0] == "P"


def _is_cjk(character: str) -> bool:
    return any(low <= ord(character) <= high for low, high in
               ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F)))
