"""Looks through a message for red flags: every reading by the rules, then the cleanest by the classifier.

Promise 4 of the chat API: needs no database, bot or network, and holds for any text. A rule marked `always` raises
its alarm by itself. Any other weighs heavily in the score of the classifier, which may find the message so plainly
harmless that no card is shown. Without the classifier every rule stands for itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from gateway.safety.classifier import FOLDER, Classifier, HeadUnusable, Verdict, labeller, load_head
from gateway.safety.disguise import Disguises, key_words_of
from gateway.safety.rulebook import FILE, Category, Rule, Rulebook, load_rulebook
from language.encoder import EncoderMissing

MOST_CHARACTERS = 16_000
"""More than the gateway lets a body hold."""
SURER = 3.0
"""In log-odds: by so much must the classifier be surer of despair than of any danger to the body to say so where the
rules see the body alone. What was swallowed may have been meant, which they seldom see."""

POISONING = "overdose_poisoning"
FAR_SURER = 6.0
"""In log-odds: by so much must it be surer of a danger to the body than of despair to overrule a rule that saw despair
in the words for it: of 4,700 red flags that set eight cards right and none wrong, as 4 did (8: seven)."""


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
        # Whoever writes an example or a counter-example into the rule file counts on it at once.
        self._promised = {self.readings(text)[-1] for rule in book.rules for text in rule.counter_examples}
        self._examples = {self.readings(text)[-1] for rule in book.rules for text in rule.examples}

    @classmethod
    def load(cls, rules: Path = FILE, head: Path = FOLDER) -> Screen:
        """The screen from its files. Raises RuleFileError; a classifier that cannot be used only shows in its state."""
        book = load_rulebook(rules)
        try:
            return cls(book, Classifier(load_head(labeller(), head), labeller()))
        except EncoderMissing:
            return cls(book, state="no encoder")
        except HeadUnusable:
            return cls(book, state="no head")
        except Exception as wrong:
            return cls(book, state=f"failed: {type(wrong).__name__}")

    def find(self, text: str) -> Finding | None:
        """The most urgent danger that the text speaks of, or None."""
        readings = self.readings(text)
        rules = self._rules(readings)
        names = {rule.category for rule in rules}
        certain = any(rule.always for rule in rules) or (bool(rules) and readings[-1] in self._examples)
        if readings[-1] in self._promised and not certain:
            return None
        verdict = self._verdict(readings[-1])
        if verdict is not None and not certain and not self._alarming(verdict.score, bool(rules), readings):
            return None
        names -= self._taken_for_despair(rules, verdict)
        if verdict is not None and not names:
            return Finding(self.book.categories[verdict.kinds[0][0]], "classifier")
        bodily = all(self.book.categories[name].outcome != "crisis" for name in names)
        chosen = self.book.chosen(names | (self._despair(verdict) if bodily else set()))
        return Finding(chosen, "rules") if chosen else None

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

    def weigh(self, readings: Sequence[str], classifier: Classifier) -> float:
        """The score to hold against the threshold; infinite where a rule stands for itself. For measuring."""
        rules = self._rules(readings)
        if any(rule.always for rule in rules):
            return float("inf")
        head = classifier.head
        score = classifier.verdict(readings[-1]).score + (head.rules if rules else 0)
        return score - (head.doubt if self._doubtful(readings) else 0)

    def _rules(self, readings: Sequence[str]) -> list[Rule]:
        prepared = [self.book.reading(reading) for reading in readings]
        return [rule for rule in self.book.rules if any(rule.matches(reading) for reading in prepared)]

    def _verdict(self, reading: str) -> Verdict | None:
        """What the classifier says, or None without one."""
        if self._classifier is None:
            return None
        try:
            return self._classifier.verdict(reading)
        except Exception as wrong:  # whatever breaks in here, the rules go on
            self.classifier_state = f"failed: {type(wrong).__name__}"
            return None

    def _alarming(self, score: float, ruled: bool, readings: Sequence[str]) -> bool:
        head = cast(Classifier, self._classifier).head
        surplus = score + (head.rules if ruled else 0) - head.threshold
        return surplus >= 0 and (surplus >= head.doubt or not self._doubtful(readings))

    def _doubtful(self, readings: Sequence[str]) -> bool:
        return self.book.doubtful(self.book.reading(readings[-1]))

    def _despair(self, verdict: Verdict | None) -> set[str]:
        """Suicide, where the classifier is far surer of it than of any other kind; rules may see the body alone."""
        kinds = verdict.kinds if verdict else ()
        outcome = {name: self.book.categories[name].outcome for name, _ in kinds}
        others = [odds for name, odds in kinds if outcome[name] != "crisis"]
        return {name for name, odds in kinds[:1] if outcome[name] == "crisis" and odds >= max(others) + SURER}

    def _taken_for_despair(self, rules: Sequence[Rule], verdict: Verdict | None) -> set[str]:
        """The kinds of despair that only rules see, where the classifier is far surer of a danger to the body: "he held
        a knife to my throat" names a means. Rules that stand for themselves are not overruled, and a poisoning
        overrules none: it may have been meant."""
        if verdict is None:
            return set()
        outcome = {name: self.book.categories[name].outcome for name, _ in verdict.kinds}
        (kind, odds), despair = verdict.kinds[0], max(odds for name, odds in verdict.kinds if outcome[name] == "crisis")
        if outcome[kind] == "crisis" or kind == POISONING or odds < 0 or odds - despair < FAR_SURER:
            return set()
        seen = {rule.category for rule in rules if self.book.categories[rule.category].outcome == "crisis"}
        return seen - {rule.category for rule in rules if rule.always}
