"""Fixtures start real parts: a bot that tells, gateways with their console, staff who are signed in."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

for up, name in ((2, ""), (1, "gateway"), (1, "console")):
    sys.path.insert(0, str(Path(__file__).resolve().parents[up] / name))

from processes import Gateway  # noqa: E402

from people import Person, TellingBot, signed_in  # noqa: E402

type StartGateway = Callable[..., Gateway]


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TellingBot]:
    """One bot for all tests."""
    bot = TellingBot(tmp_path_factory.mktemp("bot"))
    bot.start()
    yield bot
    bot.kill()


@pytest.fixture(scope="session")
def gateway(bot: TellingBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """One gateway for all tests that count nothing and lock nobody out."""
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), bot)
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture(scope="session")
def admin(gateway: Gateway) -> Person:
    """An admin of the shared gateway."""
    return signed_in(gateway, "Ada")


@pytest.fixture(scope="session")
def reader(gateway: Gateway) -> Person:
    """A reader of the shared gateway."""
    return signed_in(gateway, "Rita", "reader")


@pytest.fixture
def start_gateway(bot: TellingBot, tmp_path: Path) -> Iterator[StartGateway]:
    """Starts gateways with settings of a test's own."""
    started: list[Gateway] = []

    def start(**settings: object) -> Gateway:
        gateway = Gateway(tmp_path / f"var{len(started)}", bot, **settings)
        started.append(gateway)
        gateway.start()
        return gateway

    yield start
    for gateway in started:
        gateway.end()
