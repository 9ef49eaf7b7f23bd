"""Messages that no classifier should see: nothing in them, not text, or not English."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from runpy import run_path

import spacy
from spacy.lang.en.stop_words import STOP_WORDS as ENGLISH

from language.normalise import normalise

_LANGUAGES = ("fr", "es", "de", "pt", "it", "nl", "pl", "tl", "ro", "sv", "tr", "id", "vi")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ENGLISH_TOO = {"a", "i", "me", "no", "on", "or", "as", "an", "am", "do", "die", "so", "in", "was", "is", "us", "to",
                "go", "he", "has", "at", "by", "de", "la", "e", "o", "y", "n", "u", "d", "c", "s", "t", "en", "al",
                "per", "be", "did", "can", "will", "bin", "man", "war", "hat", "mal", "gut", "new", "come", "pro",
                "lo", "non", "des", "du", "dr", "ok", "para", "dose", "low", "mi", "si", "se", "men", "far", "under",
                "van", "over", "even", "had", "met", "ser", "sin", "ni", "te", "le", "un", "es", "sa", "ba", "ka",
                "may", "with", "sue", "sur", "plus", "pour", "tout", "comment", "suite", "main", "fort", "pas", "ma",
                "ben", "sera", "mine", "more", "date", "care", "sale", "im", "dont", "ur", "hi",
                "via", "alt", "tie", "ton", "son", "nos", "want", "stop", "fine", "ra", "different", "till", "med",
                "possible", "car", "nice", "sent", "cat", "face", "later", "hep", "door", "noon", "zero", "ex", "god",
                "hit", "sex", "suit", "nah", "certain", "yo", "male", "pot", "toe", "haha", "min", "nova", "state",
                "ty", "total", "tack", "ta", "hay", "local", "ha", "gran", "exact", "nay", "sept", "etc", "eh",
                "um"}
"""Words of those lists that patients write in English, counted in the training lines."""
_LETTERS_IN_A_ROW = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}", re.IGNORECASE)

_ASKS_WITHOUT_LETTERS = re.compile(r"\d.*\?|[$€£]")

EMPTY, NOT_TEXT, NOT_ENGLISH = "empty", "not_text", "not_english"


def _function_words(language: str) -> frozenset[str]:
    # The file alone: to import it as a module makes spaCy's tokenizer of that language, 3 s for French.
    words = run_path(str(Path(spacy.__file__).parent / "lang" / language / "stop_words.py"))["STOP_WORDS"]
    return frozenset(word for word in words if word not in ENGLISH and word not in _ENGLISH_TOO and len(word) > 1)


_FOREIGN = {language: _function_words(language) for language in _LANGUAGES}


def unreadable(message: str) -> str | None:
    """Why a message cannot be read (`EMPTY`, `NOT_TEXT`, `NOT_ENGLISH`), or None when it can.

    Another language shows in its function words (spaCy's stop words): two of them and more than of English.
    """
    text = normalise(message)
    letters = [character for character in text if character.isalpha()]
    if not letters:
        if _ASKS_WITHOUT_LETTERS.search(text):
            return None
        return NOT_TEXT if re.search(r"\d", text) else EMPTY
    latin = sum("LATIN" in unicodedata.name(character, "") for character in letters)
    if latin < len(letters) / 2:
        return NOT_ENGLISH
    words = [word.lower() for word in _WORD.findall(text)]
    english = sum(word in ENGLISH for word in words)
    foreign = max(sum(word in known for word in words) for known in _FOREIGN.values())
    if foreign >= 2 and foreign > english:
        return NOT_ENGLISH
    if english == 0 and _is_mash(words):
        return NOT_TEXT
    return None


def _is_mash(words: list[str]) -> bool:
    """Whether the words look hit, not written: letters in a row that no English word has, or one pair over and over."""
    if len(words) <= 4 and any(_LETTERS_IN_A_ROW.search(word) for word in words):
        return True
    joined = "".join(words)
    return len(joined) >= 8 and len(set(joined)) <= 6 and len(set(joined)) * 3 <= len(joined)
