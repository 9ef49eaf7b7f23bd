"""Visitors who talk all the time while something is killed, and what they say about it afterwards."""

from __future__ import annotations

import random
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from processes import Gateway, Visitor, outcomes

RETRY_SECONDS = 0.05


@dataclass
class Account:
    """One visitor's: how many messages were said, and the replies to whatever was answered."""

    visitor: Visitor
    count: int = 0
    answered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    empty: int = 0

    def lost(self) -> list[str]:
        """Ids of messages whose answer the visitor saw and the transcript has not, or has otherwise."""
        kept = {message["id"]: message["replies"] for message in self._transcript() if message["role"] == "bot"}
        return [message_id for message_id, replies in self.answered.items() if kept.get(message_id) != replies]

    def doubled(self) -> list[str]:
        """Ids that stand in the transcript more than once on one side, or numbers that are there twice or missing."""
        transcript = self._transcript()
        sides = [(message["role"], message["id"]) for message in transcript]
        numbers = [message["seq"] for message in transcript]
        wrong = [str(number) for number in set(range(1, len(numbers) + 1)) ^ set(numbers)]
        return wrong + [message_id for role, message_id in set(sides) if sides.count((role, message_id)) > 1]

    def _transcript(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while more := self.visitor.read(found[-1]["seq"] if found else 0):
            found += more
        return found


class Crowd:
    """Visitors in threads of their own. Each says one message after another, and the same one until it is answered."""

    def __init__(self, gateway: Gateway, size: int) -> None:
        self.accounts = [Account(gateway.visitor()) for _ in range(size)]
        self._stop = threading.Event()
        self._failed = False
        self._threads = ThreadPoolExecutor(size)
        self._talking: list[Future[None]] = []

    def __enter__(self) -> Crowd:
        self._talking = [self._threads.submit(self._talk, account) for account in self.accounts]
        return self

    def __exit__(self, wrong: type[BaseException] | None, *_rest: object) -> None:
        self._failed = wrong is not None
        self._stop.set()
        for one in self._talking:
            one.result()

    def answered(self) -> int:
        """How many messages were answered so far."""
        return sum(len(account.answered) for account in self.accounts)

    def a_moment(self, chance: random.Random, most_seconds: float) -> None:
        """Waits for a moment that nobody knows before."""
        self._stop.wait(chance.uniform(0, most_seconds))

    def _talk(self, account: Account) -> None:
        while not self._stop.is_set():
            message_id = str(uuid.uuid4())
            self._until_answered(account, message_id, f"message {account.count}")
            account.count += 1

    def _until_answered(self, account: Account, message_id: str, text: str) -> None:
        while not self._failed:
            try:
                answer = account.visitor.say(text, message_id)
                if answer.status_code == 200:
                    account.empty += not answer.json()["replies"]
                    if outcomes(answer) != ["unavailable"]:
                        account.answered[message_id] = answer.json()["replies"]
                        return
            except httpx.HTTPError:
                pass  # killed under our hands: the page does the same and tries again
            threading.Event().wait(RETRY_SECONDS)


def kill_again_and_again(crowd: Crowd, times: int, kill_and_start: Callable[[], None], seed: int) -> None:
    """Kills at random moments; between two kills somebody is answered, so that each comes under load."""
    chance = random.Random(seed)
    for _ in range(times):
        before = crowd.answered()
        while crowd.answered() == before:
            crowd.a_moment(chance, 0.02)
        crowd.a_moment(chance, 0.2)
        kill_and_start()
