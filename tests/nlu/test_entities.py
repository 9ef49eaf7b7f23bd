"""What the lexicons know in a message, and what is denied."""

from __future__ import annotations

import pytest

from bot.nlu import lexicon
from bot.nlu.entities import Entity, EntityFinder
from bot.nlu.lexicon import CONDITION, MEDICINE, OPIOID


@pytest.fixture(scope="module")
def finder() -> EntityFinder:
    return EntityFinder(lexicon.load())


def only(found: list[Entity]) -> Entity:
    assert len(found) == 1, found
    return found[0]


def test_a_patch_of_an_opioid_is_an_opioid(finder: EntityFinder) -> None:
    assert only(finder.find("i wear a fentanyl patch")).kind == OPIOID


def test_a_medicine_that_no_lexicon_names_shows_by_its_stem(finder: EntityFinder) -> None:
    assert only(finder.find("can i stay on olmesartan with it? no wait, sacubitrilat? olmesartan")[:1]).kind == MEDICINE


@pytest.mark.parametrize("message", ["it is a good concept", "see you in april", "they intercept it"])
def test_ordinary_words_are_no_medicines(finder: EntityFinder, message: str) -> None:
    assert finder.find(message) == []


def test_a_leading_no_that_denies_the_thing_itself_counts(finder: EntityFinder) -> None:
    assert only(finder.find("no opioids for two years")).negated


def test_a_leading_no_that_answers_a_question_denies_nothing(finder: EntityFinder) -> None:
    assert not only(finder.find("no i take tramadol")).negated


def test_what_somebody_does_not_have_is_negated(finder: EntityFinder) -> None:
    found = only(finder.find("i don't have MS"))
    assert (found.kind, found.negated) == (CONDITION, True)


@pytest.mark.parametrize(("message", "named"), [
    ("is it for fibro", "fibromyalgia"), ("ok migraines", "migraines"), ("lichen sclerosus?", "lichen sclerosus"),
    ("my immune system attacks itself", "autoimmune disorders"),
])
def test_a_condition_is_called_by_a_name_that_is_true_of_the_document(finder: EntityFinder, message: str, named: str) -> None:
    assert only(finder.find(message)).named == named


@pytest.mark.parametrize(("message", "found"), [
    ("would it make sense for ME to ask about it", []), ("is it good for ME", ["chronic fatigue syndrome"]),
    ("I have ME", ["chronic fatigue syndrome"]), ("IS IT SOMETHING FOR A WOMAN LIKE ME I AM OLD", []),
])
def test_a_stressed_me_is_no_illness(finder: EntityFinder, message: str, found: list[str]) -> None:
    assert [entity.canonical for entity in finder.find(message)] == found
