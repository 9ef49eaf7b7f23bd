"""What the form accepts, on both Pythons alike."""

from __future__ import annotations

import contextlib
import random
from datetime import datetime

import pytest

from language import contacts
from language.contacts import Refused

NOW = datetime(2026, 11, 23, 15)


@pytest.mark.parametrize(
    ("text", "value", "suggestion"),
    [
        ("you can reach me at jane@gmail.com.", "jane@gmail.com", None),
        ("jane@gmial.com", "jane@gmial.com", "jane@gmail.com"),
        ("jane@gmail.con", "jane@gmail.con", "jane@gmail.com"),
        ("x@hotmial.ca", "x@hotmial.ca", "x@hotmail.ca"),
        ("x@bellowellness.ca", "x@bellowellness.ca", None),
        ("jane@münchen.de", "jane@xn--mnchen-3ya.de", None),
        ("call 613-555-0123 or so", "+16135550123", None),
        ("(416) 967-1111 ext 12", "+14169671111;ext=12", None),
        ("+44 20 7946 0958", "+442079460958", None),
    ],
)
def test_a_way_to_reach_somebody_is_found_in_what_they_wrote(text: str, value: str, suggestion: str | None) -> None:
    found = contacts.contact(text)
    assert (found.value, found.suggestion) == (value, suggestion)
    assert (contacts.email if found.kind == "email" else contacts.phone)(found.value).value == value


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("jane@", "email_invalid"),
        ("jané@gmail.com", "email_invalid"),
        ("jane@gmail", "email_invalid"),
        ("jane@gmail.com\r\nBcc: all@example.com", "contact_several"),
        ("911", "phone_invalid"),
        ("613 555", "phone_invalid"),
        ("my cat", "contact_none"),
        ("", "contact_none"),
    ],
)
def test_what_reaches_nobody_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        contacts.contact(text)
    assert refused.value.reason == reason


def test_a_name_is_one_line_of_what_can_be_seen() -> None:
    assert contacts.name("  Zoë\r\nBcc: x \u202egnp\u0000 ") == "Zoë Bcc: x gnp"
    for text, reason in (("123 ", "name_empty"), ("x" * 101, "name_long")):
        with pytest.raises(Refused, match=reason):
            contacts.name(text)


def test_times_keep_their_words_and_a_day_that_is_over_is_asked_about() -> None:
    assert contacts.times("weekday  mornings", NOW) == contacts.Times("weekday mornings", None)
    assert contacts.times("tuesday 10am", NOW).moment == datetime(2026, 11, 24, 10)
    for text in ("yesterday", "january 5 2020", "last week", "last friday", "Last Thurs 3pm"):
        with pytest.raises(Refused, match="times_past"):
            contacts.times(text, NOW)


def test_nothing_that_can_be_typed_raises_anything_else() -> None:
    draw = random.Random(3)
    letters = "@.+-0123456789 aZé\r\n\u0000\u202e李👩;:,<>\"'()" + "gmail.com"
    for _ in range(1500):
        text = "".join(draw.choice(letters) for _ in range(draw.randrange(40)))
        for check in (contacts.name, contacts.contact, contacts.email, contacts.phone, contacts.words):
            with contextlib.suppress(Refused):
                check(text)
    contacts.words("x" * 10_240)
