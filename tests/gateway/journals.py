"""Where a test's gateways keep their journal: fixtures for every suite that runs on both databases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from postgresql import Cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A real PostgreSQL."""
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.end()


@pytest.fixture
def database(request: pytest.FixtureRequest) -> str:
    """Where this test's gateways keep their journal: `records.on_both_databases` chooses."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture
def journal(request: pytest.FixtureRequest, database: str) -> dict[str, object]:
    """The settings that name a new journal; none for SQLite in the gateway's own folder."""
    if database == "sqlite":
        return {}
    cluster: Cluster = request.getfixturevalue("postgresql")
    return {"journal__url": cluster.new_database()}
