"""The steps of the hand-off form without Rasa: from a state and a message to the next state and what to say."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest
import yaml

from bot.answers.handoff import END, QUESTION_PREFIX, HandoffWriter
from bot.form.hearing import Message
from bot.handoff.form import open_form, step
from bot.handoff.progress import Turn
from bot.handoff.state import ORDER, State, from_slots, to_slots
from bot.handoff.uncovered import question_for_the_clinic
from bot.handoff.words import words
from bot.nlu.lexicon import KNOWLEDGE

RESPONSES = yaml.safe_load((KNOWLEDGE.parent / "domain.yml").read_text(encoding="utf-8"))["responses"]
SCREENING = {"opioid_use": "no", "liver_disease": "unsure", "condition": ["lupus"]}
GOES_ON = {
    "booking": {"consent": "yes", "name": "Jane Roe", "contact": "jane@example.ca", "times": "tues morning or after 5",
                "note": "no", "confirm": "yes, send it"},
    "email": {"consent": "yes", "name": "Jane Roe", "contact": "613 555 0123",
              "question": "Do you see people online?", "times": "mornings", "confirm": "yes"},
}
STEPS = [(kind, step) for kind in GOES_ON for step in GOES_ON[kind]]


def said(text: str, *labels: str) -> Message:
    return Message(text, None, tuple({"label": label, "score": 0.9} for label in labels))


def opened(kind: str = "booking", text: str = "I'd like to book", uncovered: str | None = None,
           screening: dict[str, Any] | None = None, before: State | None = None, **choice: Any) -> tuple[State, Turn]:
    message = Message(text, choice or None, ({"label": f"handoff:{kind}", "score": 0.9},))
    return open_form(before or State(), message, uncovered, screening)


def play(state: State, *messages: Message | str | dict[str, Any]) -> tuple[State, Turn]:
    turn = Turn("ask")
    for message in messages:
        # Between two turns the state lives in Rasa's slots.
        state = from_slots(json.loads(json.dumps(to_slots(state))))
        if isinstance(message, dict):
            message = Message("", message)
        state, turn = step(state, said(message) if isinstance(message, str) else message)
    return state, turn


def at(kind: str, place: str, **opening: Any) -> State:
    steps = list(GOES_ON[kind])
    state, _ = opened(kind, **opening)
    return play(state, *[GOES_ON[kind][before] for before in steps[:steps.index(place)]])[0]


def reply(state: State, turn: Turn) -> dict[str, Any]:
    """The form's own reply, as the bot's generator writes it."""
    data = {**turn.as_data(), "state": asdict(state), "filled": dict(state.values), "handoff": state.shown()}
    return HandoffWriter(RESPONSES, data).reply(QUESTION_PREFIX + state.requested if state.requested else END)


@pytest.mark.parametrize("kind", ORDER)
def test_the_straight_path_asks_every_field_once_and_ends_in_a_request(kind: str):
    state, turn = opened(kind)
    asked = []
    while state.requested:
        asked.append(state.requested)
        state, turn = play(state, GOES_ON[kind][state.requested])
    assert tuple(asked) == ORDER[kind]
    assert reply(state, turn)["outcomes"] == ["handoff:requested"]
    assert state.shown() | {"form": ""} == {"kind": kind, "form": "", "consent": True, "name": "Jane Roe"} | {
        "booking": {"contact_kind": "email", "contact": "jane@example.ca", "times": "tues morning or after 5"},
        "email": {"contact_kind": "phone", "contact": "+16135550123", "times": "mornings",
                  "question": "Do you see people online?"},
    }[kind]


def test_the_opening_carries_the_outcome_the_first_question_and_the_plain_address():
    opening = reply(*opened("email"))
    assert opening["outcomes"] == ["handoff:email", "handoff:ask:consent"]
    assert "info@bellowellness.ca" in opening["text"]
    assert "even if you do not save this chat" in opening["text"]


@pytest.mark.parametrize("no", ["no", "no thanks", "nah", "I'll just email them", "not now"])
def test_a_no_to_consent_is_respected_and_still_gets_the_address(no: str):
    state, turn = play(opened()[0], no)
    assert (state.requested, state.shown()) == (None, {})
    assert reply(state, turn)["outcomes"] == ["handoff:cancelled"]
    assert "{email}" in reply(state, turn)["text"]


@pytest.mark.parametrize(("text", "filled"), [
    ("monday mornings", {"times": "monday mornings"}), ("my name is Jo", {"name": "Jo"}),
    ("613 555 0123", {"contact_kind": "phone", "contact": "+16135550123"}),
])
def test_whoever_tells_something_in_place_of_consent_lets_it_be_written_down(text: str, filled: dict[str, str]):
    state, _ = play(opened("booking")[0], text)
    shown = state.shown()
    assert shown["consent"]
    assert {name: shown[name] for name in filled} == filled
    assert state.requested != "consent"
    for other in ("jo", "is tuesday possible?", "hm", "don't want that written down, my name is Jo"):
        assert play(opened("booking")[0], other)[0].requested == "consent"


def test_without_consent_nothing_can_be_sent_or_filled_by_an_old_button():
    state, _ = opened()
    for choice in ({"outcome": "handoff:set", "field": "confirm", "value": "yes"},
                   {"outcome": "handoff:set", "field": "times", "value": "Any time"},
                   {"outcome": "handoff:change", "field": "name"}):
        after, turn = play(state, choice)
        assert (after.requested, after.shown()["consent"], turn.kind) == ("consent", False, "ask")


def test_a_visitor_who_wants_nothing_saved_is_told_that_a_request_must_be_kept_and_asked_again():
    state, turn = play(opened()[0], "don't save anything")
    assert (state.requested, turn.kind) == ("consent", "clear")


# Where the question for the clinic is asked for, a question is the answer.
@pytest.mark.parametrize(("kind", "place"), [step for step in STEPS if step[1] != "question"])
def test_a_question_in_between_is_answered_and_the_same_place_comes_back(kind: str, place: str):
    before = at(kind, place)
    state, turn = play(before, said("how is it taken?", "answer:safety"))
    assert (state.requested, state.shown()) == (place, before.shown())
    assert [entry["label"] for entry in turn.answers] == ["answer:safety"]


@pytest.mark.parametrize(("kind", "place"), STEPS)
@pytest.mark.parametrize("words", ["cancel", "never mind", "stop", {"outcome": "handoff:cancel"}], ids=str)
def test_it_can_be_cancelled_at_every_step_and_then_knows_nothing(kind: str, place: str, words: Any):
    state, turn = play(at(kind, place), words)
    assert (turn.kind, state.requested, state.shown()) == ("cancelled", None, {})


@pytest.mark.parametrize(("kind", "place"), STEPS)
def test_why_do_you_ask_gets_a_reason_and_the_same_question(kind: str, place: str):
    before = at(kind, place)
    state, turn = play(before, "why do you ask?")
    assert (state.requested, turn.kind) == (place, "why")
    assert reply(state, turn)["outcomes"] == [f"handoff:ask:{place}"]


@pytest.mark.parametrize(("typed", "meant"), [
    ("jane@gmial.com", "jane@gmail.com"), ("jane@hotmial.com", "jane@hotmail.com"), ("jane@gmail,com", "jane@gmail.com"),
    ("jane @ gmail.com", "jane@gmail.com"), ("jane at gmail dot com", "jane@gmail.com"), ("jane@gmail", "jane@gmail.com"),
])
def test_a_slip_in_an_address_is_offered_back(typed: str, meant: str):
    state, turn = play(at("booking", "contact"), typed)
    asked = reply(state, turn)
    assert (turn.kind, asked["outcomes"]) == ("meant", ["handoff:ask:contact"])
    assert f"did you mean {meant}?" in asked["text"]
    assert asked["buttons"][0]["title"] == f"Yes, {meant}"
    by_button = play(state, asked["buttons"][0]["payload"])[0]
    assert by_button.shown()["contact"] == play(state, "yes")[0].shown()["contact"] == meant


def test_an_odd_address_is_kept_where_its_owner_says_so():
    state, _ = play(at("booking", "contact"), "jane@gmial.com", "no")
    assert (state.shown()["contact"], state.requested) == ("jane@gmial.com", "times")


@pytest.mark.parametrize("answer", ["my email", "call me", "555-0123", "jane@", "yes", "jane@x.ca or sam@x.ca", "12345"])
def test_what_is_no_address_and_no_number_is_asked_for_again_with_the_reason(answer: str):
    state, turn = play(at("booking", "contact"), answer)
    assert (state.requested, turn.kind) == ("contact", "again")
    assert turn.refused


@pytest.mark.parametrize(("answer", "name"), [
    ("Jane Roe", "Jane Roe"), ("my name is Jane Roe", "Jane Roe"), ("im jane", "jane"), ("It's Zoë O'Brien-Lee.", "Zoë O'Brien-Lee"),
    ("call me Jay thanks", "Jay"), ("Jane and my number is 613 555 0123", "Jane"), ("李小龙", "李小龙"),
    ("sure, my name's Ann, ann@example.ca", "Ann"), ("Dr. J. Roe", "Dr. J. Roe"),
])
def test_a_name_is_found_in_what_was_said(answer: str, name: str):
    assert play(at("booking", "name"), answer)[0].shown()["name"] == name


@pytest.mark.parametrize("answer", ["yes", "ok", "skip", "anonymous", "😀", "I would really like to talk to somebody about this"])
def test_what_is_no_name_is_asked_for_again(answer: str):
    state, _ = play(at("booking", "name"), answer)
    assert (state.requested, "name" in state.shown()) == ("name", False)


@pytest.mark.parametrize(("text", "field", "value"), [
    ("change my number to 613 555 0199", "contact", "+16135550199"),
    ("wait, my email is wrong, it's janet@example.ca", "contact", "janet@example.ca"),
    ("sorry i meant janet@example.ca not jane@example.ca", "contact", "janet@example.ca"),
    ("613-555-0199", "contact", "+16135550199"),
    ("actually my name is Janet", "name", "Janet"),
    ("my name is spelled Jayne Roe", "name", "Jayne Roe"),
    ("change name to Janet Roe", "name", "Janet Roe"),
    ("the name is wrong its Tomas", "name", "Tomas"),
    ("and thursdays after 3", "times", "tues morning or after 5, thursdays after 3"),
    ("make that weekday evenings", "times", "weekday evenings"),
    ("the times should be any afternoon", "times", "any afternoon"),
    ("add: I use a wheelchair", "note", "I use a wheelchair"),
])
def test_any_field_is_corrected_in_any_words_at_the_summary(text: str, field: str, value: str):
    state, turn = play(at("booking", "confirm"), text)
    assert (state.shown()[field], state.requested) == (value, "confirm")
    assert [noted.how for noted in turn.noted] in (["changed"], ["added"])


@pytest.mark.parametrize("text", ["change my number to 613 555 0199", "sorry, my number is 613 555 0199"])
@pytest.mark.parametrize("place", ["times", "note"])
def test_an_earlier_field_is_corrected_at_a_later_step_and_the_place_stays(text: str, place: str):
    state, _ = play(at("booking", place), text)
    assert (state.shown()["contact"], state.requested) == ("+16135550199", place)


@pytest.mark.parametrize(("pick", "field"), [("name", "name"), ("the times one", "times"), ("my email is wrong", "contact"),
                                             ({"outcome": "handoff:change", "field": "note"}, "note")])
def test_a_line_of_the_summary_can_be_opened_and_comes_back_to_it(pick: Any, field: str):
    state, turn = play(at("booking", "confirm"), pick)
    assert (state.requested, turn.kind) == (field, "ask")
    assert play(state, {"name": "Al", "contact": "al@example.ca", "times": "noon", "note": "hi"}[field])[0].requested == "confirm"


def test_the_summary_shows_every_line_with_a_button_to_change_it():
    state = at("booking", "confirm")
    shown = reply(state, Turn("ask"))
    for line in ("- Name: Jane Roe", "- How to reach you: jane@example.ca", "- Good times: tues morning or after 5", "- Note: none"):
        assert line in shown["text"]
    changes = [button["payload"]["field"] for button in shown["buttons"] if button["payload"]["outcome"] == "handoff:change"]
    assert changes == ["name", "contact", "times", "note"]


def test_the_question_begins_with_what_could_not_be_answered_and_can_be_changed():
    state = at("email", "question", uncovered="do you take blue cross?")
    asked = reply(state, Turn("ask"))
    assert "- do you take blue cross?" in asked["text"]
    assert play(state, "yes please")[0].shown()["question"] == "do you take blue cross?"
    assert play(state, asked["buttons"][0]["payload"])[0].shown()["question"] == "do you take blue cross?"
    assert play(state, "Can I bring my mum?")[0].shown()["question"] == "Can I bring my mum?"


def test_a_question_for_the_clinic_that_the_document_answers_is_answered_and_passed_on():
    state, turn = play(at("email", "question"), said("is it safe?", "answer:safety"))
    assert state.shown()["question"] == "is it safe?"
    assert [entry["label"] for entry in turn.answers] == ["answer:safety"]


@pytest.mark.parametrize(("turns", "remembered", "question"), [
    ([("do you take blue cross?", [{"label": "not_covered"}]), ("ask the clinic", [{"label": "handoff:email"}])], None,
     "do you take blue cross?"),
    ([("blue cros??", [{"label": "suggest"}]), ("None of these", [{"label": "none_of_these"}])], None, "blue cros??"),
    ([("is it safe?", [{"label": "answer:safety"}])], "may I drive?", "may I drive?"),
    ([("is it safe?", [{"label": "answer:safety"}])], None, None),
    ([("I have a question for the doctor", [{"label": "not_covered"}, {"label": "handoff:email"}])], None, None),
])
def test_what_could_not_be_answered_is_the_last_such_question(turns: Any, remembered: Any, question: Any):
    assert question_for_the_clinic(turns, remembered) == question


def test_screening_answers_go_along_only_where_somebody_says_so():
    without = at("booking", "confirm", screening=SCREENING)
    assert "screening" not in without.shown()
    assert play(without, "add my health answers")[0].shown()["screening"] == SCREENING
    chosen = at("booking", "confirm", screening=SCREENING, outcome="handoff:booking", pass_on="screening")
    assert chosen.shown()["screening"] == SCREENING
    assert "liver disease: not sure" in reply(chosen, Turn("ask"))["text"]
    assert "screening" not in play(chosen, {"outcome": "handoff:screening", "value": "no"})[0].shown()


def test_what_is_told_in_the_opening_message_is_not_asked_again():
    state, turn = opened("email", "can someone call me at 613 555 0123? my name is Jane")
    assert {noted.slot for noted in turn.noted} == {"contact", "name"}
    state, _ = play(state, "yes", "What do you charge?")
    assert state.requested == "times"


def test_the_button_that_sent_a_request_sends_the_same_one_again():
    sent, _ = play(at("booking", "confirm"), "yes")
    again, turn = opened(before=sent, outcome="handoff:set", field="confirm", value="yes")
    assert (turn.kind, again.shown()) == ("done", sent.shown())
    other, _ = opened(before=sent)
    assert other.form != sent.form


def test_a_booking_becomes_a_question_and_nothing_told_is_lost():
    state, turn = play(at("booking", "times"), {"outcome": "handoff:email"})
    assert (state.kind, state.requested, turn.opening) == ("email", "question", True)
    assert state.shown()["contact"] == "jane@example.ca"


@pytest.mark.parametrize(("skips", "place"), [("skip", "times"), ("idk", "times"), ("no", "note"), ("no thx", "note"), ("that's all", "note"),
                                             ("nah im good", "note")])
def test_what_is_optional_can_be_skipped_in_words(skips: str, place: str):
    state, _ = play(at("booking", place), skips)
    assert (state.values[place], state.requested) == (None, ORDER["booking"][ORDER["booking"].index(place) + 1])


def test_a_date_that_is_over_is_asked_about_again():
    state, turn = play(at("booking", "times"), "January 5 2020")
    assert (state.requested, turn.refused) == ("times", "times_past")


def test_a_short_name_that_looks_like_a_greeting_is_a_name_and_a_greeting_is_none():
    before = at("booking", "name")
    assert play(before, said("Bo", "smalltalk:greet"))[0].shown()["name"] == "Bo"
    assert play(at("booking", "times"), said("any time", "smalltalk:thanks"))[0].shown()["times"] == "any time"
    state, turn = play(before, said("hello", "smalltalk:greet"))
    assert (state.requested, [entry["label"] for entry in turn.answers]) == ("name", ["smalltalk:greet"])


@pytest.mark.parametrize("told", ["jane@gmial.com", "jane at gmail dot com"])
def test_an_address_in_place_of_the_name_is_kept_and_no_name(told: str):
    state, turn = play(at("booking", "name"), told)
    assert (state.requested, turn.kind) == ("name", "ask")
    asked, turn = play(state, "Jane")
    assert (asked.requested, turn.kind, asked.meant) == ("contact", "meant", "jane@gmail.com")


def test_a_change_of_what_is_asked_just_now_is_its_answer():
    state, _ = play(at("booking", "contact"), "change the email to jane@example.ca")
    assert state.shown()["contact"] == "jane@example.ca"


def test_a_wish_for_the_other_kind_in_words_changes_it():
    state, turn = play(at("booking", "name"), said("i want to ask a question instead", "handoff:email"))
    assert (state.kind, state.requested, turn.opening, "question" in state.shown()) == ("email", "question", True, False)


def test_what_a_yes_seems_to_mean_outside_of_the_form_is_not_answered_in_it():
    # The classifier takes "yes" for the first button of the last reply, whatever that is.
    state, turn = play(at("booking", "name"), said("yes send it", "handoff:why"))
    assert (state.requested, turn.kind, turn.answers) == ("name", "again", ())


def test_every_reason_to_ask_again_has_words():
    words = RESPONSES["utter_handoff_words"][0]["metadata"]
    for reason in ("name_empty", "name_long", "name_unclear", "name_needed", "contact_none", "contact_several",
                   "contact_needed", "email_invalid", "phone_invalid", "times_empty", "times_long", "times_past",
                   "words_empty"):
        assert words[f"refused_{reason}"]


def test_every_list_of_wordings_can_be_used():
    lists = yaml.safe_load((KNOWLEDGE / "handoff_answers.yml").read_text(encoding="utf-8"))
    for name, entries in lists.items():
        for place in [name] if isinstance(entries, list) else [f"{name}.{part}" for part in entries]:
            words().in_(place, "nothing of it")


@pytest.mark.parametrize(("answer", "name"), [
    ("Her name is Rosa Delgado", "Rosa Delgado"), ("you can put me down as Theo", "Theo"), ("my mom's name is Rosa", "Rosa"),
    ("Call me Sam O'Neil-Tremblay", "Sam O'Neil-Tremblay"), ("it's jo", "jo"), ("John with an h", "John"),
    ("ok fine its K", "K"),
])
def test_a_name_is_found_in_other_words(answer: str, name: str):
    assert play(at("booking", "name"), answer)[0].shown()["name"] == name


@pytest.mark.parametrize("answer", ["me", "idk", "nobody"])
def test_a_word_that_names_nobody_is_no_name(answer: str):
    state, turn = play(at("booking", "name"), answer)
    assert (state.requested, turn.refused) == ("name", "name_needed")


@pytest.mark.parametrize(("typed", "meant"), [
    ("al underscore b at gmail dot com", "al_b@gmail.com"), ("john dot smith at gmail dot com", "john.smith@gmail.com"),
    ("jane at mail dot utoronto dot ca", "jane@mail.utoronto.ca"), ("jane at gmail.com", "jane@gmail.com"),
])
def test_an_address_that_is_spelled_out_is_offered_back_whole(typed: str, meant: str):
    _, turn = play(at("booking", "contact"), typed)
    assert turn.kind == "meant"
    assert play(at("booking", "contact"), typed, "yes")[0].shown()["contact"] == meant


@pytest.mark.parametrize("text", ["no wait it's .ca", "sorry its dot ca", ".ca not .com"])
def test_another_ending_mends_the_address_that_was_just_told(text: str):
    state, turn = play(at("booking", "contact"), "jane@yahoo.com", text)
    assert (state.shown()["contact"], state.requested) == ("jane@yahoo.ca", "times")
    assert [noted.how for noted in turn.noted] == ["changed"]


def test_a_name_is_told_better_at_the_next_step():
    state, _ = play(at("booking", "name"), "Jon", "sorry its John with an h")
    assert (state.shown()["name"], state.requested) == ("John", "contact")


@pytest.mark.parametrize(("thumb", "place", "after"), [("👍", "consent", "name"), ("👍🏽", "confirm", None), ("👎", "consent", None)])
def test_a_thumb_is_an_answer(thumb: str, place: str, after: str | None):
    state, turn = play(at("booking", place), thumb)
    assert state.requested == after
    assert turn.kind == ("cancelled" if thumb == "👎" else "done" if after is None else "ask")


def test_a_booking_in_one_breath_is_not_asked_again():
    state, turn = opened(text="book me in, Dana, 613-555-0142, mornings")
    assert [(noted.slot, noted.how) for noted in turn.noted] == [("contact", "also"), ("name", "also"), ("times", "also")]
    state, _ = play(state, "yes")
    assert (state.requested, state.shown()["name"], state.shown()["times"]) == ("note", "Dana", "mornings")


@pytest.mark.parametrize("text", ["call me, 613 555 0142, please, mornings", "hello, jane@example.ca, thanks"])
def test_a_list_without_a_name_gives_none(text: str):
    assert "name" not in opened(text=text)[0].shown()


def test_a_wish_to_book_with_an_address_in_it_is_a_booking():
    state, _ = opened("email", "my email is gina@example.ca can you book me in for next week")
    assert (state.kind, state.shown()["contact"]) == ("booking", "gina@example.ca")


@pytest.mark.parametrize("text", ["i need to reschedule my appointment", "I want to cancel my appt please"])
def test_what_is_wanted_with_an_appointment_that_there_is_reaches_the_clinic_as_a_note(text: str):
    state, turn = opened(text=text)
    assert state.shown()["note"] == text
    assert "I noted this too: Note:" in reply(state, turn)["text"]
    later, _ = play(at("booking", "name"), said("Can I move my Tuesday appointment to Friday?", "handoff:booking"))
    assert (later.requested, later.shown()["note"]) == ("name", "Can I move my Tuesday appointment to Friday?")


@pytest.mark.parametrize("text", ["is this confidential?", "who reads this?", "is my info safe", "will you sell my data?"])
@pytest.mark.parametrize("place", ["consent", "contact", "confirm"])
def test_who_reads_it_is_said_and_the_same_place_comes_back(text: str, place: str):
    before = at("booking", place)
    state, turn = play(before, said(text, "answer:safety"))
    assert (state.requested, turn.kind, turn.answers) == (place, "private", ())
    assert "Only the clinic reads your request" in reply(state, turn)["text"]


@pytest.mark.parametrize("text", ["delete my info", "please erase everything", "remove my data"])
def test_who_wants_it_deleted_is_out(text: str):
    state, turn = play(at("booking", "contact"), text)
    assert (turn.kind, state.shown()) == ("cancelled", {})


@pytest.mark.parametrize("place", ["consent", "question", "name"])
@pytest.mark.parametrize("text", ["you know what, cancel that", "never mind, I'll think on it"])
def test_who_leaves_in_other_words_is_out(text: str, place: str):
    state, turn = play(at("email", place), said(text, "smalltalk:deny"))
    assert (turn.kind, state.requested, state.shown()) == ("cancelled", None, {})


@pytest.mark.parametrize(("text", "label"), [
    ("I want to stop LDN, how", "not_covered"), ("please cancel my booking for Tuesday", "handoff:booking"),
    ("can I stop the patch first", "answer:opioids"), ("how do I cancel my subscription", "handoff:email"),
    ("cancel Tuesday's appointment please", "handoff:booking"), ("please don't send it to my husband", "handoff:email"),
])
def test_a_question_that_speaks_of_an_end_goes_to_the_clinic(text: str, label: str):
    state, _ = play(at("email", "question"), said(text, label))
    assert (state.requested, state.values["question"]) == ("times", text)


@pytest.mark.parametrize(("text", "kind"), [
    ("Sure, never mind the details", "email"), ("don't worry about it, go ahead", "email"),
    ("I don't do phone calls, jane@gmail.com", "email"), ("no, I'd rather book", "booking"),
])
def test_a_no_that_is_none_does_not_end_the_form(text: str, kind: str):
    state, _ = play(opened("email")[0], said(text, "handoff:booking" if kind == "booking" else "smalltalk:deny"))
    assert (state.requested is not None, state.kind) == (True, kind)


def test_what_the_classifier_takes_for_talk_is_read_as_an_answer():
    state, turn = play(at("booking", "contact"), said("idk", "smalltalk:feedback"))
    assert (state.requested, turn.refused, turn.answers) == ("contact", "contact_none", ())
    state, turn = play(at("booking", "times"), said("mornings ☀️", "smalltalk:greet"))
    assert (state.shown()["times"], turn.answers) == ("mornings ☀️", ())


def test_words_that_ask_for_nothing_else_leave_the_kind_as_it_is():
    state, _ = play(at("booking", "name"), said("please don't leave voicemail", "handoff:email"))
    assert state.kind == "booking"
    state, _ = play(replace(at("email", "name"), requested="question"), "gina@example.ca")
    assert (state.requested, state.shown()["contact"], "question" in state.shown()) == ("question", "gina@example.ca", False)


def test_a_number_that_is_spelled_out_is_read():
    state, _ = play(at("booking", "contact"), "my number is six one three five five five zero one four two")
    assert (state.shown()["contact"], state.requested) == ("+16135550142", "times")


def test_how_somebody_wants_to_be_reached_is_not_lost():
    state, turn = play(at("booking", "contact"), "my number is 613.967.1111 but only text please")
    assert (state.shown()["contact"], state.shown()["note"]) == ("+16139671111", "only text please")
    assert [(noted.slot, noted.how) for noted in turn.noted] == [("note", "also")]
    state, turn = play(at("booking", "times"), "text only pls")
    assert (state.requested, state.shown()["note"], "times" in state.shown()) == ("times", "text only pls", False)


@pytest.mark.parametrize("text", ["please don't leave voicemail", "do not call my work", "never before noon"])
def test_a_wish_in_the_note_is_no_empty_note(text: str):
    assert play(at("booking", "note"), text)[0].shown()["note"] == text


def test_more_about_an_appointment_is_added_to_the_note():
    state, _ = opened(text="i need to reschedule my appointment")
    state, _ = play(state, "yes", said("Can I move my Tuesday appointment to Friday?", "handoff:booking"))
    assert state.shown()["note"] == "i need to reschedule my appointment\nCan I move my Tuesday appointment to Friday?"


@pytest.mark.parametrize("text", ["email", "the email", "by phone", "jane@example.ca"])
def test_a_way_to_reach_somebody_is_no_time(text: str):
    state, _ = play(at("booking", "times"), text)
    assert (state.requested, "times" in state.shown()) == ("times", False)


@pytest.mark.parametrize(("text", "label"), [
    ("please tell them that i want to know if they have treated anyone like me", "smalltalk:feedback"),
    ("do you mail it to Kamloops?", "not_covered"),
])
def test_what_is_typed_at_the_name_and_is_a_question_for_the_clinic_is_kept_as_one(text: str, label: str):
    state, turn = play(at("email", "name"), said(text, label))
    assert (state.requested, state.shown()["question"]) == ("name", text)
    assert [(noted.slot, noted.how) for noted in turn.noted] == [("question", "taken")]
    state, _ = play(state, "Jen", "jen@example.ca")
    assert state.requested == "confirm"


def test_a_question_that_the_document_answers_is_answered_at_the_name_and_not_sent():
    state, turn = play(at("email", "name"), said("is it safe?", "answer:safety"))
    assert (state.requested, [entry["label"] for entry in turn.answers]) == ("name", ["answer:safety"])
    assert "question" not in state.shown()


def test_how_somebody_wants_to_be_reached_does_not_stand_for_the_question():
    state, _ = play(at("email", "contact"), "613.967.1111 but only text please")
    assert (state.requested, state.shown()["note"], "question" in state.shown()) == ("question", "only text please", False)


@pytest.mark.parametrize("text", ["ok i'll ring the pharmacy", "k gotta tie skates", "alright i will show her this"])
def test_an_ok_before_what_somebody_does_next_consents_to_nothing(text: str):
    state, _ = play(opened("email")[0], said(text, "smalltalk:bye"))
    assert not state.values.get("consent")


@pytest.mark.parametrize("text", ["actually i just want to ask a question", "I have a question instead"])
def test_a_question_in_place_of_a_booking_is_asked_for_whatever_the_classifier_says(text: str):
    state, turn = play(at("booking", "contact"), text)
    assert (state.kind, state.requested, turn.opening) == ("email", "question", True)


@pytest.mark.parametrize("text", ["actually forget it i'll write you from my laptop", "never mind dont send it, i'll ask the pharmacist"])
def test_a_request_is_dropped_in_the_visitors_own_words(text: str):
    for place in ("name", "contact", "confirm"):
        assert play(at("email", place), said(text, "handoff:email"))[1].kind == "cancelled"


def test_a_question_after_an_alright_is_no_consent_but_a_question():
    state, turn = play(opened("email")[0], said("alright, how much of it do people take", "answer:dose_range"))
    assert (state.requested, [entry["label"] for entry in turn.answers]) == ("consent", ["answer:dose_range"])


def test_who_wants_just_the_address_in_place_of_a_booking_gets_it():
    state, turn = play(opened("booking")[0], said("ok just the email then", "handoff:email"))
    assert (state.kind, state.requested, turn.opening) == ("email", "consent", True)


@pytest.mark.parametrize("text", ["great, send it over", "ok send 'er", "yes please send that"])
def test_who_says_send_at_the_times_gives_none(text: str):
    state, _ = play(at("booking", "times"), text)
    assert (state.values["times"], state.requested) == (None, "note")


@pytest.mark.parametrize("text", ["please have somebody call me back", "ok get someone to write to me about it"])
def test_who_wants_somebody_to_come_back_to_them_consents(text: str):
    assert play(opened("email")[0], said(text, "handoff:email"))[0].values["consent"]


def test_a_correction_of_the_surname_keeps_the_first_name():
    state, _ = play(at("email", "confirm"), "one correction, change my surname to O'Dell")
    assert (state.requested, state.values["name"].split()[1:]) == ("confirm", ["O'Dell"])


def test_a_question_without_its_mark_in_place_of_the_address_is_answered():
    state, turn = play(at("email", "contact"), Message("oh and which country was it with all the people on it", None,
                                                       ({"label": "answer:long_term", "score": 0.97},)))
    assert (state.requested, [entry["label"] for entry in turn.answers]) == ("contact", ["answer:long_term"])


def test_who_says_goodbye_consents_to_nothing():
    assert play(opened("email")[0], said("ok thanks, bye", "smalltalk:bye"))[1].kind == "cancelled"


@pytest.mark.parametrize(("text", "asked"), [
    ("can somebody ring me, then?", "name"), ("put me through to whoever knows", "name"),
    ("please don't have someone call me", "consent"), ("do not let anyone call me", "consent"),
    ("i never asked to have someone call me", "consent"),
])
def test_the_wish_said_once_more_is_the_consent_and_its_denial_is_none(text: str, asked: str):
    assert play(opened()[0], said(text, "handoff:booking"))[0].requested == asked


@pytest.mark.parametrize("text", ["so you don't know. then no, forget the appointment",
                                  "on reflection, no. leave it, i shall write a letter"])
def test_who_leaves_at_the_name_is_not_called_so(text: str):
    state, turn = play(opened()[0], "yes", text)
    assert (state.requested, turn.kind) == (None, "cancelled")


def test_small_talk_is_no_name():
    assert play(opened()[0], "yes", said("ok thanks. shouldn't yell at a machine", "smalltalk:thanks"))[0].requested == "name"


@pytest.mark.parametrize("text", ["leave it as it is", "leave it like that"])
def test_what_is_to_stay_as_it_is_is_not_given_up(text: str):
    assert play(at("booking", "confirm"), text)[0].requested == "confirm"


@pytest.mark.parametrize(("text", "name"), [
    ("Marlene Kowalchuk", "Marlene Kowalchuk"), ("yes, Theo Lavallee", "Theo Lavallee"), ("ok. Jean-Marc", "Jean-Marc"),
    ("yeah do that. im Nadine", "Nadine"), ("J. Lindqvist", "J. Lindqvist"),
    ("it's for both of us, Kim and Andre Boucher", "Kim and Andre Boucher"),
])
def test_a_name_in_place_of_the_consent_or_beside_it_is_written_down(text: str, name: str):
    state, _turn = play(opened()[0], text)
    assert (state.values.get("name"), state.requested) == (name, "contact")


@pytest.mark.parametrize("text", ["Sounds Good", "Absolutely", "Maybe Later", "Interesting", "I'm Tired", "Hmm", "Perfect"])
def test_what_only_begins_with_a_capital_is_nobodys_name(text: str):
    assert "name" not in play(opened()[0], text)[0].values


def test_a_name_a_way_and_a_time_in_one_breath():
    state, _ = play(opened()[0], "yes Jean-Marc Tremblay jm.tremblay@example.com monday or wed morning")
    assert state.shown() | {"form": ""} == {
        "kind": "booking", "form": "", "consent": True, "name": "Jean-Marc Tremblay", "contact_kind": "email",
        "contact": "jm.tremblay@example.com", "times": "monday or wed morning"}
    state, _ = play(state, "whoops .ca not .com")
    assert (state.values["contact"]["value"], state.requested) == ("jm.tremblay@example.ca", "note")


def test_a_place_in_the_opening_is_no_name():
    assert "name" not in opened(text="Kelowna, BC. I'd like to book")[0].values


def test_a_day_told_with_an_ok_at_the_summary_changes_it_and_sends_nothing():
    state, _ = play(at("booking", "confirm"), "ok say any day")
    assert (state.requested, state.values["times"]) == ("confirm", "any day")


@pytest.mark.parametrize("place", ["times", "note"])
def test_a_mere_yes_is_no_time_and_no_note(place: str):
    for text in ("yes", "yes that's it")[:1 if place == "note" else 2]:
        assert play(at("booking", place), text)[0].requested == place


def test_the_screening_asked_for_in_the_middle_goes_first_and_the_request_is_taken_up_where_it_was():
    wish = said("can you check first if ldn is even ok for me before i waste people's time", "screening")
    state, turn = play(at("booking", "times"), wish)
    assert (state.requested, turn.kind, reply(state, turn)["outcomes"]) == (None, "put_aside", ["handoff:cancelled"])
    state, turn = opened(before=state, screening=SCREENING, pass_on="screening")
    assert (state.requested, turn.opening, state.pass_on) == ("times", True, True)
    assert state.shown()["name"] == "Jane Roe"
    sent, turn = play(state, "mornings", "no", "yes, send it")
    assert (turn.kind, sent.shown()["screening"]) == ("done", SCREENING)


@pytest.mark.parametrize("text", ["is ldn right for me", "am i a candidate with my liver"])
def test_at_the_question_what_is_typed_is_the_question(text: str):
    state, turn = play(at("email", "question"), said(text, "screening"))
    assert (turn.kind, state.values["question"]) == ("ask", text)


@pytest.mark.parametrize(("text", "note"), [
    ("ok i use a wheelchair", "ok i use a wheelchair"), ("yes that's all correct", None), ("yes go", None)])
def test_a_yes_at_the_note_leaves_it_empty_only_where_it_says_nothing_else(text: str, note: str | None):
    state, _ = play(at("booking", "note"), text)
    assert (state.requested, state.values["note"]) == ("confirm", note)


@pytest.mark.parametrize("text", ["ok but please ask for the doctor with the accent", "sure i use a wheelchair by the way"])
def test_a_yes_that_tells_more_sends_nothing_yet(text: str):
    assert play(at("booking", "confirm"), text)[0].requested == "confirm"


def test_a_question_at_the_note_goes_to_the_clinic_and_is_told_what_the_document_is_silent_on():
    state, turn = play(at("booking", "note"), said("do you even do saturdays?", "not_covered"))
    assert (state.values["note"], [entry["label"] for entry in turn.answers]) == (
        "do you even do saturdays?", ["not_covered"])


def test_who_wants_to_think_leaves():
    assert play(at("booking", "contact"), "actually lemme think on it. no")[1].kind == "cancelled"


def test_an_illness_in_place_of_the_consent_is_nobodys_name():
    assert "name" not in play(opened()[0], said("Fibromyalgia", "answer:condition_listed"))[0].values


def test_what_is_told_while_a_request_is_taken_up_is_noted_too():
    state, _ = play(at("booking", "contact"), said("can you check first if it suits me", "screening"))
    state, _ = opened(before=state, text="ok book me now, jane@example.ca")
    assert (state.requested, state.values["contact"]["value"]) == ("times", "jane@example.ca")


def test_who_wants_to_ask_somebody_first_has_nothing_sent():
    text = "wait. I should ask him first before you send this. don't send"
    assert play(at("booking", "confirm"), said(text, "not_covered"))[1].kind == "cancelled"


def test_a_name_that_is_spelled_out_is_the_name():
    assert play(at("booking", "name"), "Gordon Oakes O A K E S")[0].values["name"] == "Gordon Oakes"


def test_who_passes_it_on_to_somebody_has_not_consented():
    assert "consent" not in play(opened("email")[0], said("ok I'll tell her, thank you", "smalltalk:thanks"))[0].values


@pytest.mark.parametrize(("place", "text", "field"), [
    ("name", "Dana Frost. actually can you check first whether ldn would suit me", "name"),
    ("contact", "dana@example.ca, but check first if it suits me", "contact"),
])
def test_what_is_told_beside_the_wish_for_the_screening_is_kept(place: str, text: str, field: str):
    state, turn = play(at("booking", place), said(text, "screening"))
    assert (turn.kind, field in state.values) == ("put_aside", True)
