"""A trial's model is the one that training makes: what it changes is the examples' doing."""

from __future__ import annotations

import numpy as np

from bench.understanding import trained
from bench.understanding_trial import in_service, lines_in_service


def test_trained_without_any_example_it_is_the_model_in_service_number_for_number() -> None:
    now, shared = in_service()
    again = trained(lines_in_service(), shared)
    assert again.model.labels == now.model.labels
    assert np.array_equal(again.model._dense, now.model._dense)
    assert np.array_equal(again.model._term_rows, now.model._term_rows)
    assert np.array_equal(again.model._intercept, now.model._intercept)
