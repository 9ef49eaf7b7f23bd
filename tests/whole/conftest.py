"""One whole system for these tests: gateway, bot and actions as `make run` starts them."""

import pytest

from bench.client import Visitor
from bench.system import running_system


@pytest.fixture(scope="session")
def system():
    with running_system() as running:
        yield running


@pytest.fixture
def visitor(system):
    return Visitor(system.chat)
