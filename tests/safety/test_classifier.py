"""The classifier adds to the rules; without it they stand alone and say so."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gateway.safety import Screen
from gateway.safety.classifier import FOLDER, Classifier, HeadUnusable, labeller, load_head
from gateway.safety.features import STRETCH, ngrams, pieces, windows
from language.labeller import Labeller


class BrokenLabeller(Labeller):
    """Fails on every text."""

    def __init__(self) -> None:
        pass

    def read(self, text: str) -> np.ndarray:
        raise RuntimeError(text)


@pytest.fixture
def copied_head(tmp_path: Path) -> Path:
    for name in ("head.npz", "head.json"):
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def test_with_its_head_the_classifier_is_in_use(screen: Screen) -> None:
    assert screen.classifier_state == "ok"


def test_without_a_head_the_rules_stand_alone_and_the_state_says_so(tmp_path: Path) -> None:
    alone = Screen.load(head=tmp_path)

    assert alone.classifier_state == "no head"
    assert alone.screen("I want to kill myself")


def test_without_a_labeller_the_rules_stand_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.safety.screen.labeller", lambda: Labeller(tmp_path))

    alone = Screen.load()

    assert alone.classifier_state == "no encoder"
    assert alone.screen("crushing chest pain")


def test_a_cut_off_head_is_refused(copied_head: Path) -> None:
    whole = (copied_head / "head.npz").read_bytes()
    (copied_head / "head.npz").write_bytes(whole[: len(whole) // 2])

    assert Screen.load(head=copied_head).classifier_state != "ok"


def test_a_head_for_another_labeller_is_refused_with_the_remedy(copied_head: Path) -> None:
    notes = json.loads((copied_head / "head.json").read_text(encoding="utf-8"))
    notes["labeller"]["sha256"] = "0" * 64
    (copied_head / "head.json").write_text(json.dumps(notes), encoding="utf-8")

    with pytest.raises(HeadUnusable, match=r"another labeller.*gateway\.safety\.train"):
        load_head(labeller(), copied_head)


def test_a_classifier_that_fails_while_serving_leaves_the_rules_and_shows_in_the_state(screen: Screen) -> None:
    broken = Screen(screen.book, Classifier(load_head(labeller()), BrokenLabeller()))

    assert broken.screen("I want to kill myself")
    assert broken.screen("the bag is packed and my note is short") is None
    assert broken.classifier_state == "failed: RuntimeError"


def certain_of_no_danger(screen: Screen) -> Screen:
    return Screen(screen.book, Classifier(replace(load_head(labeller()), threshold=1e9), labeller()))


def test_an_alarm_of_a_rule_marked_always_stands_whatever_the_classifier_says(screen: Screen) -> None:
    harmless = certain_of_no_danger(screen)

    for rule in screen.book.rules:
        if rule.always:
            assert all(harmless.screen(text) for text in rule.examples), rule.name


def test_any_other_rule_stays_quiet_where_the_classifier_is_sure_of_no_danger(rules: Screen, screen: Screen) -> None:
    text = "overdosed on turkey at thanksgiving lol"

    assert rules.screen(text)
    assert screen.screen(text) is None


def test_a_wish_to_die_in_which_the_rules_see_the_body_alone_gets_the_crisis_card(rules: Screen, screen: Screen) -> None:
    text = "my wife says she feels like dying, she means it"

    assert [card["outcomes"] for card in rules.screen(text) or []] == [["emergency"]]
    assert [card["outcomes"] for card in screen.screen(text) or []] == [["crisis"]]


@pytest.mark.parametrize("text", [
    "she held a blade to my throat over the rent",
    "he put a gun to my head last night because dinner was cold",
])
def test_a_danger_to_the_body_gets_its_card_though_the_rules_see_despair_in_the_words(
    screen: Screen, rules: Screen, text: str
) -> None:
    assert [card["outcomes"] for card in rules.screen(text) or []] == [["crisis"]]
    assert [card["outcomes"] for card in screen.screen(text) or []] == [["emergency"]]


def test_an_example_of_a_rule_raises_a_card_with_the_classifier_too(screen: Screen) -> None:
    quiet = [text for rule in screen.book.rules for text in rule.examples if not screen.screen(text)]

    assert quiet == []


def test_a_counter_example_raises_no_card_with_the_classifier_either(screen: Screen) -> None:
    loud = [text for rule in screen.book.rules for text in rule.counter_examples if screen.screen(text)]

    assert loud == []


def test_pills_taken_in_despair_get_the_crisis_card_though_the_rules_see_the_pills_alone(screen: Screen) -> None:
    card = screen.screen("i took the whole bottle of tylenol, nobody will miss me when i'm gone")

    assert card is not None
    assert card[0]["outcomes"] == ["crisis"]


def test_a_long_text_is_cut_into_pieces_that_overlap() -> None:
    words = [f"w{number}" for number in range(100)]

    found = pieces(" ".join(words))

    assert set(" ".join(found).split()) == set(words)
    assert all(len(piece.split()) <= 30 for piece in found)


def test_a_short_text_is_heard_as_it_stands_and_a_long_one_in_stretches() -> None:
    words = [f"w{number}" for number in range(300)]

    assert windows("one . two") == ["one . two"]
    assert set(" ".join(windows(" ".join(words))).split()) == set(words)
    assert all(len(window.split()) <= STRETCH for window in windows(" ".join(words)))


def test_a_danger_at_the_end_of_a_very_long_text_is_heard(screen: Screen) -> None:
    story = "the weather was nice and we went to the lake with the dog and had sandwiches on the bench. " * 60

    assert screen.screen(f"{story} i have the pills ready for tonight and the goodbye letters are on the table")


def test_the_ngrams_of_a_piece_have_length_one() -> None:
    _, weights = ngrams("i want to see the dose range")

    assert float(np.linalg.norm(weights)) == pytest.approx(1, abs=1e-5)


def test_an_empty_piece_has_no_ngrams() -> None:
    buckets, weights = ngrams("")

    assert len(buckets) == len(weights) == 0


def test_an_example_counts_at_once_though_the_classifier_has_never_learned_it(screen: Screen) -> None:
    """A clinician's example raises its rule's card before anything is trained anew."""
    deaf = Classifier(replace(load_head(labeller()), threshold=99.0), labeller())
    typed = "it feels like im dying rn"
    book = replace(screen.book, rules=tuple(
        replace(rule, examples=(*rule.examples, typed)) if rule.name == "other_acute" else rule
        for rule in screen.book.rules))

    assert Screen(screen.book, deaf).screen(typed) is None
    assert [card["outcomes"] for card in Screen(book, deaf).screen(typed) or []] == [["emergency"]]
