"""Words that name an opioid and something else."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.nlu.ambiguous import Ambiguities
from bot.nlu.lexicon import LexiconError
from bot.nlu.outcome import Outcome

OPIOIDS = Outcome("answer:opioids")
MEDICINE = Outcome("not_covered", subject="other_medicine")


def asked_about(message: str, outcome: Outcome) -> list[Outcome]:
    return Ambiguities.load().asked_about(message, [outcome])


def test_t3_alone_is_asked_about() -> None:
    only, = asked_about("can i take it with T3", OPIOIDS)
    assert (only.label, only.term) == ("suggest", "T3")
    assert [option.label for option in only.options] == ["answer:opioids", "not_covered"]


def test_t3_beside_the_thyroid_is_the_hormone() -> None:
    only, = asked_about("i take t3 for my thyroid, ok together?", OPIOIDS)
    assert (only.label, only.subject) == ("not_covered", "other_medicine")


def test_t3_with_codeine_is_an_opioid() -> None:
    assert asked_about("T3s with codeine?", MEDICINE)[0].label == "answer:opioids"


def test_ms_is_a_condition_except_beside_an_amount() -> None:
    listed = Outcome("answer:condition_listed", condition="multiple sclerosis")
    assert asked_about("does it help MS", listed) == [listed]
    assert asked_about("i take 30 mg MS every night", OPIOIDS)[0].term == "MS"


def test_a_message_about_something_else_is_left_alone() -> None:
    cost = Outcome("answer:cost")
    assert asked_about("i take T3, what does ldn cost", cost) == [cost]


def test_the_screening_form_asks_for_itself() -> None:
    screening = Outcome("screening")
    assert asked_about("could this be for me? no meds, just a T3 when my knee acts up", screening) == [screening]
    both = Ambiguities.load().asked_about("could it suit me? i take T3, is that ok", [screening, OPIOIDS])
    assert both == [screening]


def test_an_entry_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ambiguous.yml"
    path.write_text("terms:\n  - term: T3\n", encoding="utf-8")
    with pytest.raises(LexiconError, match="entry 1"):
        Ambiguities.load(path)
