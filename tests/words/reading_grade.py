"""The Flesch-Kincaid grade of a text (Kincaid et al. 1975), syllables by hyphenation."""

import re

import pyphen

_HYPHENS = pyphen.Pyphen(lang="en_US")


def reading_grade(text: str) -> float:
    """0.39 words a sentence + 11.8 syllables a word - 15.59: the school grade that reads it with ease."""
    words = re.findall(r"[A-Za-z’']+", text)
    sentences = [part for part in re.split(r"[.!?:]+(?:\s|$)", text) if part.strip()]
    syllables = sum(_HYPHENS.inserted(word).count("-") + 1 for word in words)
    return 0.39 * len(words) / max(1, len(sentences)) + 11.8 * syllables / max(1, len(words)) - 15.59
