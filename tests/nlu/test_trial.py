"""A trial's model is the one that training makes: what it changes is the examples' doing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from bench.understanding import trained, unpacked
from bench.understanding_trial import in_service, lines_in_service
from bot.nlu.understanding import Understanding
from run import training

A_PART = 40
"""Every so many-th line is learned where not all are."""


def are_the_same(one: Understanding, other: Understanding) -> bool:
    """Whether two models are equal number for number."""
    arrays = ("_dense", "_term_rows", "_intercept")
    return one.model.labels == other.model.labels and all(
        np.array_equal(getattr(one.model, name), getattr(other.model, name)) for name in arrays)


def test_the_model_in_service_has_learned_just_the_lines_that_a_trial_learns_in_their_order_by_label() -> None:
    now, _ = in_service()
    archive = training.model()
    assert archive is not None
    with unpacked(archive) as folder:
        learned = json.loads((folder / "model.json").read_text(encoding="utf-8"))["examples"]
    by_label = sorted(lines_in_service(), key=lambda line: now.model.labels.index(line[1]))
    assert learned == [now.preparer.prepare(text).text for text, _ in by_label]


def test_with_the_vectors_of_the_model_in_service_the_same_lines_make_the_same_model_number_for_number() -> None:
    _, shared = in_service()
    lines = lines_in_service()[::A_PART]
    assert are_the_same(trained(lines, shared), trained(lines))


@pytest.mark.faults
def test_trained_without_any_example_it_is_the_model_in_service_number_for_number() -> None:
    now, shared = in_service()
    assert are_the_same(trained(lines_in_service(), shared), now)
