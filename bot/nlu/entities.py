"""Conditions, medicines and doses in a message, with negation: spaCy rules over the lexicons."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import spacy
from negspacy.negation import Negex  # noqa: F401  (registers the factory "negex")
from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from bot.nlu.lexicon import AMBIGUOUS, CONDITION, LDN, MEDICINE, OPIOID, Term

_PRONOUN_TOO = "ME"
_PRONOUN = re.compile(r"(?i)^(?:for|to|like|about|than|of) me (?:to|even|or|personally|specifically|at|too|not)$")
"""Stressed, and no illness: "does it make sense for ME to try"."""
_A_CRY = 5
"""So many words all in capitals stress none of them."""
DOSE, LISTED = "dose", "listed"
_DOSE = re.compile(r"\b\d+(?:[.,]\d+)?\s?(?:mg|mgs|milligrams?|mcg|ug|ml)\b", re.IGNORECASE)
# Stems that the WHO reserves for kinds of medicine: a word with one is a medicine, though no lexicon names it.
_STEM = re.compile(
    r"\b[a-z]{3,}(?:mab|tinib|ciclib|pril|sartan|olol|statin|prazole|conazole|cycline|mycin|micin|cillin|floxacin|"
    r"triptan|gliptin|gliflozin|glutide|fylline|setron|dipine|xaban|azepam|zolam|tidine|thiazide|fibrate|lukast|"
    r"profen|oxetine|pramine|triptyline|apine|idone|methasone|solone|parin|trexate|platin|nercept|tacept|bercept|gepant|imod|"
    r"tadine|zosin|pressin|relin|dronate|glitazone|barbital|vudine|navir|buvir|ciclovir|cyclovir|oxicam|coxib|"
    r"perazole|parib|degib|zomib|lisib|fenacin|phylline)\b",
    re.IGNORECASE,
)
_LEADING_ANSWER = re.compile(
    r"^\s*(?:(?:nope|nah|yes|yeah|yep|yup)\b[\s,.!-]*"
    r"|no\b(?:\s*[,.!;-]+\s*|\s+(?=(?:i|im|i'm|ive|i've|id|my|he|she|we|but|just|only|sorry|not|never|it|its|the|there|"
    r"that|actually|no)\b)))",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Entity:
    """One mention: where it stands (characters), its kind, canonical name, and how the document sees it."""

    start: int
    end: int
    text: str
    kind: str
    canonical: str
    answer_as: str = ""
    group: str = ""
    negated: bool = False
    catch_all: bool = False

    @property
    def named(self) -> str:
        """What to call it: the canonical name; where that stands for many things, the visitor's word, and of what the
        document names, the document's own words: it does not name "my immune system attacks itself"."""
        if not self.catch_all:
            return self.canonical
        return self.group[:1].lower() + self.group[1:] if self.answer_as == LISTED else self.text

    def as_rasa(self, extractor: str) -> dict[str, Any]:
        """The entity in Rasa's form; `value` is the canonical name."""
        parts = asdict(self)
        return {"entity": parts.pop("kind"), "value": parts.pop("canonical"), "start": parts.pop("start"),
                "end": parts.pop("end"), "extractor": extractor, **{k: v for k, v in parts.items() if k != "text"}}


class EntityFinder:
    """Finds the terms of the lexicons in a text, the longest first, and marks the negated ones.

    A leading yes or no answers somebody's question and negates nothing: "no i take tramadol" takes tramadol.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._nlp = spacy.blank("en")
        self._nlp.add_pipe("sentencizer")
        self._nlp.add_pipe("negex", config={"ent_types": [CONDITION, OPIOID, MEDICINE]})
        self._terms: dict[str, Term] = {}
        self._any_case = PhraseMatcher(self._nlp.vocab, attr="LOWER")
        self._as_written = PhraseMatcher(self._nlp.vocab, attr="ORTH")
        for term in terms:
            if term.common:
                continue
            written = term.exact_case
            key = term.text if written else term.text.lower()
            if key in self._terms and self._terms[key].kind in (OPIOID, CONDITION):
                continue
            self._terms[key] = term
            (self._as_written if written else self._any_case).add(key, [self._nlp.make_doc(key)])

    def find(self, text: str) -> list[Entity]:
        """The mentions in order of their place."""
        lead = _LEADING_ANSWER.match(text)
        offset = lead.end() if lead and lead.end() < len(text) else 0
        doc = self._nlp.make_doc(text[offset:])
        doc.ents = filter_spans(self._spans(doc))
        for _, pipe in self._nlp.pipeline:
            doc = pipe(doc)
        entities = [self._entity(span, offset) for span in doc.ents]
        taken = [(entity.start, entity.end) for entity in entities]
        for pattern, kind in ((_DOSE, DOSE), (_STEM, MEDICINE)):
            for found in pattern.finditer(text):
                if not any(start < found.end() and found.start() < end for start, end in taken):
                    entities.append(Entity(found.start(), found.end(), found.group(), kind, found.group().lower()))
        return sorted(entities, key=lambda entity: entity.start)

    def _spans(self, doc: Doc) -> list[Span]:
        spans = []
        for matcher in (self._any_case, self._as_written):
            for match, start, end in matcher(doc):
                key = self._nlp.vocab.strings[match]
                if key == _PRONOUN_TOO and _is_the_pronoun(doc, start, end):
                    continue
                spans.append(Span(doc, start, end, label=self._terms[key].kind, span_id=key))
        return spans

    def _entity(self, span: Span, offset: int) -> Entity:
        term = self._terms[span.id_]
        negated = bool(span._.negex) if term.kind not in (LDN, AMBIGUOUS) else False
        return Entity(offset + span.start_char, offset + span.end_char, span.text, term.kind, term.canonical,
                      term.answer_as, term.group, negated, term.catch_all)


def _is_the_pronoun(doc: Doc, start: int, end: int) -> bool:
    shouted = len(doc) >= _A_CRY and doc.text.isupper()
    return shouted or bool(_PRONOUN.search(doc[max(0, start - 1):end + 1].text))
