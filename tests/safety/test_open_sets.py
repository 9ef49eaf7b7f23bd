"""The open halves as floors: what was caught once stays caught, what was quiet stays quiet.

The shipped head has learnt from these lines, so these are no measurements; docs/safety.md has those.
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


def test_no_explicit_flag_is_missed(screen: Screen) -> None:
    assert missed(screen, "open_flags.jsonl", explicit=True) == []


def test_at_most_one_in_300_flags_is_missed(screen: Screen) -> None:
    assert len(missed(screen, "open_flags.jsonl")) <= len(rows("open_flags.jsonl")) // 300


def test_at_most_half_a_percent_of_ordinary_messages_raise_an_alarm(screen: Screen) -> None:
    assert len(alarms(screen, "open_ordinary.jsonl")) <= len(rows("open_ordinary.jsonl")) * 0.005


def test_at_most_three_percent_of_lookalikes_raise_an_alarm(screen: Screen) -> None:
    assert len(alarms(screen, "open_lookalikes.jsonl")) <= len(rows("open_lookalikes.jsonl")) * 0.03
