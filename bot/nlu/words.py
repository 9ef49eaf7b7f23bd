"""A message as the classifier sees it: one name for LDN, repaired spelling, and marks for what the lexicons found."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.nlu.entities import Entity, EntityFinder
from bot.nlu.lexicon import CONDITION, LDN, Term
from language.normalise import normalise, without_command
from language.spelling import WORD, Speller
from language.wordpiece import WordPiece

_LDN = re.compile(
    r"\b(?:low|lo|lower|low-|lose)[\s-]*(?:dose|dos|dosage)[\s-]*(?:naltrexone|naltrexon|nal|nalt|ntx)\b(?:\s*\(?ldn\)?)?"
    r"|\bnaltrexone[\s-]*(?:low|lo)[\s-]*dose\b|\bl\.d\.n\.?|\bldns\b",
    re.IGNORECASE,
)


_PRONOUN = re.compile(
    r"\b(?:it|its|it's|this|that|these|them|the (?:med|meds|medicine|medication|drug|pills?|capsules?|stuff))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Prepared:
    """The text for the encoder, the words for TF-IDF, and the entities found in the text as it stands."""

    text: str
    words: str
    entities: tuple[Entity, ...]


class Preparer:
    """Prepares messages the same way in training and in service."""

    def __init__(self, terms: Iterable[Term], speller: Speller) -> None:
        self._finder = EntityFinder(terms)
        self._speller = speller

    def prepare(self, message: str) -> Prepared:
        """The message's three forms. Entities that only the repaired spelling shows are found too."""
        repaired = self._speller.repair(_LDN.sub("LDN", without_command(normalise(message))))
        entities = tuple(self._finder.find(repaired))
        marks = [_mark(entity) for entity in entities]
        if not any(entity.kind == LDN for entity in entities):
            marks.append("zzpronoun" if _PRONOUN.search(repaired) else "zznoldn")
        return Prepared(repaired, f"{repaired.lower()} {' '.join(marks)}".strip(), entities)


def _mark(entity: Entity) -> str:
    return f"zz{'no' if entity.negated else ''}{entity.kind}{entity.answer_as.replace('_', '')}"


def vocabulary(texts: Iterable[str], terms: Iterable[Term]) -> Counter[str]:
    """How often each lower-case word occurs in the training texts; the lexicons' words count once."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word.lower() for word in WORD.findall(_LDN.sub("LDN", normalise(text))))
    known = Counter({word: count for word, count in counts.items() if count >= 2})
    for term in terms:
        for word in WORD.findall(term.text):
            if len(word) >= 5:
                known[word.lower()] = max(known[word.lower()], 1)
    return known


def make_speller(counts: Counter[str], tokens: WordPiece) -> Speller:
    """The speller over the domain's words; whole words of the encoder's vocabulary are left alone."""
    return Speller(counts, tokens.knows)


def conditions(entities: Iterable[Entity]) -> list[Entity]:
    """The conditions among the entities that are not negated."""
    return [entity for entity in entities if entity.kind == CONDITION and not entity.negated]
