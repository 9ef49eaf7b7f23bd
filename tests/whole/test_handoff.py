"""A request to the clinic as a visitor makes it, through the chat API and the real bot, up to the mail that leaves."""

import time

from bench.client import Visitor


def labels(replies):
    return [label for reply in replies for label in reply["outcomes"]]


def button(replies, title):
    return next(button for button in replies[-1]["buttons"] if button["title"] == title)


def test_a_booking_with_a_slip_and_a_change_of_mind_ends_in_a_reference_and_a_mail(system):
    visitor = Visitor(system.chat)
    assert labels(visitor.say("I'd like to book a consult")) == ["handoff:booking", "handoff:ask:consent"]
    assert labels(visitor.say("yes please")) == ["handoff:ask:name"]
    assert labels(visitor.say("jen smith")) == ["handoff:ask:contact"]
    offered = visitor.say("jen@gmial.com")
    assert "did you mean jen@gmail.com?" in offered[-1]["text"]
    assert labels(visitor.press(button(offered, "Yes, jen@gmail.com"))) == ["handoff:ask:times"]
    between = visitor.say("is it safe?")
    assert labels(between) == ["answer:safety", "handoff:ask:times"]
    assert labels(visitor.say("tues morning or after 5")) == ["handoff:ask:note"]
    visitor.say("no")
    summed_up = visitor.say("change my name to Jennifer Smith")
    assert labels(summed_up) == ["handoff:ask:confirm"]
    assert summed_up[-1]["handoff"]["name"] == "Jennifer Smith"
    sent = visitor.press(button(summed_up, "Yes, send it"))
    assert labels(sent) == ["handoff:requested"]
    reference = sent[-1]["reference"]
    assert reference in sent[-1]["text"]
    assert "{" not in sent[-1]["text"]
    assert visitor.press(button(summed_up, "Yes, send it"))[-1]["reference"] == reference
    mail = _mail(system, f"{reference}.clinic.*.eml")
    assert reference in mail
    assert "jen@gmail.com" in mail
    assert "Jennifer" not in mail
    assert "after 5" not in mail


def test_an_unanswered_question_goes_along_from_a_chat_that_is_not_saved(system):
    visitor = Visitor(system.chat, save=False)
    asked = "do you take green shield insurance?"
    assert labels(visitor.say(asked)) == ["not_covered"]
    opened = visitor.say("can someone call me")
    assert labels(opened) == ["handoff:email", "handoff:ask:consent"]
    assert "even if you do not save this chat" in opened[-1]["text"]
    assert labels(visitor.say("ok")) == ["handoff:ask:name"]
    visitor.say("Sam")
    shown = visitor.say("613 555 0123")
    assert asked in shown[-1]["text"]
    visitor.press(button(shown, "Yes, send that question"))
    summed_up = visitor.say("any time")
    assert summed_up[-1]["handoff"]["question"] == asked
    sent = visitor.say("yes")
    assert labels(sent) == ["handoff:requested"]
    assert sent[-1]["reference"]


def test_a_no_gets_the_address_and_the_chat_goes_on(visitor):
    visitor.say("I'd like to book a consult")
    ended = visitor.say("no thanks")
    assert labels(ended) == ["handoff:cancelled"]
    assert "info@bellowellness.ca" in ended[-1]["text"]
    assert ended[-1]["handoff"] == {}
    assert labels(visitor.say("is it safe?")) == ["answer:safety"]


def test_screening_answers_go_along_when_their_button_is_pressed(visitor):
    replies = visitor.say("could LDN be right for me?")
    for words in ("yes", "no", "no", "not sure", "no", "lupus", "yes"):
        replies = visitor.say(words)
    assert labels(replies) == ["screening:done:flagged"]
    assert labels(visitor.press(button(replies, "Book a consult with these answers"))) == [
        "handoff:booking", "handoff:ask:consent"]
    for words in ("yes", "Kim", "kim@example.ca", "skip"):
        visitor.say(words)
    summed_up = visitor.say("no")
    assert summed_up[-1]["handoff"]["screening"]["liver_disease"] == "unsure"
    left_out = visitor.press(button(summed_up, "Leave out my health answers"))
    assert "screening" not in left_out[-1]["handoff"]


