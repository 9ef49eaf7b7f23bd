"""Fixtures start real parts: a confirming bot, a gateway, mail servers and mailers, each with its own folder."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

# Resolved here, because a path of pytest.ini with dots in it would be the parts' own idea of where they are.
for up, name in ((2, ""), (1, "words"), (1, "gateway")):
    sys.path.insert(0, str(Path(__file__).resolve().parents[up] / name))

from clinic import ConfirmingBot, Mailer, MailServer  # noqa: E402
from journals import database, journal, postgresql  # noqa: E402 (fixtures)
from postgresql import Cluster  # noqa: E402
from processes import Gateway, Process  # noqa: E402

__all__ = ["database", "journal", "postgresql"]


class StartMailer(Protocol):
    """Starts a mailer beside a gateway; it is ended with the test."""

    def __call__(self, gateway: Gateway, server: MailServer | None = None, **settings: object) -> Mailer: ...


class MakeGateway(Protocol):
    """Starts a gateway with these settings; it is ended with the test."""

    def __call__(self, folder: str = "var", **settings: object) -> Gateway: ...


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConfirmingBot]:
    """One bot for all tests."""
    bot = ConfirmingBot(tmp_path_factory.mktemp("bot"))
    bot.start()
    yield bot
    bot.kill()


@pytest.fixture
def ending() -> Iterator[list[Process]]:
    """Processes that end with the test."""
    started: list[Process] = []
    yield started
    for process in reversed(started):
        process.end()


@pytest.fixture
def make_gateway(
    tmp_path: Path, bot: ConfirmingBot, ending: list[Process], journal: dict[str, object]
) -> MakeGateway:
    """Starts gateways with settings of a test's own; all on one journal, and in one folder unless told otherwise."""

    def start(folder: str = "var", **settings: object) -> Gateway:
        gateway = Gateway(tmp_path / folder, bot, None, **(journal | settings))
        ending.append(gateway)
        gateway.start()
        return gateway

    return start


@pytest.fixture(scope="session")
def shared_gateway(tmp_path_factory: pytest.TempPathFactory, bot: ConfirmingBot) -> Iterator[Gateway]:
    """One gateway with the default settings; starting one takes seconds."""
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), bot)
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture(scope="session")
def shared_gateway_on_postgresql(
    tmp_path_factory: pytest.TempPathFactory, bot: ConfirmingBot, postgresql: Cluster
) -> Iterator[Gateway]:
    """The same with its journal in PostgreSQL."""
    gateway = Gateway(tmp_path_factory.mktemp("gateway"), bot, journal__url=postgresql.new_database())
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(request: pytest.FixtureRequest, database: str) -> Gateway:
    """The shared gateway, nobody having asked for anything yet."""
    name = "shared_gateway" if database == "sqlite" else "shared_gateway_on_postgresql"
    gateway: Gateway = request.getfixturevalue(name)
    for table in ("requests", "conversations"):
        gateway.change(f"DELETE FROM {table}")
    shutil.rmtree(gateway.folder / "mail", ignore_errors=True)
    (gateway.folder / "mailer.log").unlink(missing_ok=True)
    return gateway


@pytest.fixture
def server(tmp_path: Path, ending: list[Process]) -> MailServer:
    """A mail server that takes everything."""
    server = MailServer(tmp_path / "relay")
    ending.append(server)
    server.start()
    return server


@pytest.fixture
def start_mailer(ending: list[Process]) -> StartMailer:
    """Starts mailers."""

    def start(gateway: Gateway, server: MailServer | None = None, **settings: object) -> Mailer:
        mailer = Mailer(gateway, server, **settings)
        ending.append(mailer)
        mailer.start()
        return mailer

    return start
