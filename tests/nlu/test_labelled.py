"""What the labeller hears in a whole message."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from bench.understanding import newest
from bot.nlu.labelled import UNKNOWN, Whole, shared
from bot.nlu.model import Reading
from bot.nlu.outcome import NOT_COVERED
from language.encoder import EncoderMissing
from language.labeller import HEAD, Labeller

DOSE, FOOD, ALCOHOL = ("answer:dose_range", None), (NOT_COVERED, "food"), (NOT_COVERED, "alcohol")
LABELS = ("answer/dose_range", "not_covered/food", "not_covered/alcohol")


def heard(*odds: float) -> Whole:
    return Whole.of(LABELS, np.array(odds))


def test_training_labels_become_outcomes_with_subjects() -> None:
    whole = heard(1, 2, 3)
    assert whole.odds == {DOSE: 1, FOOD: 2, ALCOHOL: 3}
    assert (whole.of_label(NOT_COVERED), whole.of_label("answer:cost")) == (3, UNKNOWN)
    assert whole.of_others(NOT_COVERED) == [1]
    assert whole.likely(2) == [ALCOHOL, FOOD]


@pytest.mark.parametrize(("odds", "only"), [((3, -3, -3), DOSE), ((3, -1, -3), None), ((1, -3, -3), None)])
def test_one_thing_is_clear_where_nothing_else_is_near(odds: tuple[float, ...], only: object) -> None:
    assert heard(*odds).only(1.5) == only


def test_two_questions_in_one_breath_are_both_heard() -> None:
    whole = Whole.read(shared(), "how much LDN do people take and can i have wine with it")
    assert set(whole.likely(0)) == {DOSE, ALCOHOL}


def test_a_question_at_the_end_of_a_very_long_story_is_heard() -> None:
    story = "I have been to many doctors and moved house twice and my sister came to stay for a while. " * 60
    assert ALCOHOL in Whole.read(shared(), f"{story} Can I drink wine with LDN?").likely(0)


def test_without_its_files_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="make encoder"):
        Labeller(tmp_path)
    (tmp_path / HEAD).touch()
    with pytest.raises(EncoderMissing, match=r"encoder\.onnx"):
        Labeller(tmp_path)


def test_where_one_thing_is_clear_the_parts_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    understanding, read = newest(), []
    of_parts = understanding.model.read_all

    def counted(texts: Sequence[str], words: Sequence[str]) -> list[Reading]:
        read.append(len(texts))
        return of_parts(texts, words)

    monkeypatch.setattr(understanding.model, "read_all", counted)
    assert [one.label for one in understanding.read("how does LDN work")] == ["answer:how_it_works"]
    assert read == []
    understanding.read("how does ldn work, can i drink and who are you")
    assert sum(read) >= 2


def test_a_plain_message_is_not_compared_with_the_examples_and_a_doubtful_one_is(monkeypatch: pytest.MonkeyPatch) -> None:
    understanding, compared = newest(), []
    compare = understanding.model.compared

    def counted(readings: Sequence[Reading]) -> list[Reading]:
        compared.append(len(readings))
        return compare(readings)

    monkeypatch.setattr(understanding.model, "compared", counted)
    understanding.read("how does LDN work")
    assert compared == []
    understanding.read("how does ldn work, can i drink and who are you")
    assert compared
