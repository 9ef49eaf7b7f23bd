"""The n-grams that come with the code: taken over where they fit, learned anew where anything has changed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gateway.safety import corpus
from gateway.safety.classifier import Head, labeller, load_head
from gateway.safety.features import BUCKETS
from gateway.safety.train import save, take_over


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    folder = tmp_path / "kept"
    save(Head(np.ones(BUCKETS, dtype=np.float32), -1.0, 0.5, 4.0, 2.0), labeller(), folder)
    return folder


def test_a_flag_of_a_kind_that_no_rule_names_is_refused_with_file_and_line(monkeypatch: pytest.MonkeyPatch,
                                                                            tmp_path: Path) -> None:
    (tmp_path / "flags_x.tsv").write_text("acute\tI cannot breathe\nacoute\tmy chest\n", encoding="utf-8")
    monkeypatch.setattr(corpus, "LINES", tmp_path)
    monkeypatch.setattr(corpus, "ROOT", tmp_path)
    with pytest.raises(corpus.UnknownCategory, match=r"flags_x\.tsv:2: no category 'acoute' .*Write one of acute, "):
        corpus.load_lines()


def test_what_fits_is_taken_over_as_it_is(kept: Path, tmp_path: Path) -> None:
    folder = tmp_path / "build"

    assert take_over(labeller(), kept, folder)
    assert load_head(labeller(), folder).threshold == 0.5


@pytest.mark.parametrize(("name", "value"), [("learned_from", "other lines"), ("labeller", {"sha256": "0" * 64})])
def test_what_was_learned_from_other_lines_or_for_another_labeller_is_not(kept: Path, tmp_path: Path, name: str,
                                                                          value: object) -> None:
    notes = json.loads((kept / "head.json").read_text(encoding="utf-8"))
    (kept / "head.json").write_text(json.dumps({**notes, name: value}), encoding="utf-8")

    assert not take_over(labeller(), kept, tmp_path / "build")
    assert not (tmp_path / "build").exists()


def test_where_nothing_comes_with_the_code_nothing_is_taken_over(tmp_path: Path) -> None:
    assert not take_over(labeller(), tmp_path, tmp_path / "build")
