"""How long a fault run is: short in `make test`, long in `make test-faults`."""

from __future__ import annotations

import os

import pytest
from _pytest.mark import ParameterSet


def counts(short: int, variable: str, full: int) -> list[ParameterSet]:
    """The count of `make test`, or, where FAULTS is set, that of `make test-faults`, which `variable` may change."""
    if "FAULTS" in os.environ:
        return [pytest.param(int(os.environ.get(variable, full)), id="long", marks=pytest.mark.faults)]
    return [pytest.param(short, id="short")]
