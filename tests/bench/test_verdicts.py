"""How a message is judged."""

import pytest

from bench.verdicts import Case, UnknownCase, always_not_covered, judge, read_cases, shares


def reply(*outcomes, buttons=(), subject=None):
    return {"outcomes": list(outcomes), "subject": subject, "buttons": [{"outcome": outcome} for outcome in buttons]}


@pytest.mark.parametrize(
    ("accept", "must_all", "replies", "verdict"),
    [
        (["answer:cost"], [], [reply("answer:cost")], "right"),
        (["answer:cost"], [], [reply("answer:safety")], "wrong"),
        (["answer:cost"], [], [reply("answer:cost"), reply("answer:safety")], "wrong"),
        (["answer:cost"], [], [reply("not_covered")], "missed"),
        (["answer:cost"], [], [reply("suggest", buttons=["answer:safety", "answer:cost"])], "suggested"),
        (["answer:cost"], [], [reply("suggest", buttons=["answer:safety"])], "missed"),
        (["answer:cost"], [], [reply("not_covered", buttons=["answer:cost"])], "missed"),
        (["answer:cost"], [], [reply("smalltalk:greet"), reply("answer:cost")], "right"),
        (["smalltalk:greet"], [], [reply("smalltalk:greet"), reply("not_covered")], "missed"),
        (["screening"], [], [reply("screening", "screening:ask:consent")], "right"),
        (["handoff:email"], [], [reply("handoff:requested")], "right"),
        (["answer:cost", "not_covered"], ["answer:cost", "not_covered"], [reply("answer:cost")], "missed"),
        (["answer:cost", "not_covered"], ["answer:cost", "not_covered"], [reply("answer:cost"), reply("not_covered")], "right"),
        (["answer:cost", "not_covered"], ["answer:cost", "not_covered"],
         [reply("answer:cost"), reply("not_covered"), reply("answer:safety")], "wrong"),
    ],
    ids=["accepted", "another answer", "an answer too many", "not an answer", "among the buttons", "not among the buttons",
         "next steps never count", "a greeting beside it", "a greeting does not count beside anything", "a form",
         "a request", "one of two", "both of two", "both and one too many"],
)
def test_a_case_gets_its_verdict(accept, must_all, replies, verdict):
    assert judge(Case("text", tuple(accept), tuple(must_all)), replies).verdict == verdict


def test_right_is_averaged_over_first_labels_too():
    cases = [Case("a", ("answer:cost",)), Case("b", ("not_covered",)), Case("c", ("not_covered",))]
    figures = shares(judge(case, [reply("not_covered")]) for case in cases)
    assert figures["right"] == pytest.approx(2 / 3)
    assert figures["averaged"] == pytest.approx(1 / 2)
    assert always_not_covered(cases) == figures


def test_a_line_that_is_not_a_case_is_named(tmp_path):
    path = tmp_path / "cases.jsonl"
    path.write_text('{"text": "a", "accept": ["x"]}\n{"text": "b"}\n', encoding="utf-8")
    with pytest.raises(UnknownCase, match=r"cases\.jsonl:2: not a case"):
        read_cases(path)
