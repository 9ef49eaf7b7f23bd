"""Fixtures start real parts: a stand-in bot and gateways on loopback ports, each with its own data folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

# The helpers beside this file are found by their plain names, whichever import mode pytest runs in.
sys.path.insert(0, str(Path(__file__).parent))

from journals import database, journal, postgresql  # fixtures
from postgresql import Cluster
from processes import Bot, Gateway, StartGateway, Visitor

__all__ = ["database", "journal", "postgresql"]


@pytest.fixture(scope="session")
def shared_bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """One stand-in bot for all tests that do not kill it."""
    bot = Bot(tmp_path_factory.mktemp("bot"))
    bot.start()
    yield bot
    bot.kill()


@pytest.fixture
def bot(shared_bot: Bot) -> Iterator[Bot]:
    """The shared bot, answering, and asked by nobody yet."""
    shared_bot.behave("answer", forget=True)
    yield shared_bot
    shared_bot.behave("answer")


@pytest.fixture
def own_bot(tmp_path: Path) -> Iterator[Bot]:
    """A bot that this test may kill, and that is back in a moment."""
    bot = Bot(tmp_path, quick=True)
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


@pytest.fixture(scope="session")
def shared_gateway_on_postgresql(
    shared_bot: Bot, postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gateway]:
    """The same with its journal in PostgreSQL."""
    folder = tmp_path_factory.mktemp("gateway")
    gateway = Gateway(folder, shared_bot, journal__url=postgresql.new_database())
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(request: pytest.FixtureRequest, database: str, bot: Bot) -> Gateway:
    """The shared gateway, its bot answering."""
    name = "shared_gateway" if database == "sqlite" else "shared_gateway_on_postgresql"
    gateway: Gateway = request.getfixturevalue(name)
    return gateway


@pytest.fixture
def visitor(gateway: Gateway) -> Visitor:
    """A new conversation with the shared gateway."""
    return gateway.visitor()


@pytest.fixture
def start_gateway(tmp_path: Path, bot: Bot, journal: dict[str, object]) -> Iterator[StartGateway]:
    """Starts gateways with settings of a test's own."""
    started: list[Gateway] = []

    def start(
        script: str | None = None, folder: Path | None = None, quick: bool = False, **settings: object
    ) -> Gateway:
        gateway = Gateway(folder or tmp_path / "var", bot, script, quick, **(journal | settings))
        started.append(gateway)
        gateway.start()
        return gateway

    yield start
    for gateway in started:
        gateway.end()
