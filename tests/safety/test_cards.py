"""What a card says, and that two of them differ."""

from __future__ import annotations

import re

import pytest

from gateway.chat.replies import BotReply, issue
from gateway.safety import Screen
from gateway.safety.rulebook import load_rulebook

BOOK = load_rulebook()
WORDINGS = [pytest.param(text, id=f"{card.name}-{when}")
            for card in BOOK.cards.values() for when, text in (("first", card.first), ("again", card.again))]
LINK = re.compile(r"\[([^\]]+)\]\(((?:tel|sms):[^)]+)\)")


@pytest.mark.parametrize("text", WORDINGS)
def test_a_card_begins_with_a_number_that_can_be_pressed(text: str) -> None:
    link = LINK.match(text)

    assert link
    assert re.fullmatch(r"[\d-]+", link.group(1))


@pytest.mark.parametrize("text", WORDINGS)
def test_a_card_has_at_most_sixty_words(text: str) -> None:
    assert len(LINK.sub(r"\1", text).split()) <= 60


@pytest.mark.parametrize("text", WORDINGS)
def test_a_card_says_that_it_is_automated_and_not_read_live_and_that_the_visitor_may_go_on(text: str) -> None:
    assert "automated" in text
    assert re.search(r"(nobody|no one)[^.]* live", text, re.IGNORECASE)
    assert re.search(r"keep writing|go on|carry on|stays open|come back", text)


@pytest.mark.parametrize("text", WORDINGS)
def test_a_number_leads_to_itself(text: str) -> None:
    for shown, href in LINK.findall(text):
        digits = re.sub(r"\D", "", shown)
        if digits:
            assert re.sub(r"\D", "", href).endswith(digits)


@pytest.mark.parametrize("text", WORDINGS)
def test_a_card_never_takes_leave(text: str) -> None:
    assert not re.search(r"\b(bye|take care|just a bot|can ?not help|can't help)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(
    ("category", "numbers"),
    [
        ("suicide_plan", ["tel:911", "tel:988"]),
        ("suicidal_thoughts", ["tel:988", "sms:988"]),
        ("self_poisoning", ["tel:911", "tel:988", "tel:+18447647669", "tel:+18004635060"]),
        ("overdose_poisoning", ["tel:+18447647669", "tel:+18004635060", "tel:911"]),
        ("poisoning_severe", ["tel:911", "tel:+18447647669", "tel:+18004635060"]),
        ("opioid_interaction", ["tel:911", "tel:811"]),
        ("acute", ["tel:911"]),
        ("liver", ["tel:811", "tel:911"]),
        ("pregnancy", ["tel:911", "tel:811"]),
        ("violence", ["tel:911"]),
    ],
)
def test_a_card_has_the_numbers_of_its_danger_the_first_one_first(category: str, numbers: list[str]) -> None:
    card = BOOK.cards[BOOK.categories[category].card]

    for text in (card.first, card.again):
        found = [href for _, href in LINK.findall(text)]
        assert found[0] == numbers[0]
        assert set(numbers) - {"sms:988", "tel:988"} <= set(found) | {button.href for button in card.buttons}
    assert set(numbers) <= {button.href for button in card.buttons} | set(found)


def test_every_card_can_be_issued_by_the_gateway(rules: Screen) -> None:
    for category in BOOK.categories.values():
        for seen_before in (False, True):
            reply = BotReply.model_validate(rules.card(category, seen_before))
            issued = issue([reply])[0].reply
            assert issued["outcomes"] == [category.outcome]
            assert all(button["href"] for button in issued["buttons"])


def test_a_second_trigger_is_worded_differently(rules: Screen) -> None:
    first, second = rules.screen("I want to die"), rules.screen("I want to die", seen_before=True)

    assert first is not None
    assert second is not None
    assert first[0]["text"] != second[0]["text"]


def test_suicide_and_self_harm_are_crisis_and_everything_else_emergency() -> None:
    crisis = {name for name, category in BOOK.categories.items() if category.outcome == "crisis"}

    assert crisis == {"suicide_plan", "self_poisoning", "suicidal_thoughts"}


@pytest.mark.parametrize("text", ["can LDN cause suicidal thoughts?", "does the trial mention self harm"])
def test_a_question_about_suicidal_thoughts_gets_a_soft_line_and_no_card(rules: Screen, text: str) -> None:
    assert rules.screen(text) is None
    assert "tel:988" in (rules.soft_line(text) or "")


def test_an_ordinary_question_gets_no_soft_line(rules: Screen) -> None:
    assert rules.soft_line("what does LDN cost") is None
