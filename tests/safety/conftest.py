"""What the tests of the safety screen share: the screen as the gateway loads it, and the rules by themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.safety import Screen

SETS = Path(__file__).parent / "sets"


def rows(name: str) -> list[dict[str, Any]]:
    """The lines of an open set."""
    return [json.loads(line) for line in (SETS / name).read_text(encoding="utf-8").splitlines() if line.strip()]


@pytest.fixture(scope="session")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Screen:
    """The screen without its classifier."""
    return Screen.load(head=tmp_path_factory.mktemp("nothing"))


@pytest.fixture(scope="session")
def screen() -> Screen:
    """The screen with rules and classifier."""
    found = Screen.load()
    assert found.classifier_state == "ok", (
        f"classifier: {found.classifier_state}. Run `.venv-bot/bin/python -m gateway.safety.train` first."
    )
    return found
