"""Looks through a message for red flags: every reading by the rules, then the cleanest by the classifier.

Promise 4 of the chat API: needs no database, bot or network, and holds for any text. The rules alone are a whole
screen; the classifier adds to them and can never take an alarm back.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.safety.classifier import FOLDER, Classifier, HeadUnusable, load_head
from gateway.safety.disguise import Disguises, key_words_of
from gateway.safety.rulebook import FILE, Category, Rulebook, load_rulebook
from language.encoder import Encoder, EncoderMissing, shared

MOST_CHARACTERS = 16_000
"""More than the gateway lets a body hold."""


@dataclass(frozen=True)
class Finding:
    """A kind of danger, and who saw it: "rules" or "classifier"."""

    category: Category
    by: str


class Screen:
    """The red-flag screen. `classifier_state` is "ok" or says in a word why the rules stand alone."""

    def __init__(self, book: Rulebook, classifier: Classifier | None = None, state: str = "ok") -> None:
        self.book = book
        self.classifier_state = state if classifier else (state if state != "ok" else "off")
        self._classifier = classifier
        self._disguises = Disguises(key_words_of(book.key_words()))

    @classmethod
    def load(cls, rules: Path = FILE, head: Path = FOLDER, encoder: Encoder | None = None) -> Screen:
        """The screen from its files. Raises RuleFileError; a classifier that cannot be used only shows in its state."""
        book = load_rulebook(rules)
        try:
            encoder = encoder or shared()
            return cls(book, Classifier(load_head(encoder, head), encoder))
        except EncoderMissing:
            return cls(book, state="no encoder")
        except HeadUnusable:
            return cls(book, state="no head")
        except Exception as wrong:
            return cls(book, state=f"failed: {type(wrong).__name__}")

    def find(self, text: str) -> Finding | None:
        """The most urgent danger that the text speaks of, or None."""
        readings = self.readings(text)
        for reading in reversed(readings):
            chosen = self.book.chosen(self.book.found(self.book.reading(reading)))
            if chosen:
                return Finding(chosen, "rules")
        name = self._classified(readings[-1])
        return Finding(self.book.categories[name], "classifier") if name else None

    def readings(self, text: str) -> list[str]:
        """What the text may say once its disguises are off; at least one."""
        return self._disguises.readings(text[:MOST_CHARACTERS])

    def screen(self, text: str, seen_before: bool = False) -> list[dict[str, Any]] | None:
        """The one safety card for the text as a reply of docs/loopback-channel.md, or None.

        `seen_before`: a card was shown in this conversation already, so this one is worded differently.
        """
        finding = self.find(text)
        return [self.card(finding.category, seen_before)] if finding else None

    def card(self, category: Category, seen_before: bool = False) -> dict[str, Any]:
        """The card of a category."""
        card = self.book.cards[category.card]
        return {
            "text": card.again if seen_before else card.first,
            "outcomes": [category.outcome],
            "buttons": [{"title": button.title, "href": button.href} for button in card.buttons],
        }

    def soft_line(self, text: str) -> str | None:
        """One line with 9-8-8 for a text that only asks about suicidal thoughts, to be put under its answer."""
        for reading in self.readings(text):
            if self.book.asks_about_suicide(self.book.reading(reading)):
                return self.book.soft_line
        return None

    def _classified(self, reading: str) -> str | None:
        if self._classifier is None:
            return None
        try:
            name = self._classifier.category(reading)
            if name and self.book.doubtful(self.book.reading(reading)):
                name = self._classifier.category(reading, doubtful=True)
        except Exception as wrong:  # whatever breaks in here, the rules go on
            self.classifier_state = f"failed: {type(wrong).__name__}"
            return None
        return name if name in self.book.categories else None
