"""What a form accepts as a name, as a way to reach somebody, as good times, and as words.

Pure functions for both Pythons: the bot asks again with them, and the gateway checks with the same ones what is
written down. What does not fit raises `Refused`, whose `reason` names a response; nothing is looked up in a network.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Optional

import phonenumbers
from email_validator import EmailNotValidError, validate_email

HOME = "CA"
NAME_CHARACTERS = 100
TIMES_CHARACTERS = 300
MAIL_DOMAINS = Path(__file__).resolve().parent.parent / "knowledge" / "mail_domains.txt"

_MAIL_IN_TEXT = re.compile(r"[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]+")
# dateparser, told to prefer the future, reads "last friday" as the friday that comes.
_OVER = re.compile(
    r"(?:last|this past) (?:night|week(?:end)?|month|year|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*)\b.*",
    re.IGNORECASE,
)
_UNSEEN = {"Cc", "Cf", "Cs"}
_JOINERS = {"\u200c", "\u200d"}  # some scripts and names are misspelt without them


class Refused(ValueError):
    """The words do not fit; `reason` says why in one word of this module's."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Contact:
    """One way to reach somebody: `kind` is `email` or `phone`."""

    kind: str
    value: str
    """The address, or the number as +16135550123, with `;ext=12` where there is an extension."""
    shown: str
    """As it is read back to its owner."""
    suggestion: Optional[str] = None
    """The address that was probably meant: `jane@gmail.com` for `jane@gmial.com`."""


@dataclass(frozen=True)
class Times:
    """Good times in somebody's own words, and the moment they name where they name one."""

    words: str
    moment: Optional[datetime]


def name(text: str) -> str:
    """A name on one line. Raises Refused: `name_empty`, `name_long`."""
    line = " ".join(_visible(text).split())
    if not any(character.isalpha() for character in line):
        raise Refused("name_empty")
    if len(line) > NAME_CHARACTERS:
        raise Refused("name_long")
    return line


def contact(text: str) -> Contact:
    """The email address or telephone number in what somebody wrote.

    Raises Refused: `contact_none`, `contact_several`, `email_invalid`, `phone_invalid`.
    """
    line = _visible(text)
    addresses = [found.rstrip(".!?'") for found in _MAIL_IN_TEXT.findall(line)]
    if len(addresses) > 1:
        raise Refused("contact_several")
    if addresses:
        return email(addresses[0])
    if "@" in line:
        raise Refused("email_invalid")
    numbers = {match.raw_string for match in phonenumbers.PhoneNumberMatcher(line, HOME)}
    if len(numbers) > 1:
        raise Refused("contact_several")
    if numbers:
        return phone(numbers.pop())
    if any(character.isdigit() for character in line):
        return phone(line)
    raise Refused("contact_none")


def email(text: str) -> Contact:
    """An email address, with the one that was probably meant. Raises Refused: `email_invalid`."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise Refused("email_invalid") from None
    address = f"{found.local_part}@{found.ascii_domain}"
    meant = _domain_meant(found.ascii_domain.lower())
    return Contact("email", address, address, f"{found.local_part}@{meant}" if meant else None)


def phone(text: str) -> Contact:
    """A telephone number, Canadian unless it begins with another country's code. Raises Refused: `phone_invalid`."""
    try:
        number = phonenumbers.parse(text, HOME)
    except phonenumbers.NumberParseException:
        raise Refused("phone_invalid") from None
    if not phonenumbers.is_valid_number(number):
        raise Refused("phone_invalid")
    value = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if number.extension:
        value += f";ext={number.extension}"
    at_home = number.country_code == phonenumbers.country_code_for_region(HOME)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return Contact("phone", value, phonenumbers.format_number(number, style))


def times(text: str, now: datetime) -> Times:
    """Good times as they were written. `now` is the clinic's clock, without a zone.

    Only what names one moment as a whole is understood: a date that is over is asked about again. "Weekday
    mornings" stays in its words, and a person reads them. Raises Refused: `times_empty`, `times_long`, `times_past`.
    """
    import dateparser  # slow to load, and the gateway, which has to start fast, asks for no times

    line = " ".join(_visible(text).split())
    if not any(character.isalnum() for character in line):
        raise Refused("times_empty")
    if len(line) > TIMES_CHARACTERS:
        raise Refused("times_long")
    if _OVER.fullmatch(line):
        raise Refused("times_past")
    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future", "RETURN_AS_TIMEZONE_AWARE": False}
    try:
        moment = dateparser.parse(line, languages=["en"], settings=settings)
    except (ValueError, OverflowError, TypeError):  # a year or an offset that no clock has
        moment = None
    if moment and moment.date() < now.date():
        raise Refused("times_past")
    return Times(line, moment)


def words(text: str) -> str:
    """A question or a note: paragraphs of what can be seen. May be empty."""
    lines = (" ".join(line.split()) for line in _visible(text).splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _visible(text: str) -> str:
    """The text without control characters and without those that turn the direction of writing around."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        character
        for character in composed
        if character in "\n\t\r" or character in _JOINERS or unicodedata.category(character) not in _UNSEEN
    )


def _domain_meant(domain: str) -> Optional[str]:
    """The well-known mail domain that `domain` is a slip of, or None."""
    if domain in _KNOWN:
        return None
    reach = 2 if len(domain) >= 8 else 1
    near = [(distance, known) for known in _KNOWN if (distance := _slips(domain, known, reach)) <= reach]
    return min(near, key=lambda found: (found[0], _KNOWN.index(found[1])))[1] if near else None


def _slips(written: str, meant: str, reach: int) -> int:
    """Letters missing, added, wrong or swapped with the next one; more than `reach` where it is more."""
    if abs(len(written) - len(meant)) > reach:
        return reach + 1
    before: list[int] = []
    line = list(range(len(meant) + 1))
    for row, letter in enumerate(written, start=1):
        earlier, before, line = before, line, [row]
        for column, other in enumerate(meant, start=1):
            cost = min(before[column] + 1, line[column - 1] + 1, before[column - 1] + (letter != other))
            swapped = row > 1 and column > 1 and letter == meant[column - 2] and written[row - 2] == other
            line.append(min(cost, earlier[column - 2] + 1) if swapped else cost)
    return line[-1]


def _read_domains() -> list[str]:
    lines = MAIL_DOMAINS.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


_KNOWN = _read_domains()
