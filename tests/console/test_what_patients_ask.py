"""What patients ask, grouped by meaning in a process of its own."""

from __future__ import annotations

import random
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from processes import Process, until
from sqlalchemy import create_engine

from gateway.console import asked
from gateway.console.grouping import grouped
from gateway.journal import migrate
from people import Person, words

if TYPE_CHECKING:
    from processes import Gateway

ALIKE = {
    "wine": ["can i drink wine on it", "is a glass of wine ok", "may i drink wine while taking this", "wine with dinner, is it fine",
             "is drinking red wine allowed"],
    "parking": ["where do i park the car", "is there parking at the clinic", "can i park near you", "do you have a parking lot",
                "how much is parking there"],
}  # fmt: skip


def test_questions_near_in_meaning_are_one_group_the_largest_first_and_lone_ones_are_in_none() -> None:
    rng = np.random.default_rng(7)
    middles = rng.normal(size=(3, 384))
    rows = [middle + 0.15 * rng.normal(size=384) for middle, n in zip(middles, (40, 25, 10), strict=True) for _ in range(n)]
    rows += list(rng.normal(size=(6, 384)))
    vectors = np.array(rows, dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels, places = grouped(vectors)
    assert [set(labels[a:b]) for a, b in ((0, 40), (40, 65), (65, 75))] == [{0}, {1}, {2}]
    assert set(labels[75:]) == {-1}
    assert sorted(places[:40]) == list(range(40))
    assert set(places[75:]) == {-1}


@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_few_questions_make_no_groups_and_no_error(count: int) -> None:
    labels, places = grouped(np.eye(384, dtype=np.float32)[:count])
    assert list(labels) == list(places) == [-1] * count


def test_a_journal_without_questions_has_nothing_to_group_and_no_error(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'journal.sqlite3'}")
    migrate.to_head(engine)
    with engine.connect() as connection:
        ids, vectors = asked.meanings(connection)
    assert (ids, vectors.shape) == ([], (0, 384))


def test_the_page_shows_the_groups_that_the_grouper_made_and_erasing_takes_a_question_out(
    gateway: Gateway, admin: Person
) -> None:
    texts = [f"{text} #not_covered:other" for group in ALIKE.values() for text in group]
    random.Random(3).shuffle(texts)
    visitors = [gateway.visitor() for _ in texts]
    for visitor, text in zip(visitors, texts, strict=True):
        visitor.say(text)
    admin.submit(admin.get("/questions"), "/questions/group")
    assert "Waiting for the grouper" in words(admin.get("/questions"))
    grouper = Process(["-m", "gateway.console.grouper"], gateway.environment, gateway.folder / "grouper.log")
    grouper.start()
    try:
        until(lambda: gateway.rows("SELECT 1 FROM groupings WHERE state = 'done'"), "the questions to be grouped")
    finally:
        grouper.end()
    number = {
        text: gateway.rows(
            "SELECT group_id FROM questions JOIN messages USING (conversation_id, seq) "
            f"WHERE text = '{text} #not_covered:other'"
        )[0][0]
        for group in ALIKE.values()
        for text in group
    }
    wine, parking = ({number[text] for text in group} for group in ALIKE.values())
    assert len(wine) == len(parking) == 1
    assert wine.isdisjoint(parking)
    page = words(admin.get("/questions"))
    assert "5 questions 5 not covered" in page
    assert any(text in page for text in ALIKE["wine"])

    for visitor, text in zip(visitors, texts, strict=True):
        if "wine" in text:
            assert visitor.erase().status_code == 204
    after = words(admin.get("/questions"))
    assert not any(text in after for text in ALIKE["wine"])
    assert any(text in after for text in ALIKE["parking"])