def _mail(system, pattern):
    until = time.monotonic() + 60
    while time.monotonic() < until:
        for file in (system.data / "mail").glob(pattern):
            return file.read_text(encoding="utf-8")
        time.sleep(0.2)
    raise AssertionError(f"no mail {pattern} after a minute")


def test_a_request_in_the_middle_of_the_screening_is_sent_and_leads_back_to_its_question(system):
    visitor = Visitor(system.chat)
    visitor.say("could LDN be something for me?")
    visitor.say("yes")
    visitor.say("no")
    wished = visitor.say("can I just book with someone")
    assert labels(wished) == ["handoff:booking", "screening:ask:pregnant_or_breastfeeding"]
    assert labels(visitor.press(button(wished, "Write my request down"))) == ["handoff:booking", "handoff:ask:consent"]
    assert labels(visitor.say("yes")) == ["handoff:ask:name"]
    visitor.say("Kay")
    visitor.say("kay@example.com")
    assert labels(visitor.say("is it safe?")) == ["answer:safety", "handoff:ask:times"]
    visitor.say("weekdays after 4")
    visitor.say("no")
    sent = visitor.say("yes, send it")
    assert labels(sent) == ["handoff:requested", "screening:ask:pregnant_or_breastfeeding"]
    reference = sent[0]["reference"]
    assert reference in sent[0]["text"]
    assert "kay@example.com" in _mail(system, f"{reference}.clinic.*.eml")
    after = visitor.say("no")
    assert labels(after) == ["screening:ask:liver_disease"]
    assert after[-1]["screening"] == {"consent": "yes", "opioid_use": "no", "pregnant_or_breastfeeding": "no"}


def test_a_request_in_the_middle_that_is_not_wanted_after_all_loses_no_answer(system):
    visitor = Visitor(system.chat)
    visitor.say("could LDN be something for me?")
    visitor.say("yes")
    visitor.say("I want to talk to a person")
    assert labels(visitor.say("yes please"))[-1] == "handoff:ask:consent"
    assert labels(visitor.say("no, let's finish the questions")) == ["screening:ask:opioid_use"]
    visitor.say("can I just book with someone")
    visitor.say("write it down")
    assert labels(visitor.say("no")) == ["handoff:cancelled", "screening:ask:opioid_use"]
    assert labels(visitor.say("no")) == ["screening:ask:pregnant_or_breastfeeding"]


def test_the_screening_asked_for_in_the_middle_of_a_request_goes_first_and_the_request_is_taken_up(system):
    visitor = Visitor(system.chat)
    visitor.say("can I book a visit")
    assert labels(visitor.say("yes, Theo Lavallee")) == ["handoff:ask:contact"]
    first = visitor.say("hang on. can you check first if ldn is even right for me")
    assert labels(first) == ["handoff:cancelled", "screening", "screening:ask:consent"]
    assert "put your request aside" in first[0]["text"]
    for answer in ("yes", "no", "no", "no", "no", "chronic pain"):
        summary = visitor.say(answer)
    assert labels(summary) == ["screening:ask:confirm"]
    done = visitor.say("yes that's right")
    taken_up = visitor.press(button(done, "Book a consult with these answers"))
    assert labels(taken_up) == ["handoff:booking", "handoff:ask:contact"]
    visitor.say("theo@example.com")
    visitor.say("mornings")
    visitor.say("no")
    sent = visitor.say("yes, send it")
    assert labels(sent) == ["handoff:requested"]
    assert "theo@example.com" in _mail(system, f"{sent[0]['reference']}.clinic.*.eml")
