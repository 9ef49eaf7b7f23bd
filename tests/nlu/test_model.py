"""The trained model against messages whose writer saw no training line; the floors lie under docs/understanding.md."""

from __future__ import annotations

import re

import pytest

from bench.understanding import (
    examples,
    halves,
    held_out,
    newest,
    outcome_label,
    verdicts,
)
from bench.verdicts import Verdict, read_cases, shares
from bot.nlu.model import Model
from bot.nlu.understanding import Candidate, Outcome, Understanding, labels
from language.encoder import shared


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return newest()


@pytest.fixture(scope="module")
def judged(understanding: Understanding) -> list[Verdict]:
    return verdicts(understanding, [case for half in halves() for case in half])


def test_held_out_messages_are_read_right(judged: list[Verdict]) -> None:
    figures = shares(judged)
    assert figures["right"] >= 0.905
    assert figures["averaged"] >= 0.89
    assert figures["wrong"] <= 0.035


@pytest.mark.parametrize(
    ("name", "right", "averaged", "wrong", "all_of_several"),
    [("fresh", 0.93, 0.91, 0.025, 0.83), ("third", 0.94, 0.94, 0.025, 0.88), ("fourth", 0.90, 0.91, 0.028, 0.75),
     ("fifth", 0.91, 0.91, 0.025, 0.72), ("sixth", 0.93, 0.95, 0.02, 0.80), ("seventh", 0.93, 0.95, 0.032, 0.88),
     ("eighth", 0.94, 0.94, 0.02, 0.83), ("ninth", 0.905, 0.87, 0.03, 0.85), ("tenth", 0.94, 0.92, 0.02, 0.83),
     ("eleventh", 0.95, 0.94, 0.02, 0.88), ("twelfth", 0.94, 0.90, 0.02, 0.85),
     ("thirteenth", 0.95, 0.93, 0.025, 0.93), ("fourteenth", 0.92, 0.89, 0.025, 0.88),
     ("fifteenth", 0.91, 0.91, 0.03, 0.82)],
)
def test_messages_of_writers_apart_are_read_right(understanding, name, right, averaged, wrong, all_of_several):
    judged = verdicts(understanding, read_cases(held_out(name)))
    figures = shares(judged)
    several = [verdict for verdict in judged if verdict.case.must_all]
    assert figures["right"] >= right
    assert figures["averaged"] >= averaged
    assert figures["wrong"] <= wrong
    assert sum(verdict.verdict == "right" for verdict in several) / len(several) >= all_of_several


def test_not_covered_is_recognised_with_its_subject(judged: list[Verdict]) -> None:
    asked = [verdict for verdict in judged if verdict.case.subject]
    assert sum("not_covered" in verdict.outcomes for verdict in asked) / len(asked) >= 0.95
    assert sum(verdict.subject == verdict.case.subject for verdict in asked) / len(asked) >= 0.88


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("is it addictive and who prescribes it", ["answer:addictive_or_controlled", "answer:prescription"]),
        ("how does ldn work and is it safe with my synthroid??", ["answer:how_it_works", "not_covered"]),
        ("does it help lupus", ["answer:condition_listed"]),
        ("can i take it with oxycodone", ["answer:opioids"]),
        ("can i take it with metformin", ["not_covered"]),
        ("who won the football game", ["out_of_scope"]),
        ("is it safe or addictive", ["answer:safety", "answer:addictive_or_controlled"]),
        ("is it addictive or dangerous", ["answer:addictive_or_controlled", "answer:safety"]),
    ],
)
def test_plain_messages_have_plain_outcomes(understanding: Understanding, message: str, wanted: list[str]) -> None:
    assert labels(understanding.read(message)) == wanted


@pytest.mark.parametrize(("message", "label"), [
    ("since the LDN my lupus is another animal, heavier, and it moves about", "not_covered"),
    ("LDN airport parking", "out_of_scope"), ("is lupus a constellation", "out_of_scope"),
])
def test_who_names_ldn_beside_a_condition_is_no_stranger(understanding, monkeypatch, message, label):
    foreign = Candidate(Outcome("out_of_scope", 0.7), understanding.parts(message)[0])
    monkeypatch.setattr(understanding, "candidates", lambda _: [foreign])
    assert labels(understanding.read(message)) == [label]


@pytest.mark.parametrize("message", [
    "Hello, my name is Aoife from Corner Brook", "hey there, Bronagh here", "Good evening, I'm Xolani in Flin Flon"])
def test_a_greeting_with_a_name_is_a_greeting(understanding: Understanding, message: str) -> None:
    assert [outcome.label for outcome in understanding.read(message)] == ["smalltalk:greet"]


def test_what_was_taught_holds_word_for_word(understanding: Understanding) -> None:
    taught = [(text, label) for text, label in examples()[::150] if "condition" not in label]
    known = [(text, label) for text, label in taught if understanding.model.learned(understanding.preparer.prepare(text).text)]
    assert len(known) > len(taught) * 0.95
    # A word that can mean two things ("T3") is asked about all the same.
    known = [(text, label) for text, label in known if not understanding.read(text)[0].term]
    assert [labels(understanding.read(text))[0] for text, _ in known] == [outcome_label(label) for _, label in known]


def test_what_was_taught_as_foreign_stays_so_though_it_names_ldn(understanding: Understanding) -> None:
    foreign = [text for text, label in examples() if label == "out_of_scope" and re.search(r"\b(?:ldn|naltrexone)\b", text, re.I)]
    known = [text for text in foreign if understanding.model.learned(understanding.preparer.prepare(text).text) == "out_of_scope"]
    assert len(known) > 20
    assert {text: labels(understanding.read(text)) for text in known} == {text: ["out_of_scope"] for text in known}


def test_an_example_that_two_labels_share_settles_nothing() -> None:
    model = Model(shared())
    lines = ["how much", "how much", "who are you", "what is it"]
    model.train(lines, lines, ["answer/cost", "answer/dose_range", "answer/about_clinic", "answer/cost"])
    assert [model.learned(text) for text in ("how much", "Who are you", "who")] == [None, "answer/about_clinic", None]


def test_each_condition_of_a_question_has_its_own_outcome(understanding: Understanding) -> None:
    found = understanding.read("does it help lupus and crohns")
    assert [outcome.label for outcome in found] == ["answer:condition_listed", "answer:condition_listed"]
    assert len({outcome.condition for outcome in found}) == 2
