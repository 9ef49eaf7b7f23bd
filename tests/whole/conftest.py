"""One whole system for these tests: gateway, bot and actions as `make run` starts them."""

import sys
from pathlib import Path

import pytest

from bench.client import Visitor
from bench.system import running_system

sys.path.insert(0, str(Path(__file__).parent))  # the helpers beside this file go by their plain names


@pytest.fixture(scope="session")
def system():
    with running_system() as running:
        yield running


@pytest.fixture
def visitor(system):
    return Visitor(system.chat)
