"""Reads `knowledge/redflags.yml` and refuses what could not be found or shown, with file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from gateway.safety.patterns import Parts, Phrase, PhraseError, Reading, Span, compile_phrase

FILE = Path(__file__).resolve().parents[2] / "knowledge" / "redflags.yml"
OUTCOMES = ("emergency", "crisis")
MOST_WORDS = 60
PLACES = ("before", "after", "around", "sentence", "message")
PHRASE_AROUND = 8
COMMON_GUARDS = {"negated"}
"""Guards whose words are too frequent to mean doubt wherever they stand."""
_LINK = re.compile(r"\[([^\]]+)\]\((tel:\+?[0-9]+|sms:\+?[0-9]+)\)")
_HREF = re.compile(r"(tel|sms):\+?[0-9]+")


class RuleFileError(ValueError):
    """The file cannot be used; the text is one line with the place and the remedy."""


@dataclass(frozen=True)
class Button:
    title: str
    href: str


@dataclass(frozen=True)
class Card:
    """What a visitor in danger reads; `again` is the wording after the first time."""

    name: str
    first: str
    again: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Category:
    """A kind of danger. Of several found at once the one with the lowest `order` is shown."""

    name: str
    outcome: str
    card: str
    order: int


@dataclass(frozen=True)
class Combination:
    """Two kinds of danger in one message that have a card of their own."""

    one_of: frozenset[str]
    and_one_of: frozenset[str]
    category: str


@dataclass(frozen=True)
class Guard:
    """Words that take a rule's alarm back: negation, long past, idiom, a question for information."""

    where: str
    within: int
    phrases: tuple[Phrase, ...]
    blocked_by: frozenset[str] = frozenset()

    def holds(self, reading: Reading, span: Span) -> bool:
        """Whether the guard's words stand where they count for what was found at `span`."""
        if self.where == "message":
            return any(reading.places(phrase) for phrase in self.phrases)
        sentence = reading.sentence(span)
        first, last = sentence.start, sentence.end
        if self.where in ("before", "around"):
            first = max(first, span.start - self.within)
        if self.where in ("after", "around"):
            last = min(last, span.end + self.within)
        if self.where == "before":
            last = span.end if span.plain else span.start
        if self.where == "after":
            first = span.end
        for phrase in self.phrases:
            for place in reading.places(phrase):
                if place.start < first or place.end > last:
                    continue
                between = reading.words[place.end:span.start] if place.end <= span.start else ()
                if not self.blocked_by.intersection(between):
                    return True
        return False


@dataclass(frozen=True)
class Rule:
    """What to look for: one phrase of each group, the groups no more than `near` words apart."""

    name: str
    category: str
    groups: tuple[tuple[Phrase, ...], ...]
    near: int
    unless: tuple[Guard, ...]
    examples: tuple[str, ...]
    counter_examples: tuple[str, ...]
    line: int
    always: bool
    """Whether its alarm stands whatever the classifier says."""

    def matches(self, reading: Reading) -> bool:
        """Whether the rule raises its alarm on this reading."""
        found: list[list[Span]] = []
        for group in self.groups:
            spans = [span for phrase in group for span in reading.places(phrase)]
            if not spans:
                return False
            found.append(spans)
        for number, spans in enumerate(found):
            found[number] = [s for s in spans if not any(guard.holds(reading, s) for guard in self.unless)]
            if not found[number]:
                return False
        return self._near_enough(found)

    def withdrawn(self, reading: Reading) -> bool:
        """Whether the rule's words are there, whatever its guards say of them."""
        found = [[span for phrase in group for span in reading.places(phrase)] for group in self.groups]
        return all(found) and self._near_enough(found)

    def _near_enough(self, found: list[list[Span]]) -> bool:
        first, *others = found
        return any(all(any(_gap(one, s) <= self.near for s in spans) for spans in others) for one in first)


@dataclass(frozen=True)
class Rulebook:
    """The whole file."""

    categories: Mapping[str, Category]
    combinations: tuple[Combination, ...]
    cards: Mapping[str, Card]
    rules: tuple[Rule, ...]
    soft_line: str
    soft_phrases: tuple[Phrase, ...]
    parts: Parts
    doubts: tuple[Guard, ...]

    def reading(self, text: str) -> Reading:
        """A reading prepared for these rules."""
        return Reading(text, self.parts)

    def asks_about_suicide(self, reading: Reading) -> bool:
        """Whether a text that raises no alarm should get the soft line."""
        return any(reading.places(phrase) for phrase in self.soft_phrases)

    def found(self, reading: Reading) -> set[str]:
        """The categories whose rules match."""
        hit: set[str] = set()
        for rule in self.rules:
            if rule.category not in hit and rule.matches(reading):
                hit.add(rule.category)
        return hit

    def doubtful(self, reading: Reading) -> bool:
        """Whether a guard took a rule's alarm back, or the words of a guard against doubt are there at all.

        The classifier knows little of negation, past and hearsay, so it must be surer of such a text.
        """
        return (any(reading.places(phrase) for guard in self.doubts for phrase in guard.phrases)
                or any(rule.withdrawn(reading) and not rule.matches(reading) for rule in self.rules))

    def chosen(self, names: set[str]) -> Category | None:
        """The one category to act on: a combination's where one fits, else the most urgent."""
        if not names:
            return None
        for both in self.combinations:
            if names & both.one_of and names & both.and_one_of:
                return self.categories[both.category]
        return min((self.categories[name] for name in names), key=lambda category: category.order)

    def key_words(self) -> set[str]:
        """The words and beginnings ("suicid*") that the rules look for."""
        return self.parts.words()


