"""How much one conversation and one address may ask, counted by the `limits` library."""

from __future__ import annotations

import time
from ipaddress import IPv4Address, IPv6Address, ip_network

import limits.aio
import structlog
from limits import RateLimitItem, parse_many
from limits.storage import storage_from_string

from gateway import metrics
from gateway.logs import failure
from gateway.problems import Problem
from gateway.settings import Limits

log = structlog.get_logger()


class Limiter:
    """Refuses what goes over a limit."""

    def __init__(self, settings: Limits) -> None:
        storage = storage_from_string(settings.store)
        assert isinstance(storage, limits.aio.storage.Storage), "limits.store is checked with the settings"
        self._window = limits.aio.strategies.SlidingWindowCounterRateLimiter(storage)
        self._rates = {
            "messages_per_conversation": parse_many(settings.messages_per_conversation),
            "messages_per_address": parse_many(settings.messages_per_address),
            "sessions_per_address": parse_many(settings.sessions_per_address),
            "other_calls_per_address": parse_many(settings.other_calls_per_address),
        }

    async def by_address(self, limit: str, address: IPv4Address | IPv6Address | None) -> None:
        """Counts one call of this address. Raises a 429 Problem. None is an exempt address."""
        if address is not None:
            await self._hit(limit, _household(address))

    async def by_conversation(self, conversation_id: str) -> None:
        """Counts one message of this conversation. Raises a 429 Problem."""
        await self._hit("messages_per_conversation", conversation_id)

    async def _hit(self, limit: str, whose: str) -> None:
        for rate in self._rates[limit]:
            wait = await self._wait(rate, limit, whose)
            if wait is not None:
                metrics.refused.labels(limit).inc()
                raise Problem("too-many", retry_after=wait)

    async def _wait(self, rate: RateLimitItem, limit: str, whose: str) -> float | None:
        try:
            if await self._window.hit(rate, limit, whose):
                return None
            stats = await self._window.get_window_stats(rate, limit, whose)
        except Exception as wrong:  # a store that is down must not silence the assistant
            log.error("limits.down", **failure(wrong))
            return None
        return max(1.0, stats.reset_time - time.time())


def _household(address: IPv4Address | IPv6Address) -> str:
    """An IPv6 visitor has a whole /64 to choose addresses from."""
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address)
