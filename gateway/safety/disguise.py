"""The same words under every disguise: what a message may say once its spelling tricks are taken off.

Built on `language.normalise` (NFKC, invisible characters, stretched letters). On top of it: letters of other
alphabets (`letters.tsv`, after Unicode UTS 39, "Unicode Security Mechanisms"), digits and signs for letters, letters
with spaces or dots between them, doubled letters, words run together, chat shorthand (`shorthand.tsv`) and spelling
slips. No trick is certain ("too" may be "to"), so a message has several readings and every one is screened.
"""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache
from itertools import product
from pathlib import Path

from language.normalise import normalise
from language.spelling import Speller

HERE = Path(__file__).parent
BREAK = "."

_LEET = {
    "0": "o",
    "1": "il",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "il",
    "|": "il",
    "+": "t",
    "(": "c",
}
_MASKS = "*#_?%^"
_SENTENCE_END = re.compile(r"[.!?;]+(?=\s|$)|[\n\r]+")
_SPACED_LETTERS = re.compile(
    r"(?<![a-z0-9'])[a-z](?:[\s.\-_*~/\\|,:·+]{1,4}[a-z0-9](?![a-z0-9])){2,}(?:'[a-z]{1,2}\b)?"
)
_COMMAND = re.compile(r"^[/\\\s]*[/\\]([a-z_]+)\s+(?=\S)")
_VOWEL_TWICE = re.compile(r"([aeiou])\1")
_UNITS = r"(?:mgs?|mcg|mls?|kg|lbs?|am|pm|hrs?|h|mins?|yrs?|yo|wks?|weeks?|months?|[xmfw]|th|st|nd|rd)\b"
_TOKEN = re.compile(
    rf"\d+(?:[.,]\d+)*(?={_UNITS}|(?![a-z0-9@$!|*.,]))|[a-z0-9@$!|+(*#_?%^]*[a-z0-9@$][a-z0-9@$!|*#_]*(?:'[a-z]+)?|\s\.\s"
)
_RUN = re.compile(r"(.)\1")
_PAIRED = re.compile(r"(?:(.)\1)+")
_MOST_TRIES = 128
_LONGEST_WORD = 24
_LONGEST_JOINED = 200
_ENDINGS = ("s", "es", "ed", "ing", "ly", "er", "ers", "ised", "ising", "isation", "ment", "ness", "less", "able")
_LETTER_WORDS = "urbn"
_LETTER_RANK = 20_000
_LONGEST_SHORTHAND = 3