def _gap(one: Span, other: Span) -> int:
    return max(other.start - one.end, one.start - other.end, 0)


class _Lines(yaml.CSafeLoader):
    """Keeps the line of every mapping under the key `__line__`, and refuses a key that is there twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'"{key}" is there twice; keep one', key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        mapping["__line__"] = node.start_mark.line + 1
        return mapping


class _File:
    """Turns the parsed file into a Rulebook; every complaint goes through `wrong`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lists: dict[str, list[str]] = {}
        self.guards: dict[str, Guard] = {}
        self.parts = Parts()

    def wrong(self, line: int, problem: str, remedy: str) -> RuleFileError:
        return RuleFileError(f"{self.path}:{line}: {problem}. {remedy}")

    def read(self) -> Rulebook:
        top = self._parsed()
        self._keys(top, {"lists", "guards", "cards", "categories", "combinations", "soft_line", "rules"}, set())
        self.lists = self._lists(top["lists"])
        self.guards = {name: self._guard(name, body) for name, body in _items(top["guards"])}
        cards = {name: self._card(name, body) for name, body in _items(top["cards"])}
        categories = {
            name: self._category(name, body, order, cards)
            for order, (name, body) in enumerate(_items(top["categories"]))
        }
        combinations = tuple(self._combination(body, categories) for body in top["combinations"])
        rules = tuple(self._rule(body, categories) for body in top["rules"])
        names = [rule.name for rule in rules]
        for rule in rules:
            if names.count(rule.name) > 1:
                raise self.wrong(rule.line, f'two rules are named "{rule.name}"', "Give one of them another name.")
        soft = top["soft_line"]
        self._keys(soft, {"text", "when", "__line__"}, set())
        return Rulebook(categories, combinations, cards, rules, self._text(soft, "text", soft["__line__"]),
                        self._phrases(soft["when"], soft["__line__"]), self.parts,
                        tuple(guard for name, guard in self.guards.items() if name not in COMMON_GUARDS))

    def _parsed(self) -> dict[str, Any]:
        if not self.path.is_file():
            raise RuleFileError(f"{self.path}: the red-flag rules are not there. Restore the file from the repository.")
        try:
            with self.path.open(encoding="utf-8") as file:
                top = yaml.load(file, Loader=_Lines)
        except yaml.MarkedYAMLError as broken:
            line = broken.problem_mark.line + 1 if broken.problem_mark else 1
            raise self.wrong(line, f"not YAML: {broken.problem}", "Check indentation, colons and quotes.") from None
        if not isinstance(top, dict):
            raise self.wrong(1, "no sections found", "Restore the file from the repository.")
        return top

    def _keys(self, body: Any, needed: set[str], allowed: set[str], what: str = "the file") -> None:
        if not isinstance(body, dict):
            raise self.wrong(1, f"{what} is not written as name: value pairs", "Compare with its neighbours.")
        line = body.get("__line__", 1)
        for key in needed - body.keys():
            raise self.wrong(line, f'{what} lacks "{key}"', f"Add {key}:.")
        for key in body.keys() - needed - allowed - {"__line__"}:
            raise self.wrong(line, f'{what} has "{key}", which means nothing here', "Correct the name or remove it.")

    def _text(self, body: Mapping[str, Any], key: str, line: int) -> str:
        value = body.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.wrong(line, f'"{key}" is not a text', "Write it in quotes.")
        return value.strip()

    def _lists(self, body: Mapping[str, Any]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, entries in _items(body):
            words = entries.split(",") if isinstance(entries, str) else entries
            if not isinstance(words, list) or not all(isinstance(word, (str, int)) for word in words):
                raise self.wrong(body["__line__"], f'list "{name}" is not words', "Write them with commas between.")
            found[name] = [str(word).strip() for word in words if str(word).strip()]
        return found

    def _phrases(self, sources: Any, line: int, persons: bool = False) -> tuple[Phrase, ...]:
        if isinstance(sources, str):
            sources = [sources]
        if not isinstance(sources, list) or not sources:
            raise self.wrong(line, "no phrases", "Write a list: one phrase a line, each after a dash.")
        phrases = []
        for source in sources:
            try:
                phrases.append(compile_phrase(str(source), self.lists, self.parts, persons))
            except PhraseError as broken:
                place = self._line_of(str(source), line)
                raise self.wrong(place, str(broken), "The top of the file shows how phrases are written.") from None
        return tuple(phrases)

    def _line_of(self, source: str, after: int) -> int:
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return next((n for n in range(after, len(lines) + 1) if source in lines[n - 1]), after)

    def _guard(self, name: str, body: Any) -> Guard:
        self._keys(body, {"where", "phrases"}, {"within", "blocked_by"}, f'guard "{name}"')
        line = body["__line__"]
        if body["where"] not in PLACES:
            raise self.wrong(line, f'where: {body["where"]} is no place', f"Write one of {', '.join(PLACES)}.")
        blocked = frozenset(word.strip() for word in str(body.get("blocked_by", "")).split(",") if word.strip())
        return Guard(body["where"], int(body.get("within", 99)), self._phrases(body["phrases"], line), blocked)

    def _card(self, name: str, body: Any) -> Card:
        self._keys(body, {"first", "again", "sources"}, {"buttons"}, f'card "{name}"')
        line = body["__line__"]
        first, again = self._text(body, "first", line), self._text(body, "again", line)
        if first == again:
            raise self.wrong(line, f'card "{name}" says the same twice', "Word again: differently.")
        for text in (first, again):
            self._check_wording(name, text, line)
        buttons = tuple(Button(str(one.get("title", "")), str(one.get("href", ""))) for one in body.get("buttons", []))
        for button in buttons:
            if not button.title or not _HREF.fullmatch(button.href):
                raise self.wrong(line, f'a button of card "{name}" leads nowhere', 'Write href: "tel:911".')
        return Card(name, first, again, buttons)

    def _check_wording(self, name: str, text: str, line: int) -> None:
        plain = _LINK.sub(r"\1", text)
        if not _LINK.match(text):
            raise self.wrong(line, f'card "{name}" does not begin with a number', 'Begin with "[911](tel:911)".')
        if len(plain.split()) > MOST_WORDS:
            raise self.wrong(line, f'card "{name}" has {len(plain.split())} words', f"Keep to {MOST_WORDS}.")
        if "automated" not in plain or "live" not in plain:
            raise self.wrong(line, f'card "{name}" does not say what this chat is',
                             'Say that it is automated and that nobody reads it live.')

    def _category(self, name: str, body: Any, order: int, cards: Mapping[str, Card]) -> Category:
        self._keys(body, {"outcome", "card"}, {"what"}, f'category "{name}"')
        if body["outcome"] not in OUTCOMES:
            raise self.wrong(body["__line__"], f'outcome "{body["outcome"]}" is unknown', "Write emergency or crisis.")
        if body["card"] not in cards:
            raise self.wrong(body["__line__"], f'there is no card "{body["card"]}"', "Add it under cards.")
        return Category(name, body["outcome"], body["card"], order)

    def _combination(self, body: Any, categories: Mapping[str, Category]) -> Combination:
        self._keys(body, {"one_of", "and_one_of", "category"}, set(), "a combination")
        for name in [*body["one_of"], *body["and_one_of"], body["category"]]:
            if name not in categories:
                raise self.wrong(body["__line__"], f'there is no category "{name}"', "Add it under categories.")
        return Combination(frozenset(body["one_of"]), frozenset(body["and_one_of"]), body["category"])

    def _rule(self, body: Any, categories: Mapping[str, Category]) -> Rule:
        if not isinstance(body, dict):
            raise self.wrong(1, "a rule is not written as name: value pairs", "Compare with its neighbours.")
        line = body["__line__"]
        what = f'rule "{body.get("rule", "?")}"'
        self._keys(body, {"rule", "category", "examples", "counter_examples"},
                   {"any_of", "all_of", "near", "unless", "except", "why", "always"}, what)
        if body.get("always", True) is not True:
            raise self.wrong(line, f"{what} says always: {body['always']}", "Write always: true or leave it out.")
        if body["category"] not in categories:
            raise self.wrong(line, f'{what} names category "{body["category"]}"', "Use one of categories.")
        if ("any_of" in body) == ("all_of" in body):
            raise self.wrong(line, f"{what} needs any_of or all_of, and not both", "Keep one.")
        groups = [body["any_of"]] if "any_of" in body else body["all_of"]
        return Rule(
            str(body["rule"]), body["category"], tuple(self._phrases(group, line, persons=True) for group in groups),
            int(body.get("near", 12)), self._unless(body, line),
            self._messages(body, "examples"), self._messages(body, "counter_examples"), line,
            "always" in body,
        )

    def _unless(self, body: Mapping[str, Any], line: int) -> tuple[Guard, ...]:
        guards = []
        for name in body.get("unless", []):
            if name not in self.guards:
                raise self.wrong(line, f'there is no guard "{name}"', "Add it under guards or correct the name.")
            guards.append(self.guards[name])
        if "except" in body:
            guards.append(Guard("around", PHRASE_AROUND, self._phrases(body["except"], line)))
        return tuple(guards)

    def _messages(self, body: Mapping[str, Any], key: str) -> tuple[str, ...]:
        messages = body[key]
        if not isinstance(messages, list) or not messages or not all(isinstance(m, str) and m for m in messages):
            raise self.wrong(body["__line__"], f"{key} is not a list of messages", "Write at least one, after a dash.")
        return tuple(messages)


def _items(body: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in body.items() if name != "__line__"]


def load_rulebook(path: Path = FILE) -> Rulebook:
    """The rules of the file. Raises RuleFileError."""
    return _File(path).read()
