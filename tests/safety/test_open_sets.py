"""The open halves as floors: what was caught once stays caught, what was quiet stays quiet.

The head has learnt from these lines, so these are no measurements; docs/safety.md has those. The aim is none missed
of the explicit ones and one in 600 of all: these floors are what a fresh training reaches.
"""

from __future__ import annotations

from gateway.safety import Screen
from tests.safety.conftest import rows


def missed(screen: Screen, name: str, explicit: bool | None = None) -> list[str]:
    found = []
    for row in rows(name):
        if explicit is None or row["explicit"] is explicit:
            card = screen.screen(row["text"])
            if not card or card[0]["outcomes"][0] not in row["accept"]:
                found.append(row["text"])
    return found


def alarms(screen: Screen, name: str) -> list[str]:
    return [row["text"] for row in rows(name) if screen.screen(row["text"])]


def test_at_most_one_in_200_explicit_flags_is_missed(screen: Screen) -> None:
    explicit = sum(row["explicit"] for row in rows("open_flags.jsonl"))

    assert len(missed(screen, "open_flags.jsonl", explicit=True)) <= explicit // 200


def test_at_most_one_in_100_flags_is_missed(screen: Screen) -> None:
    assert len(missed(screen, "open_flags.jsonl")) <= len(rows("open_flags.jsonl")) // 100


def test_at_most_half_a_percent_of_ordinary_messages_raise_an_alarm(screen: Screen) -> None:
    assert len(alarms(screen, "open_ordinary.jsonl")) <= len(rows("open_ordinary.jsonl")) * 0.005


def test_at_most_three_percent_of_lookalikes_raise_an_alarm(screen: Screen) -> None:
    assert len(alarms(screen, "open_lookalikes.jsonl")) <= len(rows("open_lookalikes.jsonl")) * 0.03
