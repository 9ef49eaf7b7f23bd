"""Whose request it is, where proxies stand in between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address

REMEMBERED = 10_000
"""Addresses that are not read anew with every call."""


class Addresses:
    """Finds the visitor's address behind trusted proxies."""

    def __init__(self, trusted: Sequence[str]) -> None:
        self._trusted: list[IPv4Network | IPv6Network] = [ip_network(network) for network in trusted]

    def limited(self, peer: str, forwarded_for: Sequence[str]) -> Address | None:
        """The address that limits count for; None for a loopback one that no trusted proxy forwards for."""
        address = _parse(peer)
        if address is None:
            return None
        if not self._trusts(address) or not forwarded_for:
            return None if address.is_loopback else address
        # Each proxy adds at the right whom it saw; left of the first untrusted one anything may stand.
        for entry in reversed(",".join(forwarded_for).split(",")):
            seen = _parse(entry)
            if seen is None:
                return address
            address = seen
            if not self._trusts(address):
                return address
        return address

    def _trusts(self, address: Address) -> bool:
        return any(address in network for network in self._trusted)


@lru_cache(maxsize=REMEMBERED)
def _parse(text: str) -> Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
