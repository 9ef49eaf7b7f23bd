"""The document's copy, its sections and sentences."""

import hashlib
from pathlib import Path

import pytest

from bot.answers.document import DOCUMENT, anchor, document, line_of_group

BESIDE = Path(__file__).resolve().parents[3] / "shared" / "knowledge" / "ldn.md"


def test_the_document_is_the_clinics_word_for_word():
    digest = "55dc587824084543"
    assert hashlib.sha256(DOCUMENT.read_bytes()).hexdigest().startswith(digest)
    if BESIDE.exists():
        assert DOCUMENT.read_bytes() == BESIDE.read_bytes()


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("What Is Low Dose Naltrexone?", "what-is-low-dose-naltrexone"),
        ("3. Why the “Low Dose” Matters", "why-the-low-dose-matters"),
        ("Book your consultation", "book-your-consultation"),
    ],
)
def test_an_anchor_is_the_heading_without_numbers_and_quotes(heading, expected):
    assert anchor(heading) == expected
    assert expected in document()


def test_the_stray_tail_of_the_document_stays_out():
    said = " ".join(document()["calms-an-overactive-immune-response"].sentences)
    assert "without overfiring." in said
    assert "wellness goals" not in said


def test_every_group_of_the_lexicon_has_its_line_in_the_document():
    from bot.nlu import lexicon

    for group in {term.group for term in lexicon.load() if term.answer_as in ("listed", "kind")}:
        assert line_of_group(group)
