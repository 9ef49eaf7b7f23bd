"""How long a fault run is: short in `make test`, long in `make test-faults`."""

from __future__ import annotations

import os

import pytest
from _pytest.mark import ParameterSet


def counts(short: int, variable: str, full: int) -> list[ParameterSet]:
    """The count of `make test`, and that of `make test-faults`, which a variable of the environment sets."""
    return [pytest.param(short, id="short"), *long_only(variable, full)]


def long_only(variable: str, full: int) -> list[ParameterSet]:
    """The count of `make test-faults` alone."""
    return [pytest.param(int(os.environ.get(variable, full)), id="long", marks=pytest.mark.faults)]
