"""References such as `LDN-7K3F-92`: four random characters and two that check them, easy to say on the telephone.

The alphabet is Crockford's base 32, which has no I, L, O and U. The check is the number modulo 1021, the largest
prime below 32 x 32, so that one wrong character, or two neighbours swapped within the first four, never fit.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
COUNT = 32**4
_CHECK = 1021
_READ_AS = str.maketrans("OIL", "011")
_WRITTEN = re.compile(rf"LDN([{ALPHABET}]{{4}})([{ALPHABET}]{{2}})")


class ReferencesUsedUp(Exception):
    """No free reference was found; too many requests are kept."""


def written(number: int) -> str:
    """A number below COUNT as a reference."""
    return f"LDN-{_characters(number, 4)}-{_characters(number % _CHECK, 2)}"


def read(text: str) -> str | None:
    """The reference that somebody typed or heard, in its proper form; None where its check does not fit."""
    plain = re.sub(r"[\s\-–—]", "", text).upper()
    plain = "LDN" + plain.removeprefix("LDN").translate(_READ_AS)
    found = _WRITTEN.fullmatch(plain)
    if not found:
        return None
    reference = written(_number(found[1]))
    return reference if reference.endswith(found[2]) else None


def new_reference(used: Callable[[str], bool]) -> str:
    """A reference that is not `used`, and that nobody can guess from others."""
    for _ in range(1000):
        reference = written(secrets.randbelow(COUNT))
        if not used(reference):
            return reference
    raise ReferencesUsedUp


def _characters(number: int, length: int) -> str:
    return "".join(ALPHABET[number >> 5 * place & 31] for place in reversed(range(length)))


def _number(characters: str) -> int:
    number = 0
    for character in characters:
        number = number << 5 | ALPHABET.index(character)
    return number
