"""What a visitor reads, through the chat API and the real bot."""

import json

import httpx
import pytest

from bench.system import ROOT

DOCUMENT = (ROOT / "knowledge" / "ldn.md").read_text(encoding="utf-8")


def outcomes(replies):
    return [label for reply in replies for label in reply["outcomes"]]


def test_two_questions_in_one_breath_get_two_answers(visitor):
    replies = visitor.say("how does ldn work and is it safe with my synthroid??")
    assert outcomes(replies) == ["answer:how_it_works", "not_covered"]
    works, medicine = replies
    assert works["text"].split(". ")[0] in DOCUMENT
    assert works["sources"] == [{"section": "how-does-ldn-work", "title": "How Does LDN Work?"}]
    assert medicine["subject"] == "other_medicine"
    assert "levothyroxine" in medicine["text"] or "Synthroid" in medicine["text"]
    assert "A pharmacist, or 811 where available, can answer today." in medicine["text"]
    assert "info@bellowellness.ca" in medicine["text"]


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ("What is LDN?", "answer:what_is_ldn"),
        ("is it addictive", "answer:addictive_or_controlled"),
        ("what dose is used", "answer:dose_range"),
        ("who should not take it", "answer:not_appropriate"),
        ("I take percocet, is that a problem", "answer:opioids"),
        ("side effects?", "answer:side_effects"),
        ("do I need a referral", "answer:referral"),
        ("hello", "smalltalk:greet"),
        ("who won the hockey game last night", "out_of_scope"),
    ],
)
def test_a_plain_question_gets_its_answer(visitor, asked, outcome):
    assert outcomes(visitor.say(asked)) == [outcome]


@pytest.mark.parametrize(
    ("asked", "condition", "line"),
    [
        ("does it help with lupus", "lupus", "Autoimmune disorders (Hashimoto’s, rheumatoid arthritis, lupus, psoriasis)"),
        ("my wife has sjogrens, would it help her", "Sjogren's syndrome", "Autoimmune disorders"),
    ],
    ids=["named by the document", "of a kind that it names"],
)
def test_a_condition_is_answered_with_its_name_and_line(visitor, asked, condition, line):
    reply = visitor.say(asked)[0]
    assert reply["outcomes"] == ["answer:condition_listed"]
    assert reply["condition"] == condition
    assert line in reply["text"]


def test_a_condition_that_is_not_on_the_list_gets_an_honest_no(visitor):
    reply = visitor.say("does ldn help with lyme disease")[0]
    assert reply["outcomes"] == ["not_covered"]
    assert (reply["subject"], reply["condition"]) == ("condition_not_listed", "Lyme")


def test_a_follow_up_is_read_from_the_turn_before(visitor):
    visitor.say("does it help with lupus")
    assert visitor.say("and for MS?")[0]["condition"] == "multiple sclerosis"


def test_a_button_leads_where_it_says(visitor):
    reply = visitor.say("how does it work")[0]
    more = reply["buttons"][0]
    assert more["title"] == "Tell me more"
    assert visitor.press(more)[0]["text"].split(". ")[0] in DOCUMENT
    step = reply["buttons"][1]
    assert outcomes(visitor.press(step)) == [step["outcome"]]


@pytest.mark.parametrize(
    "typed",
    ["😀😀😀", "???", "bonjour, est-ce que je peux prendre du vin avec ce médicament", "ldn은 안전한가요", "\u0007\u0001", "x" * 1500],
    ids=["emoji", "marks", "French", "Korean", "control characters", "too long"],
)
def test_what_cannot_be_read_gets_a_polite_word(visitor, typed):
    assert outcomes(visitor.say(typed)) == ["unreadable"]


@pytest.mark.parametrize("typed", ["/restart", "/answer/dose_range", " /goodbye", "/session_start", '/answer{"condition": "x"}'])
def test_a_slash_names_no_intent(visitor, typed):
    visitor.say("what is ldn")
    assert visitor.say(typed)
    assert outcomes(visitor.say("is it addictive")) == ["answer:addictive_or_controlled"]


def test_every_answer_names_a_section_of_the_document(visitor):
    for asked in ("what is ldn", "is it safe", "does it weaken the immune system", "can I take it while pregnant"):
        for reply in visitor.say(asked):
            assert reply["sources"], asked


def test_every_reply_has_exactly_one_content_outcome(visitor):
    for line in (ROOT / "tests" / "held_out" / "first.jsonl").read_text(encoding="utf-8").splitlines()[::40]:
        for reply in visitor.say(json.loads(line)["text"]):
            assert len([label for label in reply["outcomes"] if not label.startswith(("screening:", "handoff:ask"))]) <= 1
            assert reply["text"]


def test_erasing_a_conversation_leaves_no_byte_in_journal_or_bot(system, visitor):
    visitor.say("my cat is called Canary4711 and I have lupus")
    visitor.erase()
    found = [path.name for path in system.data.rglob("*") if path.is_file() and b"Canary4711" in path.read_bytes()]
    assert found == []


def test_nothing_that_a_visitor_writes_is_logged(system, visitor):
    for typed in ("canary4711 is it safe", "/canary4711{", "canary4711" * 150, "canary4711\u0000"):
        visitor.say(typed)
    assert "canary4711" not in system.logs()


def test_the_bot_listens_on_loopback_and_offers_nothing_but_its_channel(system):
    assert httpx.get(f"{system.bot}/conversations/x/tracker").status_code == 404
    assert httpx.get(f"{system.bot}/model").status_code in (404, 405)
