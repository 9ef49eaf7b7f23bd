"""The cosines to the examples, in whole numbers, beside those in floats."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.nlu.nearest import Nearest


def _of_length_one(rows: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, 384)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


@pytest.fixture(scope="module")
def examples() -> np.ndarray:
    return _of_length_one(500, seed=1)


@pytest.fixture(scope="module")
def nearest(examples: np.ndarray) -> Nearest:
    return Nearest.of(examples)


def test_cosines_are_those_of_the_floats(nearest: Nearest, examples: np.ndarray) -> None:
    texts = np.vstack([_of_length_one(5, seed=2), examples[:2]])
    assert np.abs(nearest.cosines(texts) - texts @ examples.T).max() < 0.005


def test_what_is_asked_beside_a_text_does_not_change_its_numbers(nearest: Nearest) -> None:
    texts = _of_length_one(3, seed=3)
    apart = np.vstack([nearest.cosines(texts[place:place + 1]) for place in range(3)])
    assert np.array_equal(nearest.cosines(texts), apart)


def test_a_text_of_nothing_is_near_to_nothing(nearest: Nearest) -> None:
    assert not nearest.cosines(np.zeros((1, 384), dtype=np.float32)).any()


def test_saved_and_loaded_it_says_the_same(nearest: Nearest, tmp_path: Path) -> None:
    nearest.save(tmp_path)
    texts = _of_length_one(2, seed=4)
    assert np.array_equal(Nearest.load(tmp_path, nearest.scales).cosines(texts), nearest.cosines(texts))
