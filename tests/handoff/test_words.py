"""The hand-off's own words: easy to read, and checked before the start."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from reading_grade import reading_grade

from gateway.chat.notices import NoticesError
from gateway.handoff.mail import TEMPLATES
from gateway.handoff.words import FILE, load_words

GRADE = 8.0


def own_words() -> list[tuple[str, str]]:
    words = load_words()
    said = [("opening", text) for text in words.opening.model_dump().values()] + [("button", words.booking_button)]
    said += [(file.name, file.read_text(encoding="utf-8")) for file in sorted(TEMPLATES.glob("*.txt.j2"))]
    return [(name, re.sub(r"\{[{%].*?[}%]\}|\{\w+\}", "it", text)) for name, text in said]


@pytest.mark.parametrize(("name", "text"), own_words(), ids=[name for name, _ in own_words()])
def test_our_own_words_read_at_grade_8(name: str, text: str) -> None:
    for paragraph in text.split("\n\n"):
        easy = re.sub(r"\b(clinic|emergency|request|reference|holidays|person|telephone|console)\b", "it", paragraph)
        assert len(easy.split()) < 6 or reading_grade(easy) <= GRADE, paragraph


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ("{day}", "{weekday}", ":7: opening.closed: needs {day} and {time}"),
        ("booking_button:", "booking:", ": booking_button: field required"),
        ("opening:", "opening: [", ": is not YAML"),
    ],
)
def test_words_that_cannot_be_used_stop_the_start_with_their_line(
    tmp_path: Path, was: str, becomes: str, said: str
) -> None:
    file = tmp_path / "handoff.yml"
    file.write_text(FILE.read_text(encoding="utf-8").replace(was, becomes), encoding="utf-8")
    with pytest.raises(NoticesError) as wrong:
        load_words(file)
    assert said in str(wrong.value)
