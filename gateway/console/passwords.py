"""Passwords: kept as Argon2id, refused where they are easy to guess, checked in the same time for any name."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST, LONGEST = 10, 72
GOOD_ENOUGH = 3
"""zxcvbn's score, 0 to 4: "safely unguessable, moderate protection from an offline attack"."""

_hasher = PasswordHasher()
_at_once = asyncio.Semaphore(2)
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$bvv9MfwXzQ9Gseb0wNz1Rw$vvwZghJeTPaonM2WuEBdYsBGN14gIrl54fFMzH2cjoE"
"""A hash of a forgotten password, with the same parameters as ours: a test holds it to that."""


class WeakPassword(Exception):
    """The password is refused; the text says why and what to do."""


def require_strong(password: str, known: Sequence[str]) -> None:
    """Raises WeakPassword; `known` are words an attacker would try first, such as the person's name."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise WeakPassword(f"Choose a password of {SHORTEST} to {LONGEST} characters.")
    from zxcvbn import zxcvbn  # its word lists take half a second to load, and are needed on few days

    found = zxcvbn(password, user_inputs=[*known, "bello", "wellness", "naltrexone", "ldn"], max_length=LONGEST)
    if found["score"] < GOOD_ENOUGH:
        hints = [found["feedback"]["warning"], *found["feedback"]["suggestions"]]
        said = " ".join(f"{hint.rstrip('.')}." for hint in hints if hint)
        raise WeakPassword(f"This password is easy to guess. {said or 'Four unrelated words make a good one.'}")


async def hashed(password: str) -> str:
    """The Argon2id hash to keep, with its parameters."""
    async with _at_once:
        return await asyncio.to_thread(_hasher.hash, password)


async def matches(kept: str | None, password: str) -> bool:
    """Whether the password is the kept one; takes as long where there is none to compare it with."""
    async with _at_once:
        same = await asyncio.to_thread(_verify, kept or _NOBODYS, password[:LONGEST])
    return same and kept is not None


def _verify(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
