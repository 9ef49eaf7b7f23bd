"""`make check` finds an answer that the document does not bear out, with its line."""

import pytest

from bot.answers.proof import DOMAIN, faults


def _changed(tmp_path, old, new):
    text = DOMAIN.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "domain.yml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_answer_stands_in_the_document():
    assert [str(fault) for fault in faults()] == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("LDN doesn’t suppress the immune system", "LDN strengthens the immune system", "the document does not say"),
        ("- Pregnancy or breastfeeding (limited data)", "- Pregnancy, but not breastfeeding", "the document does not say"),
        ("It is not right for everyone.", "It is right for nearly everyone.", "the document does not say"),
        ("“very low doses (about 1-5 mg)”", "“very low doses (about 1-10 mg)”", "not in the document"),
        ("sections: [is-ldn-safe]", "sections: [is-it-safe]", "no section 'is-it-safe'"),
        ("next: [answer/how_it_works, answer/not_appropriate]", "next: [answer/mechanism]", "no response utter_answer/mechanism"),
        ("These endorphins are\n          powerful messengers", "These endorphins are\n          magic messengers", "the document does not say"),
    ],
    ids=["another claim", "another list item", "an own sentence", "a quotation", "a section", "a next step", "behind tell me more"],
)
def test_a_claim_that_the_document_does_not_make_is_found(tmp_path, old, new, says):
    found = faults(_changed(tmp_path, old, new))
    assert found
    assert says in str(found[0])


def test_the_fault_names_the_line(tmp_path):
    path = _changed(tmp_path, "LDN doesn’t suppress the immune system", "LDN strengthens the immune system")
    line = next(number for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if "strengthens" in text)
    assert faults(path)[0].line == line


def test_a_clause_that_drops_most_of_its_sentence_is_not_enough(tmp_path):
    path = _changed(tmp_path, "LDN is not a controlled drug, narcotic, or addictive.", "Narcotic, or addictive.")
    assert faults(path)
