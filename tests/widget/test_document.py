"""The document on the page and behind the sources is the one that answers are held against."""

from __future__ import annotations

import httpx

from bot.answers.document import DOCUMENT, parse
from gateway.document import read_document


def test_sections_have_the_same_anchors_titles_and_words_as_in_answers() -> None:
    answers = parse(DOCUMENT.read_text(encoding="utf-8"))
    ours = read_document()

    assert [section.anchor for section in ours] == list(answers)
    assert [section.title for section in ours] == [section.title for section in answers.values()]
    for section in ours:
        for sentence in answers[section.anchor].sentences + answers[section.anchor].items:
            assert sentence in section.markdown


def test_every_section_is_served_for_the_sources_of_answers(site: str) -> None:
    served = httpx.get(f"{site}widget/document.json", trust_env=False).json()

    assert served == {section.anchor: {"title": section.title, "text": section.markdown} for section in read_document()}


def test_the_questions_that_the_chat_offers_are_headings_of_the_document(site: str) -> None:
    questions = httpx.get(f"{site}widget/clinic.json", trust_env=False).json()["questions"]

    assert questions == ["What Is Low Dose Naltrexone?", "How Does LDN Work?", "Who Might Benefit from LDN?", "Is LDN Safe?"]
