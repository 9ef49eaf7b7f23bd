"""What a message asks given the turn before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

from bench.understanding import newest, newest_follow_ups
from bot.conversation.context import Context
from bot.nlu.follow_up import FollowUpError, FollowUps, load_pairs
from bot.nlu.outcome import Outcome
from bot.nlu.understanding import Understanding, labels

HELD_OUT = Path(__file__).parents[1] / "held_out" / "dialogues" / "first.jsonl"
LABELS = ["answer/liver_disease", "not_covered/food"]


@dataclass(frozen=True)
class Turn:
    """A later turn of a held-out conversation, with what was asked before it."""

    before: str
    message: str
    accept: frozenset[str]


@pytest.fixture(scope="module")
def understanding() -> Understanding:
    return newest()


@pytest.fixture(scope="module")
def follow_ups() -> FollowUps:
    return newest_follow_ups()


@pytest.fixture(scope="module")
def later_turns() -> list[Turn]:
    rows = [json.loads(line)["turns"] for line in HELD_OUT.read_text(encoding="utf-8").splitlines()]
    return [Turn(before["user"], turn["user"], frozenset(turn["accept"]))
            for turns in rows for before, turn in pairwise(turns)]


def right(turns: list[Turn], understanding: Understanding, follow_ups: FollowUps | None) -> int:
    found = 0
    for turn in turns:
        context = Context(last=understanding.read(turn.before)[-1], message=turn.before)
        outcomes = context.resolve(turn.message, understanding.read(turn.message), understanding, follow_ups)
        found += bool(turn.accept & set(labels(outcomes)))
    return found


def test_later_turns_of_held_out_conversations_are_read_in_the_light_of_the_turn_before(
    later_turns, understanding, follow_ups
):
    learned, by_rules_alone = (right(later_turns, understanding, one) for one in (follow_ups, None))
    assert learned >= 0.85 * len(later_turns)
    assert learned > by_rules_alone


def test_a_message_that_is_clear_by_itself_is_left_alone(understanding, follow_ups):
    context = Context(last=Outcome("answer:liver_disease"), message="i have hepatitis, is that a problem")
    outcomes = context.resolve("how do i book an appointment", understanding.read("how do i book an appointment"),
                               understanding, follow_ups)
    assert labels(outcomes) == ["handoff:booking"]


def test_an_answer_to_a_forms_question_is_read_by_itself(understanding, follow_ups):
    alone = understanding.read("just the mild kind")
    context = Context(last=Outcome("answer:liver_disease"), message="")
    assert context.resolve("just the mild kind", alone, understanding, follow_ups) == alone


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("answer/liver_disease\tis my liver ok\tonly mild\n", "3 cells"),
        ("answer/liver_disease\t\tonly mild\tanswer/liver_disease\n", "tabs between them"),
        ("answer/livers\tis my liver ok\tonly mild\tanswer/liver_disease\n", "unknown label 'answer/livers'"),
        ("answer/liver_disease\tis my liver ok\tand cheese\tnot_covered/foods\n", "unknown label 'not_covered/foods'"),
    ],
)
def test_a_bad_line_is_named_with_file_and_line(tmp_path: Path, line: str, problem: str):
    path = tmp_path / "follow_ups.tsv"
    path.write_text("answer/liver_disease\tis my liver ok\tand cheese\tnot_covered/food\n" + line, encoding="utf-8")
    with pytest.raises(FollowUpError) as raised:
        load_pairs(LABELS, path)
    assert f"{path}:2: " in str(raised.value)
    assert problem in str(raised.value)
