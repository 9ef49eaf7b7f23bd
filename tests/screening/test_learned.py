"""The learned reader: what it sees, the floors under the answers that it learned from, and what must never happen."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.screening import value_after
from bot.form.plain import NO, UNSURE, YES
from bot.screening import judging
from bot.screening.answers import hear, read_opioids
from bot.screening.learned import marks, train
from bot.screening.learned.features import BUCKETS, features
from bot.screening.learned.reader import ASK, VALUES, Learned, ReaderUnusable, decide, load, save
from language.encoder import DIMENSIONS, ROOT, EncoderMissing, shared

UNREAD = Path(__file__).parent / "unread_fourth.jsonl"
LEARNED_FROM = sorted(path.stem for path in train.ANSWERS.glob("*.jsonl"))


@pytest.fixture(autouse=True)
def _trained():
    if judging.reader() is None:
        pytest.fail("The reader is not trained. Run `make train`, then try again.")


def opioid_answers(writer: str) -> list[tuple[str, str]]:
    rows = map(json.loads, (train.ANSWERS / f"{writer}.jsonl").read_text(encoding="utf-8").splitlines())
    return [(row["text"], train.value_of(row)) for row in rows if row["slot"] == "opioid_use"]


def odds(**likely: float) -> np.ndarray:
    return np.array([likely.get(value, 0.0) for value in VALUES])


def test_names_times_numbers_and_people_become_marks():
    assert marks.tokens("off percocet for 3 weeks, my wife takes 20 mg of it twice a day") == [
        "off", "▪opioid", "for", "▪weeks", ",", "my", "▪person", "takes", "▪dose", "of", "it", "twice", "▪rate"]


def test_months_that_are_few_differ_from_many():
    assert "▪months" in marks.tokens("two months clean")
    assert "▪many_months" in marks.tokens("eleven months clean")


def test_a_doubtful_no_is_asked_about_and_a_doubtful_doubt_is_not():
    assert decide(odds(no=0.8, yes=0.2)) == ASK
    assert decide(odds(no=0.97, yes=0.03)) == NO
    assert decide(odds(yes=0.9, no=0.1)) == YES
    assert decide(odds(unsure=0.8, yes=0.2)) == UNSURE


def test_answers_that_nobody_has_learned_are_read_as_well_as_when_they_were_last_measured():
    answers = [json.loads(line) for line in UNREAD.read_text(encoding="utf-8").splitlines()]
    read = [(answer["expect"], str(value_after("opioid_use", answer["text"])).split(",")[0]) for answer in answers]
    assert sum(value == right for right, value in read) >= 0.94 * len(read)
    assert sum(value == NO for right, value in read if right == YES) <= 2
    assert sum(value == NO for right, value in read if right == UNSURE) <= 1
    assert sum(value == YES for right, value in read if right == NO) <= 1


@pytest.mark.parametrize("writer", LEARNED_FROM)
def test_what_was_learned_is_known(writer: str):
    answers = opioid_answers(writer)
    read = [(text, value_after("opioid_use", text).split(",")[0], right) for text, right in answers]
    wrong_no = [text for text, value, right in read if value == NO and right in (YES, UNSURE)]
    wrong_yes = [text for text, value, right in read if value == YES and right == NO]
    assert len(wrong_no) <= len(answers) * 0.002, wrong_no
    assert len(wrong_yes) <= len(answers) * 0.005, wrong_yes
    wrong = [entry for entry in read if entry[1] != entry[2]]
    assert len(wrong) <= len(answers) * 0.06, wrong


@pytest.mark.parametrize("text", [
    "quit last week", "I quit it last week", "no, quit last week", "came off it ten days ago", "not since tuesday",
    "last percocet was on friday", "no I stopped tramadol last week", "done with oxy since monday",
])
def test_stopped_lately_is_never_a_no(text: str):
    assert value_after("opioid_use", text) != NO


@pytest.mark.parametrize("text", ["no. what are the side effects?", "Nope. How long does this take?"])
def test_a_question_beside_a_plain_no_does_not_cloud_it(text: str):
    assert value_after("opioid_use", text) == NO


@pytest.mark.parametrize("text", ["rather not say", "skip", "that's private", "none of your business", "no comment"])
def test_declined_stays_declined(text: str):
    assert value_after("opioid_use", text) == "declined"


@pytest.mark.parametrize("text", ["no", "nope", "yes", "yep"])
def test_a_bare_yes_or_no_is_the_rules_alone(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(judging, "reader", lambda: _Insists(ASK))
    assert value_after("opioid_use", text) == ("yes" if text.startswith("y") else "no")


@pytest.mark.parametrize("text", ["I take percocet", "stopped tramadol last week"])
def test_against_the_rules_a_no_must_be_all_but_certain(text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(judging, "reader", lambda: _Insists(NO, 0.93))
    assert value_after("opioid_use", text) == "ask"


@pytest.mark.parametrize("text", ["is it safe?", "what are the side effects?", "how much does it cost?"])
def test_a_question_in_between_is_no_answer(text: str):
    assert value_after("opioid_use", text) == "ask"


def test_without_the_file_the_rules_stand_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(judging, "reader", lambda: None)
    heard = hear("I take percocet")
    assert judging.judge(heard, read_opioids(heard)) == read_opioids(heard)


def test_a_missing_or_foreign_file_is_refused_with_the_remedy(tmp_path: Path):
    with pytest.raises(ReaderUnusable, match="make train"):
        load(shared(), tmp_path)
    size = len(VALUES)
    nothing = Learned(np.zeros((BUCKETS, size)), np.zeros((DIMENSIONS, size)), np.zeros(size), {})
    assert nothing.odds(features("no", shared()), "no") == pytest.approx(np.full(size, 1 / size))
    save(nothing, shared(), tmp_path)
    assert VALUES[load(shared(), tmp_path).odds("no", "no").argmax()] == NO  # by the labeller alone
    with pytest.raises(EncoderMissing, match="make encoder"):
        load(shared(), tmp_path, labeller=tmp_path)
    notes = tmp_path / "reader.json"
    notes.write_text(notes.read_text().replace('"sha256": "', '"sha256": "0'), encoding="utf-8")
    with pytest.raises(ReaderUnusable, match="another encoder"):
        load(shared(), tmp_path)


def test_the_same_text_has_the_same_features_each_time():
    one, other = (features("no, just the patch", shared()) for _ in range(2))
    assert (one.buckets == other.buckets).all()
    assert (one.vector == other.vector).all()


def test_the_answers_are_where_training_looks_for_them():
    assert ROOT / "data" / "screening" == train.ANSWERS
    assert set(train.NOT_LEARNED_BY_THE_RULES) <= set(LEARNED_FROM)


class _Insists:
    def __init__(self, value: str, likely: float = 1.0) -> None:
        self._odds = odds(**{value: likely, YES if value != YES else NO: 1 - likely})

    def odds(self, text: str, by_rules: str) -> np.ndarray:
        return self._odds
