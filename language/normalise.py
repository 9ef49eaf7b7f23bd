"""One spelling of the same characters, before anything else looks at a message."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = dict.fromkeys(
    [0x00AD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0xFEFF]
    + list(range(0x200B, 0x2010))
    + list(range(0x202A, 0x202F))
    + list(range(0x2060, 0x2070))
)
_PLAIN = str.maketrans(
    {"‘": "'", "’": "'", "‚": "'", "‛": "'", "`": "'", "´": "'", "“": '"', "”": '"', "„": '"',
     "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "..."}
)
_SPACES = re.compile(r"\s+")
_STRETCHED = re.compile(r"([a-z])\1{2,}", re.IGNORECASE)


def normalise(text: str) -> str:
    """The message with compatible characters unified (NFKC), invisible ones dropped, quotes and dashes plain,
    letters stretched beyond two shortened to two, and white space folded.

    Case is kept: "MS" and "ms" are not the same to a lexicon.
    """
    text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).translate(_PLAIN)
    text = "".join(c if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn") or c in "\n\t" else " " for c in text)
    return _SPACES.sub(" ", _STRETCHED.sub(r"\1\1", text)).strip()


def without_command(text: str) -> str:
    """The text without leading slashes and spaces: to Rasa a leading slash names an intent (also after a space)."""
    return text.lstrip("/\\ \t\r\n")
