"""The gateway's own words: honest, easy to read, and checked before the start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.chat.notices import FILE, NoticesError, load_notices
from gateway.settings import Settings

SETTINGS = Settings()
NOTICES = load_notices(SETTINGS)
WORDS = {
    "notice, saved": NOTICES.notice(True),
    "notice, unsaved": NOTICES.notice(False),
    "greeting": NOTICES.greeting().text,
    "unavailable": NOTICES.unavailable().text,
    "too long": NOTICES.too_long().text,
    "empty": NOTICES.empty().text,
}


def grade(text: str) -> float:
    """The Flesch-Kincaid grade, with syllables counted as groups of vowels."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", "the clinic", text)
    words = re.findall(r"[A-Za-z']+", text)
    sentences = len(re.findall(r"[.?!](?:\s|$)", text)) or 1
    syllables: int = sum(
        max(1, len(re.findall(r"[aeiouy]+", word.lower())) - word.lower().endswith("e")) for word in words
    )
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


@pytest.mark.parametrize("name", WORDS)
def test_the_gateways_words_read_at_grade_eight_or_easier(name: str) -> None:
    assert grade(WORDS[name]) <= 8


@pytest.mark.parametrize("name", WORDS)
def test_nothing_is_left_to_be_filled_in(name: str) -> None:
    assert "{" not in WORDS[name]


def test_the_clinics_address_is_given_where_the_assistant_cannot_answer() -> None:
    assert SETTINGS.clinic.email in WORDS["unavailable"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  text: >-\n    Hi, and welcome.", "  txet: >-\n    Hi, and welcome.", "greeting"),
        ("    - title: Is it safe?", "    - titel: Is it safe?", "greeting.buttons.1"),
        ("empty:", "empti:", "empty"),
        ("    - title: What is LDN?", "   - title: [", "is not YAML"),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = FILE.read_text()
    assert old in text
    file = tmp_path / "notices.yml"
    file.write_text(text.replace(old, new, 1))
    with pytest.raises(NoticesError) as wrong:
        load_notices(SETTINGS, file)
    assert re.match(rf"{re.escape(str(file))}:\d+: ", str(wrong.value))
    assert says in str(wrong.value)
