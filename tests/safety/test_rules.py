"""Every rule of `knowledge/redflags.yml` does what its own examples say, with the rules alone."""

from __future__ import annotations

import pytest

from gateway.safety import Screen
from gateway.safety.rulebook import Rule, load_rulebook

RULES = load_rulebook().rules
EXAMPLES = [pytest.param(rule, text, id=f"{rule.name}-{number}")
            for rule in RULES for number, text in enumerate(rule.examples)]
COUNTER_EXAMPLES = [pytest.param(text, id=f"{rule.name}-{number}")
                    for rule in RULES for number, text in enumerate(rule.counter_examples)]


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_an_example_raises_its_rule_and_a_card(rules: Screen, rule: Rule, text: str) -> None:
    readings = [rules.book.reading(reading) for reading in rules.readings(text)]

    assert any(rule.matches(reading) for reading in readings)
    assert rules.screen(text)


@pytest.mark.parametrize("text", COUNTER_EXAMPLES)
def test_a_counter_example_raises_no_card(rules: Screen, text: str) -> None:
    assert rules.screen(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "can LDN cause suicidal thoughts?",
        "this pain is killing me",
        "dying to try it",
        "no thoughts of suicide, never had any",
        "had a heart attack in 2010",
        "the label says to call 911 for trouble breathing, do they all say that?",
        "took two by accident, feel totally fine, skip tomorrow?",
        "what dose do people take for lupus",
        "",
        "   ",
        "/",
        "?!?!",
        "\N{GRINNING FACE}" * 20,
    ],
)
def test_what_is_no_red_flag_gets_no_card(rules: Screen, text: str) -> None:
    assert rules.screen(text) is None


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("I am going to kill myself tonight", "suicide_plan"),
        ("I want to die", "suicidal_thoughts"),
        ("took all my pills because I want to die", "self_poisoning"),
        ("I think I overdosed", "overdose_poisoning"),
        ("my toddler swallowed one of my capsules", "overdose_poisoning"),
        ("our dog ate my LDN", "overdose_poisoning"),
        ("my friend overdosed and is unconscious", "poisoning_severe"),
        ("crushing chest pain and sweating", "acute"),
        ("took oxycodone with my LDN and now I'm shaking and vomiting", "opioid_interaction"),
        ("my eyes are yellow", "liver"),
        ("10 weeks pregnant and bleeding", "pregnancy"),
        ("my husband hits me", "violence"),
    ],
)
def test_each_kind_of_danger_gets_its_own_card(rules: Screen, text: str, category: str) -> None:
    finding = rules.find(text)

    assert finding is not None
    assert finding.category.name == category