class DisguiseData(ValueError):
    """A data file of this module cannot be used."""

    def __init__(self, path: Path, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {problem}. {remedy}")


def read_pairs(path: Path) -> dict[str, str]:
    """A two-column file, tab between the columns, lines starting with # left out. Raises DisguiseData."""
    pairs: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("# "):
            continue
        columns = line.split("\t")
        if len(columns) != 2 or not all(column.strip() for column in columns):
            raise DisguiseData(
                path, number, "not two columns", "Write what is typed, one tab, what it stands for."
            )
        if columns[0] in pairs:
            raise DisguiseData(path, number, "the left side is there twice", "Keep one of the two lines.")
        pairs[columns[0]] = columns[1]
    return pairs


class Disguises:
    """Takes disguises off.

    `key_words` are the words that the rules look for: they are repaired first, and may be masked ("k*ll").
    `words` are ordinary words, the most frequent first, which no repair may touch.
    """

    def __init__(
        self, key_words: Iterable[str], words: Iterable[str] | None = None, folder: Path = HERE
    ) -> None:
        self._letters = str.maketrans(read_pairs(folder / "letters.tsv"))
        self._shorthand = {
            tuple(short.replace("'", "").split()) if "'" not in short else (short,): full.split()
            for short, full in read_pairs(folder / "shorthand.tsv").items()
        }
        ordinary = list(words) if words is not None else (folder / "words.txt").read_text("utf-8").split()
        self._rank = {word: number for number, word in enumerate(ordinary)}
        for short in self._shorthand:
            if len(short) == 1 and len(short[0]) >= 4:
                self._rank.setdefault(short[0], len(ordinary))
        keys = {word for word in key_words if word.isalpha()}
        for word in sorted(keys):
            self._rank.setdefault(word, len(ordinary))
        self._keys = keys
        self._short_keys = _deletions_of(
            {word for word in keys if len(word) == 4 and self._rank[word] < 6000}
        )
        common = {
            word: len(self._rank) - rank for word, rank in self._rank.items() if rank < 12_000 or word in keys
        }
        self._speller = Speller(
            {word: count + (10_000 if word in keys else 0) for word, count in common.items()},
            lambda word: word in self._rank,
        )
        self._masked = lru_cache(maxsize=2_000)(self._unmask)
        self._cleaned = lru_cache(maxsize=20_000)(self._clean)

    def readings(self, text: str) -> list[str]:
        """The message as words in lower case with " . " where a sentence ends: as typed, then repaired, then with
        doubled letters single. Readings that say the same are there once; there is always at least one. What looks
        like a command ("/greet") is in the first alone.
        """
        folded = self._fold(text)
        typed = self._words(folded)
        command = _COMMAND.match(folded)
        if command and command.group(1) not in self._keys:
            folded = folded[command.end():]
        joined = self._words(_SPACED_LETTERS.sub(self._join_letters, folded))
        repaired = [word for token in self._join_parts(joined) for word in self._cleaned(token)]
        found = [self._spell_out(typed), self._spell_out(repaired)]
        if any(token.isalpha() and token not in self._rank and _RUN.search(token) for token in joined):
            found.append(self._spell_out([self._single(word) for word in repaired]))
        return list(dict.fromkeys(" ".join(words) for words in found))

    def _fold(self, text: str) -> str:
        text = text.replace("\n", " . ").strip()
        text = unicodedata.normalize("NFKC", text.translate(self._letters))
        text = _halve_pairs(text)
        text = normalise(text).lower().translate(self._letters)
        plain = "".join(c for c in unicodedata.normalize("NFD", text) if unicodedata.category(c) != "Mn")
        return _SENTENCE_END.sub(" . ", plain)

    @staticmethod
    def _words(folded: str) -> list[str]:
        tokens: list[str] = []
        for match in _TOKEN.finditer(folded):
            token = match.group().strip()
            if token == BREAK and (not tokens or tokens[-1] == BREAK):
                continue
            tokens.append(token)
        return tokens[:-1] if tokens and tokens[-1] == BREAK else tokens

    def _spell_out(self, tokens: list[str]) -> list[str]:
        """Shorthand written out, apostrophes dropped."""
        words: list[str] = []
        place = 0
        while place < len(tokens):
            for length in range(_LONGEST_SHORTHAND, 0, -1):
                part = tokens[place : place + length]
                full = self._shorthand.get(tuple(part)) or self._shorthand.get(
                    tuple(token.replace("'", "") for token in part)
                )
                if full and len(part) == length:
                    words += full
                    place += length
                    break
            else:
                token = tokens[place].replace("'", "")
                words.append(token if token == BREAK else token.strip("*#_?%^!|+($@") or token)
                place += 1
        return [word for word in words if word]

    def _join_letters(self, match: re.Match[str]) -> str:
        spaced, apostrophe, ending = match.group().partition("'")
        letters = re.sub(r"[^a-z0-9]", "", spaced)
        if re.fullmatch(r"[a-z]+[0-9]+[a-z]+", letters):
            whole = self._unleet(letters)
            if whole:
                return f" {whole} "
        parts = re.findall(r"[a-z]+|[0-9]+", letters)
        joined = " ".join(word for part in parts for word in self._segment(part) or [part])
        return f" {joined}{apostrophe}{ending} "

    def _clean(self, token: str) -> tuple[str, ...]:
        """One token as the word or words that it most likely stands for."""
        if token == BREAK or token in self._rank or (token,) in self._shorthand:
            return (token,)
        if "'" in token:
            stem, _, ending = token.partition("'")
            return (f"{self._undouble(stem) or stem}'{ending}" if stem not in self._rank else token,)
        if token[0].isdigit() and not any(c.isalpha() for c in token):
            return (token,)
        bare = token.strip("*#_?%^!|+(")
        if bare in self._rank:
            return (bare,)
        if any(token.endswith(end) and len(token) > len(end) + 3 and token[: -len(end)] in self._rank
               for end in _ENDINGS):
            return (token,)
        if not token.isalpha():
            return (self._unleet(token) or self._masked(token) or bare or token,)
        single = self._undouble(token)
        if single:
            return (single,)
        if len(token) == 3 and token in self._short_keys:
            return (self._short_keys[token],)
        for ending in _ENDINGS:
            single = self._undouble(token[:-len(ending)]) if token.endswith(ending) else None
            if single:
                return (single + ending,)
        for slip in (token, _VOWEL_TWICE.sub(r"\1", token)):
            repaired = self._speller.repaired(slip) if len(slip) <= _LONGEST_WORD else slip
            if repaired != slip:
                return (repaired,)
        if len(token) >= 7:
            return tuple(self._segment(token) or [token])
        return (token,)

    def _unleet(self, token: str) -> str | None:
        if len(token) > 20:
            return None
        choices = [_LEET.get(c, c if c.isalpha() else "") for c in token]
        if not all(choices) or not any(c.isalpha() for c in token):
            return None
        tries = ("".join(letters) for letters, _ in zip(product(*choices), range(_MOST_TRIES), strict=False))
        known = [word for word in tries if word in self._rank]
        if known:
            return min(known, key=self._rank.__getitem__)
        plain = "".join(options[0] for options in choices)
        for word in (self._undouble(plain), self._speller.repaired(plain)):
            if word in self._keys:
                return word
        return None

    def _unmask(self, token: str) -> str | None:
        """A key word whose letters are hidden behind signs: "k*ll", "su*c*de"."""
        if not 3 <= len(token) <= 20 or not any(c in _MASKS for c in token):
            return None
        if sum(c.isalpha() for c in token) * 2 < len(token):
            return None
        pattern = re.compile("".join("[a-z]" if c in _MASKS else re.escape(c) for c in token))
        known = [word for word in self._keys if len(word) == len(token) and pattern.fullmatch(word)]
        return min(known, key=lambda word: (self._rank[word], word)) if known else None

    def _undouble(self, token: str) -> str | None:
        """A known word that the token becomes when some of its doubled letters are single."""
        if not _RUN.search(token) or len(token) > 2 * _LONGEST_WORD:
            return None
        if _PAIRED.fullmatch(token):
            half = token[::2]
            if half in self._rank:
                return half
        runs = [(letter, len(list(_same))) for letter, _same in _runs(token)]
        choices = [(letter,) if count == 1 else (letter, letter * 2) for letter, count in runs]
        tries = ("".join(parts) for parts, _ in zip(product(*choices), range(_MOST_TRIES), strict=False))
        known = [word for word in tries if word in self._rank]
        return min(known, key=self._rank.__getitem__) if known else None

    def _single(self, word: str) -> str:
        """A frequent word with single letters in place of a known one with doubled ones: "too" becomes "to"."""
        other = self._undouble(word) if word.isalpha() else None
        return other if other and self._rank[other] < self._rank.get(word, len(self._rank)) else word

    def _join_parts(self, tokens: list[str]) -> list[str]:
        """Two neighbours as one key word where a part by itself is no word: "sui cide"."""
        words: list[str] = []
        for token in tokens:
            whole = words[-1] + token if words else ""
            if len(whole) >= 5 and whole in self._keys and not {words[-1], token} <= self._rank.keys():
                words[-1] = whole
            else:
                words.append(token)
        return words

    def _segment(self, letters: str) -> list[str] | None:
        """Known words that the letters run together, frequent and long ones first; None where there are none."""
        letters = letters[:_LONGEST_JOINED]
        best: list[tuple[float, list[str]] | None] = [(0.0, [])] + [None] * len(letters)
        for end in range(1, len(letters) + 1):
            for start in range(max(0, end - 16), end):
                before, word = best[start], letters[start:end]
                rank = self._rank.get(word, _LETTER_RANK if word in _LETTER_WORDS else None)
                if before is None or rank is None or (len(word) == 1 and word not in "ai" + _LETTER_WORDS):
                    continue
                cost = before[0] + 3 + math.log(rank + 10) - (2 if word in self._keys else 0)
                if best[end] is None or cost < best[end][0]:  # type: ignore[index]
                    best[end] = (cost, [*before[1], word])
        last = best[-1]
        return last[1] if last else None


def key_words_of(wanted: Iterable[str], folder: Path = HERE) -> set[str]:
    """The words meant by words and beginnings ("suicid*"), the latter as `words.txt` has them."""
    ordinary = sorted((folder / "words.txt").read_text(encoding="utf-8").split())
    found: set[str] = set()
    for word in wanted:
        stem = word.rstrip("*")
        if stem == word:
            found.add(word)
            continue
        start = bisect_left(ordinary, stem)
        while start < len(ordinary) and ordinary[start].startswith(stem):
            found.add(ordinary[start])
            start += 1
    return found


def _halve_pairs(text: str) -> str:
    """Words in which every letter stands twice, before stretched letters are shortened: "kkiillll" is "kill"."""

    def halve(match: re.Match[str]) -> str:
        word = match.group()
        return word[::2] if _PAIRED.fullmatch(word.lower()) and len(word) > 2 else word

    return re.sub(r"[A-Za-z]{4,80}", halve, text)


def _runs(token: str) -> list[tuple[str, str]]:
    return [(match.group(1), match.group()) for match in re.finditer(r"(.)\1*", token)]


def _deletions_of(words: Iterable[str]) -> dict[str, str]:
    """Every three-letter rest of a four-letter word that only one of the words leaves."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for word in sorted(words):
        for rest in {word[:place] + word[place + 1 :] for place in range(len(word))}:
            if rest in found:
                twice.add(rest)
            found[rest] = word
    return {rest: word for rest, word in found.items() if rest not in twice}
