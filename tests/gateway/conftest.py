"""Fixtures start real parts: a stand-in bot and gateways on loopback ports, each with its own data folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The helpers beside this file are found by their plain names, whichever import mode pytest runs in.
sys.path.insert(0, str(Path(__file__).parent))

from processes import Bot, Gateway, StartGateway, Visitor


@pytest.fixture(scope="session")
def shared_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One stand-in bot for all tests that do not kill it."""
    bot = Bot(tmp_path_factory.mktemp("bot"))
    bot.start()
    yield bot
    bot.kill()


@pytest.fixture
def bot(shared_bot: Bot) -> Iterator[Bot]:
    """The shared bot, answering."""
    shared_bot.behave("answer")
    yield shared_bot
    shared_bot.behave("answer")


@pytest.fixture
def own_bot(tmp_path: Path) -> Iterator[Bot]:
    """A bot that this test may kill."""
    bot = Bot(tmp_path)
    bot.start()
    yield bot
    bot.kill()


@pytest.fixture(scope="session")
def shared_gateway(shared_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway for all tests that need no settings of their own and do not kill it."""
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), shared_bot)
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(shared_gateway: Gateway, bot: Bot) -> Gateway:
    """The shared gateway, its bot answering."""
    return shared_gateway


@pytest.fixture
def visitor(gateway: Gateway) -> Visitor:
    """A new conversation with the shared gateway."""
    return gateway.visitor()


@pytest.fixture
def start_gateway(tmp_path: Path, bot: Bot) -> Iterator[StartGateway]:
    """Starts gateways with settings of a test's own."""
    started: list[Gateway] = []

    def start(script: str | None = None, folder: Path | None = None, **settings: object) -> Gateway:
        gateway = Gateway(folder or tmp_path / "var", bot, script, **settings)
        started.append(gateway)
        gateway.start()
        return gateway

    yield start
    for gateway in started:
        gateway.end()
