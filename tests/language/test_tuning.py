"""What is tuned is what is read: a small labeller from nothing to its file."""

from __future__ import annotations

import numpy as np
import pytest

from language.labeller import Labeller
from language.tuning import LONGEST, Example, Tuning, joined, pieces_of

FRUIT = ("a ripe apple", "pears in a bowl", "she peeled the orange", "sour cherries", "a bunch of grapes", "plum jam")
TOOLS = ("a rusty hammer", "the saw is blunt", "hand me the wrench", "a box of nails", "an electric drill", "pliers")
NEITHER = ("the train is late", "it rained all day", "he sings in a choir", "a letter from Anna")


@pytest.fixture(scope="module")
def labeller(tmp_path_factory: pytest.TempPathFactory) -> Labeller:
    examples = [Example(pieces_of(text), answers) for texts, answers in ((FRUIT, (0,)), (TOOLS, (1,)), (NEITHER, ()))
                for text in texts]

    def epoch(dice: np.random.RandomState) -> list[Example]:
        return [*examples, *(joined([examples[dice.randint(6)], examples[6 + dice.randint(6)]], dice, [pieces_of("and")])
                             for _ in range(16))]

    folder = tmp_path_factory.mktemp("labeller")
    tuning = Tuning(("fruit", "tool"))
    tuning.learn(epoch, 25)
    tuning.leave(folder / "labeller.npz", folder)
    return Labeller(folder)


@pytest.mark.parametrize(
    ("text", "heard"),
    [("two ripe bananas", (True, False)), ("where is my screwdriver", (False, True)),
     ("a hammer and some apples", (True, True)), ("the bus was late", (False, False))],
)
def test_each_thing_that_a_text_says_is_heard(labeller: Labeller, text: str, heard: tuple[bool, ...]) -> None:
    assert tuple(labeller.read(text) > 0) == heard


def test_the_labels_stand_in_the_order_of_the_scores(labeller: Labeller) -> None:
    assert labeller.labels == ("fruit", "tool")
    assert labeller.read("").shape == (2,)


def test_texts_put_together_have_the_labels_of_each() -> None:
    dice = np.random.RandomState(0)
    found = joined([Example((1, 2), (0,)), Example((3,), ()), Example((4,), (2,))], dice, [(9,)])
    assert found.answers == (0, 2)
    assert [piece for piece in found.pieces if piece != 9] == [1, 2, 3, 4]


def test_a_text_longer_than_what_is_learnt_at_a_time_does_no_harm() -> None:
    tuning = Tuning(("long",))
    tuning.learn(lambda dice: [Example((2000,) * (LONGEST + 50), (0,)), Example((3000,), ())], 1)
