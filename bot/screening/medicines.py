"""The medicines that an answer names, with repaired spelling."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.nlu import lexicon
from bot.nlu.entities import Entity, EntityFinder
from bot.nlu.lexicon import CONDITION, LDN, MEDICINE, OPIOID, Term
from bot.screening.sounds import SoundSpeller
from bot.screening.words import words
from language import encoder
from language.spelling import WORD, Speller
from language.wordpiece import WordPiece

T3, WHICH = "t3", "which"
_SHORTEST_REPAIRED, _SHORTEST_JOINED = 5, 9
# "tylenol 3 times a day" is plain Tylenol; the number belongs to what follows.
_NUMBER_OF_SOMETHING = re.compile(r"^\s*(?:x\b|times?|tablets?|pills?|caplets?|a day|per day|days?|hours?|weeks?"
                                  r"|or \d)")


@dataclass(frozen=True)
class Mention:
    """One medicine or condition in a text: place, what it is (`opioid`, `medicine`, `ldn`, `condition`, or what must
    be asked first: `t3`, `which`), and its canonical name."""

    start: int
    end: int
    text: str
    kind: str
    canonical: str


class MedicineFinder:
    """Finds what an answer names. The lexicons say what it is; `knowledge/screening.yml` adds street names, which
    mean little elsewhere but much in answer to "do you take an opioid?"."""

    def __init__(self) -> None:
        known = [term for term in lexicon.load() if not term.common and term.kind != lexicon.AMBIGUOUS]
        extra = [*(Term(text, OPIOID, text) for text in words().entries("opioid_slang")),
                 *(Term(text, MEDICINE, text) for text in words().entries("not_opioid"))]
        named = {term.text.lower() for term in extra}
        terms = [*[term for term in known if term.text.lower() not in named], *extra]
        terms += _written_otherwise(terms)
        self._shouted = {term.text for term in terms if term.text.isupper() and len(term.text) <= 4
                         and term.kind == OPIOID}
        self._finder = EntityFinder(terms)
        counts = Counter({word.lower(): 1 for text in (*(term.text for term in terms), *words().entries("spelling"))
                          for word in WORD.findall(text) if len(word) >= _SHORTEST_REPAIRED})
        pieces = WordPiece(encoder.FOLDER / "vocab.txt")
        self._speller = Speller(counts, lambda word: len(word) < _SHORTEST_REPAIRED or pieces.knows(word)
                                or pieces.knows(word.removesuffix("s")))  # "theres" is no "threes"
        self._sounds = SoundSpeller(counts, pieces.knows)
        own = {term.text.lower(): term.answer_as for term in terms if term.kind == CONDITION}
        self._symptoms = {term.text.lower() for term in terms if term.kind == CONDITION
                          and (term.canonical.startswith("other ") or term.canonical.endswith("(unspecified)")
                               or own.get(term.canonical.lower(), term.answer_as) != term.answer_as)}

    def repair(self, text: str) -> str:
        """The text with misspelt names mended."""
        return self._sounds.repair(self._speller.repair(text))

    def name_of(self, condition: Mention) -> str:
        """The canonical name, or the words as they were said where they are only of a kind with it: "brain fog" is not
        the syndrome that the lexicon answers it as."""
        return condition.text if condition.text.lower() in self._symptoms else condition.canonical

    def names_opioid(self, text: str) -> bool:
        """Whether a text names an opioid."""
        return any(mention.kind == OPIOID for mention in self.find(text))

    def find(self, text: str) -> list[Mention]:
        """The mentions in order. Ask with the repaired text, its case as written."""
        found = [Mention(entity.start, entity.end, entity.text, self._kind(entity, text), entity.canonical)
                 for entity in self._finder.find(text)
                 if entity.kind in (OPIOID, MEDICINE, LDN, CONDITION) and not self._only_looks_like(entity.text)]
        for kind in (T3, WHICH):
            for match in words().all_in(f"ask_about.{kind}", text):
                if not any(mention.start < match.end() and match.start() < mention.end for mention in found):
                    found.append(Mention(match.start(), match.end(), match.group(), kind, match.group()))
        return sorted(found, key=lambda mention: mention.start)

    def _only_looks_like(self, text: str) -> bool:
        return text.upper() in self._shouted and text != text.upper()

    @staticmethod
    def _kind(entity: Entity, text: str) -> str:
        if re.search(r"(?i)tylenol #?\d$", entity.text) and _NUMBER_OF_SOMETHING.match(text[entity.end:].lower()):
            return MEDICINE
        return entity.kind


def _written_otherwise(terms: Sequence[Term]) -> list[Term]:
    """The opioids in the plural, and those of several words as one: "percocets", "hydromorphcontin"."""
    known = {term.text.lower() for term in terms}
    written: dict[str, Term] = {}
    for term in (term for term in terms if term.kind == OPIOID):
        plural, joined = f"{term.text.lower()}s", term.text.lower().replace(" ", "")
        if term.text.isalpha() and len(plural) > _SHORTEST_REPAIRED and not term.text.endswith("s"):
            written[plural] = term
        if joined.isalpha() and len(joined) >= _SHORTEST_JOINED:
            written[joined] = term
    return [replace(term, text=text) for text, term in written.items() if text not in known]


@lru_cache(maxsize=1)
def finder() -> MedicineFinder:
    """The finder over the house's lexicons."""
    return MedicineFinder()


def names_medicine(text: str) -> bool:
    """Whether any medicine is named, an opioid or not."""
    return any(mention.kind != CONDITION for mention in finder().find(text))
