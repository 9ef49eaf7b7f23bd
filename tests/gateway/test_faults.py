"""Kills at random moments under load: what a visitor was answered is there afterwards, once.

The long forms (`make test-faults`) take their counts from the environment and print what they found. They keep the
libraries of what they kill loaded, so that their time goes into kills: how long a whole start takes is measured by
`bench.gateway_cost`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from crowd import Crowd, kill_again_and_again
from lengths import counts
from processes import Bot, Gateway, StartGateway
from records import on_both_databases

VISITORS = 4
SLOW_STARTS = 3
"""More kills than these are of a gateway whose libraries stay loaded between two starts."""


@on_both_databases
@pytest.mark.parametrize("kills", counts(3, "FAULT_KILLS", 1000))
def test_what_was_answered_is_there_once_however_often_the_gateway_is_killed(
    start_gateway: StartGateway, kills: int, database: str
) -> None:
    gateway = start_gateway("gateway_with_safety.py", quick=kills > SLOW_STARTS)
    hold(gateway, kills, gateway.restart, f"gateway on {database}")


@pytest.mark.parametrize("kills", counts(3, "FAULT_KILLS", 1000))
def test_what_was_answered_is_there_once_however_often_the_bot_is_killed(
    own_bot: Bot, tmp_path: Path, kills: int
) -> None:
    gateway = Gateway(tmp_path / "var", own_bot)
    gateway.start()

    def restart() -> None:
        own_bot.kill()
        own_bot.start()

    try:
        hold(gateway, kills, restart, "stand-in bot")
    finally:
        gateway.end()


def hold(gateway: Gateway, kills: int, kill_and_start: Callable[[], None], what: str) -> None:
    """Kills again and again while visitors talk; then compares what they saw with what is written down."""
    took: list[float] = []

    def timed() -> None:
        begun = time.monotonic()
        kill_and_start()
        took.append(time.monotonic() - begun)

    with Crowd(gateway, VISITORS) as crowd:
        kill_again_and_again(crowd, kills, timed, seed=kills)
    lost = [message_id for account in crowd.accounts for message_id in account.lost()]
    doubled = [message_id for account in crowd.accounts for message_id in account.doubled()]
    empty = sum(account.empty for account in crowd.accounts)
    print(
        f"\n{what}: {kills} kills, {crowd.answered()} messages answered, lost {len(lost)}, doubled {len(doubled)}, "
        f"empty {empty}; a kill with the start after it {median(took):.2f} s (median), {max(took):.2f} s (longest)"
    )
    assert (lost, doubled, empty) == ([], [], 0)
