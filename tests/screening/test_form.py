"""The steps of the form without Rasa: from a state and a message to the next state and what to say."""

from __future__ import annotations

from typing import Any

import pytest

from bot.form.hearing import Message
from bot.form.turn import Turn
from bot.screening.form import open_form, step
from bot.screening.people import is_ones_own_case
from bot.screening.state import State, from_slots, to_slots
from tests.screening.interruptions import CORRECTION, ENDS, GOES_ON, STAYS, STEPS

START = {"outcome": "screening"}


def said(text: str, *labels: str) -> Message:
    return Message(text, None, tuple({"label": label, "score": 0.9} for label in labels))


def pressed(**choice: Any) -> Message:
    return Message("", {"outcome": "screening:answer", **choice})


def play(*messages: Message | str, opening: Message | None = None) -> tuple[State, Turn]:
    state, turn = open_form(State(), opening or Message("", START))
    for message in messages:
        # Between two turns the state lives in Rasa's slots.
        state = from_slots(to_slots(state))
        state, turn = step(state, said(message) if isinstance(message, str) else message)
    return state, turn


def at(slot: str) -> list[str]:
    return [GOES_ON[before] for before in STEPS[:STEPS.index(slot)]]


def test_the_longest_straight_path_takes_eight_messages_of_the_visitor():
    state, turn = play(*GOES_ON.values())
    assert (turn.kind, 1 + len(GOES_ON)) == ("done", 8)
    assert state.result == "flagged"


def test_only_four_plain_noes_come_to_no_flag():
    assert play("yes", "no", "no", "no", "no", "fatigue", "yes")[0].result == "no_flag"
    for place in range(4):
        answers = ["no"] * 4
        answers[place] = "prefer not to say"
        assert play("yes", *answers, "fatigue", "yes")[0].result == "flagged"


@pytest.mark.parametrize("slot", STEPS)
@pytest.mark.parametrize("interruption", STAYS, ids=lambda entry: entry.name)
def test_after_an_interruption_the_same_question_comes_and_nothing_is_lost(slot: str, interruption: Any):
    before, _ = play(*at(slot))
    message = Message(interruption.text, interruption.choice,
                      ({"label": interruption.also or "unreadable", "score": 0.9},))
    state, turn = step(before, message)
    assert (state.requested, dict(state.values)) == (slot, dict(before.values))
    assert [entry["label"] for entry in turn.answers] == ([interruption.also] if interruption.also else [])


@pytest.mark.parametrize("slot", STEPS[2:])
def test_an_earlier_answer_is_corrected_at_every_later_step(slot: str):
    before, _ = play(*at(slot))
    state, turn = step(before, said(CORRECTION.text, "answer:opioids"))
    assert (state.requested, dict(state.values)) == (slot, {**before.values, **dict(CORRECTION.changes)})
    assert [noted.how for noted in turn.noted] == ["changed"]


@pytest.mark.parametrize("slot", STEPS)
@pytest.mark.parametrize("ending", ENDS, ids=lambda entry: entry.name)
def test_the_form_can_be_cancelled_at_every_step_and_then_knows_nothing(slot: str, ending: Any):
    before, _ = play(*at(slot))
    state, turn = step(before, Message(ending.text, ending.choice))
    assert (turn.kind, state.requested, dict(state.values)) == ("cancelled", None, {})


@pytest.mark.parametrize("slot", STEPS[1:6])
def test_skip_is_declined(slot: str):
    assert play(*at(slot), "skip")[0].values[slot] == "declined"


@pytest.mark.parametrize("slot", STEPS[1:5])
def test_what_fits_nothing_is_asked_again_once_then_offered_then_unsure_for_now(slot: str):
    lost = said("purple elephants", "out_of_scope")
    kinds = [play(*at(slot), *[lost] * times)[1].kind for times in (1, 2)]
    state, turn = play(*at(slot), lost, lost, lost)
    assert kinds == ["again", "offer"]
    assert (state.values[slot], state.requested) == ("unsure", STEPS[STEPS.index(slot) + 1])
    assert turn.noted[0].how == "for_now"


def test_everything_in_the_opening_message_is_taken_and_not_asked_again():
    opening = said("could it be for me? I'm 34, nursing, no meds, hashimoto's", "screening")
    state, _ = play("yes", opening=opening)
    assert state.values == {"consent": "yes", "opioid_use": "no", "pregnant_or_breastfeeding": "yes",
                            "condition": ["Hashimoto's thyroiditis"]}
    assert state.requested == "liver_disease"


def test_a_condition_of_someone_else_is_asked_about_once():
    asked, turn = play(*at("condition"), "my sister has lupus")
    assert (turn.kind, asked.requested, "condition" in asked.values) == ("other", "condition", False)
    assert step(asked, said("lupus"))[0].values["condition"] == ["lupus"]


@pytest.mark.parametrize("slot", [*STEPS[STEPS.index("pregnant_or_breastfeeding"):]])
@pytest.mark.parametrize("text", ["just a T3 when my knee acts up", "i do take a T3 sometimes", "no, only t3s on bad days"])
def test_a_t3_after_a_no_to_opioids_is_asked_about_before_the_no_stands(slot: str, text: str):
    steps = [*at(slot)]
    steps[STEPS.index("opioid_use")] = "no"
    state, turn = play(*steps, text)
    assert (state.requested, turn.kind) == ("opioid_use", "t3")
    state, _ = step(from_slots(to_slots(state)), said("the one with codeine"))
    assert state.values["opioid_use"] == "yes"
    assert state.requested == next(one for one in (*STEPS, "confirm") if one not in state.values)


@pytest.mark.parametrize("text", [
    "I grow dahlias. could ldn suit me", "methadone 11 yrs, never going off. could it be for me?",
    "was on suboxone, clean 3 yrs now. right for me?", "could my husband's oxy be a problem if i take ldn",
    "they say LDN is a narcotic in disguise. could it be for me", "synthroid 88 mcg and lyrica. right for me?",
    "my wife is pregnant and i have lupus, is ldn for me", "I want LDN for the itching. am I a candidate",
    "hives every day for a year. could LDN be for me", "pregabalin for my legs. am I a candidate",
])
def test_what_the_opening_does_not_plainly_tell_is_asked(text: str):
    state, _ = play(opening=said(text, "screening"))
    told = set(state.values) - {"condition"}
    assert not told, dict(state.values)


@pytest.mark.parametrize(("text", "value"), [
    ("I'm on percocet, could ldn suit me", "yes"), ("52, no opioids, lupus. do i fit", "no"),
    ("on methadone, 5 years clean. am I a candidate", "yes"), ("Suboxone patient, 3 yrs clean. right for me?", "yes"),
])
def test_an_opioid_or_none_that_the_opening_plainly_tells_is_not_asked(text: str, value: str):
    state, _ = play(opening=said(text, "screening"))
    assert state.values["opioid_use"] == value


@pytest.mark.parametrize("text", ["yes pregnant still", "I'm pregnant yes", "pregnant, like I said", "the lupus like i said"])
def test_what_is_said_again_answers_nothing_else(text: str):
    opening = said("I'm pregnant and I have lupus, could it be for me", "screening")
    state, _ = play("yes", "no", opening=opening)
    assert state.requested == "liver_disease"
    state, turn = step(state, said(text, "answer:condition_listed"))
    assert (state.requested, turn.kind, turn.answers) == ("liver_disease", "ask", ())
    assert "liver_disease" not in state.values


def test_a_condition_that_is_said_again_at_the_summary_is_no_question():
    state, _ = play("yes", "no", "no", "no", "no", "lupus")
    state, turn = step(state, said("lupus, like I said", "answer:condition_listed"))
    assert (state.requested, turn.kind, turn.answers) == ("confirm", "ask", ())


def test_a_yes_to_the_summary_is_no_condition():
    assert "condition" not in play(*at("condition"), "yes that's right")[0].values


def test_two_conditions_take_the_place_of_a_vague_one():
    state, _ = play("yes", "no", "no", "no", "no", "two autoimmune things", "vitiligo and hashimotos")
    assert state.values["condition"] == ["vitiligo", "Hashimoto's thyroiditis"]


def test_a_t3_in_the_opening_leaves_the_opioid_question_open():
    state, _ = play(opening=said("could it suit me? no meds, just a T3 when my knee acts up"))
    assert "opioid_use" not in state.values


@pytest.mark.parametrize("text", ["my T3 and T4 are off", "I take a T3 for my thyroid", "no T3s", "low T3 and tired"])
def test_a_t3_of_the_thyroid_or_none_opens_nothing(text: str):
    state, turn = play("yes", "no", "no", "no", "no", text)
    assert (state.values["opioid_use"], turn.kind) == ("no", "ask")


@pytest.mark.parametrize(("answer", "value"), [("the codeine one", "yes"), ("thyroid", "no"), ("hm no idea", "unsure")])
def test_t3_is_asked_about_once(answer: str, value: str):
    asked, turn = play("yes", "just a T3 when my knee acts up")
    assert (turn.kind, asked.requested, "opioid_use" in asked.values) == ("t3", "opioid_use", False)
    state, _ = step(asked, said(answer))
    assert (state.values["opioid_use"], state.requested) == (value, "pregnant_or_breastfeeding")


@pytest.mark.parametrize(("answer", "value"), [("no", "no"), ("it's for her", "yes"), ("I am too", "yes")])
def test_someone_elses_pregnancy_is_asked_about(answer: str, value: str):
    asked, turn = play("yes", "no", "my daughter is expecting")
    assert (turn.kind, asked.requested) == ("other", "pregnant_or_breastfeeding")
    assert step(asked, said(answer))[0].values["pregnant_or_breastfeeding"] == value


def test_a_no_that_names_an_opioid_is_a_yes_and_said_so():
    state, turn = play("yes", "no i take tramadol")
    assert state.values["opioid_use"] == "yes"
    assert [(noted.how, noted.name) for noted in turn.noted] == [("against", "tramadol")]


@pytest.mark.parametrize(("text", "slot", "value"), [
    ("sorry, I meant yes", "liver_disease", "yes"),
    ("change opioids to yes", "opioid_use", "yes"),
    ("actually I'm pregnant", "pregnant_or_breastfeeding", "yes"),
    ("oh I forgot, I take suboxone", "opioid_use", "yes"),
    ("the liver one should be not sure", "liver_disease", "unsure"),
    ("whoops I meant yes for the liver, wrong key", "liver_disease", "yes"),
    ("change that first one please, i do take some", "opioid_use", "yes"),
    ("oh. the surgeon gave me percocet and I'm still on it, I guess that counts?", "opioid_use", "yes"),
    ("hm, the tramacet I take at night, is that one of them??", "opioid_use", "yes"),
])
def test_an_answer_is_corrected_in_any_words(text: str, slot: str, value: str):
    state, _ = play("yes", "no", "no", "no", text)
    assert (state.values[slot], state.requested) == (value, "naltrexone_allergy")


@pytest.mark.parametrize("text", [
    "should I take tramadol with it?", "is the codeine I used to take a problem?", "can you be on percocet?",
    "what if I need morphine after surgery?",
])
def test_a_medicine_that_is_only_asked_about_changes_no_answer(text: str):
    state, _ = play("yes", "no", "no", said(text, "answer:opioids"))
    assert state.values["opioid_use"] == "no"


@pytest.mark.parametrize(("slot", "text", "value"), [
    ("pregnant_or_breastfeeding", "the mare is, I'm not", "no"),
    ("pregnant_or_breastfeeding", "ha. no i'm not", "no"),
    ("pregnant_or_breastfeeding", "My husband is laughing. no", "no"),
    ("pregnant_or_breastfeeding", "that's none of a machine's business", "declined"),
    ("liver_disease", "fit as a fiddle", "no"),
    ("liver_disease", "mine is in fine order", "no"),
    ("liver_disease", "hep c, treated, but the scarring is still there", "yes"),
    ("naltrexone_allergy", "no, don't think so", "no"),
    ("naltrexone_allergy", "i don't believe so, nope", "no"),
    ("condition", "the sjogren", ["Sjogren's syndrome"]),
    ("pregnant_or_breastfeeding", "i'm a man, next", "no"),
    ("pregnant_or_breastfeeding", "heavens no, she is twelve", "no"),
    ("naltrexone_allergy", "no to that one. it's latex that brings me out in hives", "no"),
    ("liver_disease", "please skip the liver question too", "declined"),
])
def test_an_answer_in_passing_is_heard(slot: str, text: str, value: Any):
    state, _ = play(*at(slot), text)
    assert state.values[slot] == value


@pytest.mark.parametrize(("slot", "text", "told"), [
    ("liver_disease", "no liver trouble and no allergies but penicillin",
     {"liver_disease": "no", "naltrexone_allergy": "no"}),
    ("liver_disease", "liver's good, allergic to nothing but cats", {"liver_disease": "no", "naltrexone_allergy": "no"}),
    ("opioid_use", "no drug allergies", {"naltrexone_allergy": "no"}),
    ("opioid_use", "none. n/a on pregnancy (male) and liver tests were normal",
     {"opioid_use": "no", "pregnant_or_breastfeeding": "no", "liver_disease": "no"}),
    ("pregnant_or_breastfeeding", "my liver is in order", {"opioid_use": "no", "liver_disease": "no"}),
])
def test_what_is_said_of_another_question_answers_that_one(slot: str, text: str, told: dict[str, str]):
    state, _ = play(*at(slot), text)
    before = {one: state.values.get(one) for one in STEPS[1:STEPS.index(slot)]}
    assert {one: value for one, value in state.values.items() if one != "consent"} == {**before, **told}


@pytest.mark.parametrize("text", ["n what about side effects", "n do i need a prescription or is it at the drugstore"])
def test_n_before_a_question_is_no_no(text: str):
    state, turn = play("yes", said(text, "answer:side_effects"))
    assert (state.requested, state.values.get("opioid_use")) == ("opioid_use", None)
    assert turn.answers


def test_a_test_that_was_waited_for_settles_the_pregnancy():
    state, _ = play("yes", "no", "period is late so not sure", "no", "no", "fatigue", "ok just tested. it's negative, phew")
    assert (state.values["pregnant_or_breastfeeding"], state.requested) == ("no", "confirm")


def test_an_allergy_that_was_another_medicines_is_taken_back():
    state, _ = play("yes", "no", "no", "no", "yes, hives", "fatigue",
                    "wrong, that was naproxen. naltrexone I've never had any trouble with")
    assert state.values["naltrexone_allergy"] == "no"


def test_why_about_another_question_is_answered_with_what_the_document_says_to_it():
    _, turn = play("yes", "no", "nursing", "no", "why do you care about the nursing")
    assert [entry["label"] for entry in turn.answers] == ["answer:pregnancy_breastfeeding"]


@pytest.mark.parametrize(("text", "told"), [
    ("not on opioids", {"opioid_use": "no"}), ("no opioids", {"opioid_use": "no"}), ("my liver? no trouble at all", {"liver_disease": "no"}),
    ("well I have a cough syrup with codeine, on it since Monday", {"opioid_use": "yes"}),
])
def test_whoever_answers_the_questions_lets_them_be_asked(text: str, told: dict[str, str]):
    state, _ = play(text)
    assert state.values == {"consent": "yes", **told}
    assert state.requested == next(one for one in STEPS[1:] if one not in told)


@pytest.mark.parametrize("text", ["no, i take tramadol", "i'm nursing and rather not", "i take codeine, is that a problem?"])
def test_what_is_told_beside_a_refusal_or_a_question_is_no_consent(text: str):
    state, _ = play(said(text, "answer:opioids"))
    assert state.requested in ("consent", None)
    assert "consent" not in state.values


@pytest.mark.parametrize("text", ["yes she's right here beside me", "yep, he is nodding", "yes he told me to ask"])
def test_a_yes_that_chats_is_consent(text: str):
    state, _ = play(text, opening=said("could it be right for my wife", "screening"))
    assert state.values["consent"] == "yes"


def test_what_the_opening_tells_of_another_person_is_taken_for_them():
    state, _ = play(opening=said("asking for my wife, she has lupus and takes percocet. could it suit her", "screening"))
    assert (state.values["condition"], state.values["opioid_use"]) == (["lupus"], "yes")


def test_an_allergy_and_a_time_in_the_opening_are_taken_as_they_were_told():
    opening = "naltrexone 50 for drinking gave me hives, allergist says a true allergy. could the low dose be for me"
    assert open_form(State(), said(opening, "screening"))[0].values == {"naltrexone_allergy": "yes"}
    opening = "so i got off methadone in like... 2 weeks ago?? is this a thing i could do now. pain everywhere still"
    assert open_form(State(), said(opening, "screening"))[0].values == {"opioid_use": "unsure"}


def test_a_condition_beside_the_wish_to_know_is_told_and_not_asked_about():
    listed = {"label": "answer:condition_listed", "condition": "Graves' disease", "score": 0.9}
    opening = Message("think i could benefit?? graves disease, thyroid removed", None,
                      ({"label": "screening", "score": 0.9}, listed))
    state, turn = play(opening=opening)
    assert (state.values["condition"], turn.answers) == (["Graves' disease"], ())
    opening = Message("does it help graves disease? and could it be for me", None, opening.outcomes)
    assert play(opening=opening)[1].answers == (listed,)


@pytest.mark.parametrize("slot", STEPS)
@pytest.mark.parametrize("text", ["what happens with my answers?", "who sees this", "will my husband find out about it"])
def test_who_reads_it_is_said_and_the_same_question_comes(slot: str, text: str):
    state, turn = play(*at(slot), said(text, "out_of_scope"))
    assert (state.requested, turn.kind, turn.answers) == (slot, "private", ())


def test_a_yes_to_the_offer_after_an_answer_takes_what_its_question_told():
    told = "still nursing my baby, hashimotos. is it an option for someone like me"
    state, turn = open_form(State(), said("yes", "screening"), told)
    assert state.values == {"pregnant_or_breastfeeding": "yes", "condition": ["Hashimoto's thyroiditis"]}
    assert turn.opening
    pressed_it = Message("Could it be right for me?", START, ({"label": "screening", "score": 1.0},))
    assert open_form(State(), pressed_it, told)[0].values == state.values
    assert not open_form(State(), said("could it be for me", "screening"), "does it help lupus")[0].values
    assert not open_form(State(), pressed_it, "what does it cost")[0].values


@pytest.mark.parametrize(("text", "own"), [
    ("I'm on suboxone, is it possible for me", True), ("still nursing. is it an option for someone like me", True),
    ("can i take it with percocet", False), ("does it help lupus", False), ("can my mom take it", False),
    ("is it safe with my tramadol", False),
])
def test_a_question_about_ones_own_case_tells_something_and_asks_for_oneself(text: str, own: bool):
    assert is_ones_own_case(text) is own


def test_what_names_another_question_is_not_taken_as_an_answer_to_this_one():
    state, _ = play("yes", "none of your business", "no", "fine, about the opioid thing, I don't take any")
    assert (state.values["opioid_use"], state.requested) == ("no", "liver_disease")
    assert "liver_disease" not in state.values


def test_a_name_that_follows_a_vague_answer_clears_it_up():
    state, _ = play("yes", "painkillers", "the ones from my pain clinic", "hydromorph contin 6mg")
    assert state.values["opioid_use"] == "yes"


def test_the_thyroids_t3_beside_no_pain_meds_is_a_no():
    state, _ = play("yes", "T3 every morning", "cytomel, for my thyroid. no pain meds")
    assert state.values["opioid_use"] == "no"


def test_a_hope_in_the_opening_is_no_wish_for_a_child():
    state, _ = open_form(State(), said("I'm 70, male, no opioids, hoping LDN could help my fibromyalgia"))
    assert state.values["pregnant_or_breastfeeding"] == "no"


def test_an_old_button_changes_its_own_answer_and_the_place_stays():
    state, _ = play("yes", "no", "no", pressed(slot="opioid_use", value="yes"))
    assert (state.values["opioid_use"], state.requested) == ("yes", "liver_disease")


def test_a_change_button_of_the_summary_asks_that_question_and_comes_back():
    state, _ = play(*at("confirm"), Message("", {"outcome": "screening:change", "slot": "liver_disease"}))
    assert state.requested == "liver_disease"
    assert step(state, said("no"))[0].requested == "confirm"


@pytest.mark.parametrize(("answer", "save", "asked"), [("go on without saving", False, "opioid_use"),
                                                       ("yes", None, "opioid_use"), ("no thanks", None, None)])
def test_consent_is_yes_or_without_saving_or_no(answer: str, save: bool | None, asked: str | None):
    state, _ = play(answer)
    assert (state.save, state.requested) == (save, asked)


def test_a_consent_is_asked_for_in_fewer_words_after_each_question_in_its_place():
    question = said("how much does it cost?", "answer:cost")
    button = Message("", {"outcome": "answer:cost"}, ({"label": "answer:cost", "score": 1.0},))
    for asked in ([question], [button], [question] * 5):
        state, turn = play(*asked)
        assert (state.requested, turn.kind) == ("consent", "again")
        assert [entry["label"] for entry in turn.answers] == ["answer:cost"]


def test_small_talk_over_the_summary_does_not_end_it():
    state, _ = play(*at("confirm"), "haha", "phew", "banana", "lol ok then")
    assert state.requested == "confirm" or state.is_done


@pytest.mark.parametrize(("answer", "value"), [
    ("I'm seventy, dear", "no"), ("im 72", "no"), ("I'm fifty eight", "no"), ("I'm 70% sure I'm pregnant", "yes or unsure"),
    ("I am ninety percent sure I'm pregnant", "yes or unsure"), ("maybe, I'm nearly sixty days late", "unsure"),
])
def test_an_age_answers_the_pregnancy_question_and_a_measure_does_not(answer: str, value: str):
    state, _ = play(*at("pregnant_or_breastfeeding"), answer)
    assert state.values["pregnant_or_breastfeeding"] in value.split(" or ")


def test_a_dose_in_words_is_no_age():
    assert "pregnant_or_breastfeeding" not in play(*at("opioid_use"), "I take sixty mg of codeine")[0].values


def test_a_wish_to_come_in_is_heard_before_any_consent():
    state, turn = play(said("ok then I'd like to come in", "handoff:booking"))
    assert (state.requested, [entry["label"] for entry in turn.answers]) == ("consent", ["handoff:booking"])


def test_a_forged_value_of_a_button_changes_nothing():
    state, _ = play("yes", pressed(slot="opioid_use", value="maybe"), pressed(slot="requested_slot", value="yes"))
    assert (dict(state.values), state.requested) == ({"consent": "yes"}, "opioid_use")


def test_after_the_end_the_summary_can_be_deleted():
    done, _ = play(*GOES_ON.values())
    state, turn = open_form(done, Message("", {"outcome": "screening:delete"}))
    assert (turn.kind, dict(state.values), state.requested) == ("deleted", {}, None)


@pytest.mark.parametrize("text", ["define narcotic", "idk what's an opioid", "what does opioid mean, i don't know the word"])
def test_who_does_not_know_the_word_is_told_and_has_answered_nothing(text: str):
    state, turn = play("yes", text)
    assert (state.requested, turn.kind, "opioid_use" in state.values) == ("opioid_use", "clear", False)


@pytest.mark.parametrize("slot", STEPS[1:6])
def test_a_yes_please_takes_an_offer_and_answers_nothing(slot: str):
    state, _ = play(*at(slot), "yes please")
    assert (state.requested, slot in state.values) == (slot, False)


def test_a_pregnancy_that_was_lost_is_none():
    state, _ = play("yes", opening=said("could ldn be right for me? lupus here, and we lost our baby in may"))
    assert "pregnant_or_breastfeeding" not in state.values
    state, _ = play(*at("liver_disease"), "no", "i just said i lost it. not pregnant")
    assert state.values["pregnant_or_breastfeeding"] == "no"


def test_an_answer_that_comes_late_settles_the_question_that_was_left_open():
    state, _ = play("yes", "not sure", "ah ok, no, only naproxen and plain tylenol")
    assert state.values["opioid_use"] == "no"
    assert (state.requested, "pregnant_or_breastfeeding" in state.values) == ("pregnant_or_breastfeeding", False)


def test_what_is_taken_as_asked_about_at_the_summary_changes_the_answer():
    state, _ = play(*at("confirm"), "hm do perks count? i have one now and then")
    assert (state.values["opioid_use"], state.requested) == ("yes", "confirm")


def test_what_corrects_an_earlier_answer_is_no_condition():
    state, _ = play(*at("condition"), "oh and the tylenol 3 i stopped two weeks ago, please change that")
    assert (state.values["opioid_use"], state.requested) == ("unsure", "condition")


def test_who_read_the_label_aloud_is_not_who_takes_it():
    state, _ = play(*at("liver_disease"), "wait, my wife just read me the label, it has codeine in it. i take it nightly")
    assert state.values["opioid_use"] == "yes"


@pytest.mark.parametrize(("text", "asked"), [
    ("he's on speaker, ask away", "opioid_use"), ("alright but quick, my bus is coming", "opioid_use"),
    ("ok i'll ring my sister first", "consent"), ("ok thanks anyway", None), ("not yet", None),
])
def test_an_ok_in_the_consents_place_is_a_yes_only_where_it_agrees(text: str, asked: str | None):
    assert play(text)[0].requested == asked


def test_what_another_person_wants_to_know_is_a_question_and_no_condition():
    opening = said("could my mum take ldn?")
    message = said("she wants to know if her hydromorphone means the answer is no", "answer:opioids")
    state, turn = play("yes", "she takes hydromorphone", "no", "no", "no", message, opening=opening)
    assert (state.requested, [entry["label"] for entry in turn.answers]) == ("condition", ["answer:opioids"])


def test_an_allergy_to_something_else_beside_none_to_naltrexone_is_none():
    state, _ = play(*at("pregnant_or_breastfeeding"), "penicillin gave me hives once, but i have no allergy to naltrexone")
    assert state.values["naltrexone_allergy"] == "no"


def test_whether_ldn_is_a_narcotic_is_asked_about_ldn():
    _, turn = play(said("is it a narcotic or just a plain pill?", "answer:addictive_or_controlled"))
    assert [entry["label"] for entry in turn.answers] == ["answer:addictive_or_controlled"]


@pytest.mark.parametrize("text", [
    "looks right, but my answer about the liver should be changed", "all good except that you have the wrong condition there",
])
def test_a_summary_that_is_only_partly_right_is_not_confirmed(text: str):
    state, turn = play(*at("confirm"), text)
    assert (state.requested is not None, turn.kind == "done") == (True, False)


@pytest.mark.parametrize(("slot", "text", "values"), [
    ("pregnant_or_breastfeeding", "m52 so no. liver good, bloods done in may",
     {"pregnant_or_breastfeeding": "no", "liver_disease": "no"}),
    ("liver_disease", "liver's sound, and no allergies except to mondays",
     {"liver_disease": "no", "naltrexone_allergy": "no"}),
])
def test_two_answers_in_one_message_are_both_taken(slot: str, text: str, values: dict[str, str]):
    state, _ = play(*at(slot), text)
    assert {name: state.values.get(name) for name in values} == values


def test_an_answer_beside_a_question_is_taken_and_only_the_question_answered():
    message = said("my liver is alright. now what is that naltrexone?", "answer:liver_disease", "answer:what_is_ldn")
    state, turn = play(*at("liver_disease"), message)
    assert (state.values["liver_disease"], [entry["label"] for entry in turn.answers]) == ("no", ["answer:what_is_ldn"])


def test_the_name_of_a_question_tells_nothing():
    before = [*at("confirm")[:2], "rather not say", *at("confirm")[3:]]
    state, _ = play(*before, "hm, the pregnancy one. ok it's a no")
    assert state.values["pregnant_or_breastfeeding"] == "no"
    state, _ = play(*at("confirm"), "hang on the liver part. never heard back after the scan. make it not sure")
    assert (state.values["liver_disease"], state.requested) == ("unsure", "confirm")
    message = said("one thing before the liver one, is it harmful to a baby?", "answer:liver_disease",
                   "answer:pregnancy_breastfeeding")
    _, turn = play(*at("liver_disease"), message)
    assert [entry["label"] for entry in turn.answers] == ["answer:pregnancy_breastfeeding"]


def test_whose_check_it_is_shows_in_the_opening():
    for opening in ("i wonder if my wife should go on it", "my mom has lupus, is ldn something she could take"):
        state, _ = play("yes", "she takes percocet at night", opening=said(opening, "screening"))
        assert state.values["opioid_use"] == "yes"


def test_a_condition_told_at_another_question_is_kept():
    state, turn = play(*at("naltrexone_allergy"), said("psoriasis, mostly my elbows", "answer:condition_listed"))
    assert (state.values["condition"], state.requested, turn.answers) == (["psoriasis"], "naltrexone_allergy", ())


def test_an_opioid_in_a_question_that_says_it_is_taken_is_an_answer():
    state, turn = play(*at("opioid_use"), said("there's this patch i put on every week, butrans? is it one of those",
                                               "answer:opioids"))
    assert (state.values["opioid_use"], [entry["label"] for entry in turn.answers]) == ("yes", ["answer:opioids"])


def test_no_medicines_told_beside_a_babys_age_are_none():
    state, _ = play("yes", opening=said("breastfeeding a 4 month old, i don't take any meds at all. is ldn for me?"))
    assert (state.values["opioid_use"], state.values["pregnant_or_breastfeeding"]) == ("no", "yes")


@pytest.mark.parametrize("text", ["allergy none", "only allergic to housework", "allergic to sulfa but not to yours"])
def test_an_allergy_to_nothing_that_matters_is_none(text: str):
    assert play(*at("naltrexone_allergy"), text)[0].values["naltrexone_allergy"] == "no"


@pytest.mark.parametrize("text", ["ok ask me, i have his file right here", "you may ask but i type slowly", "he says fire away"])
def test_a_yes_at_the_start_of_the_consent_is_one_whatever_follows(text: str):
    assert play(text)[0].requested == "opioid_use"


def test_right_only_takes_note_of_what_was_said():
    state, _ = play(*at("liver_disease"), "right. no to the liver, and no i'm not allergic to it")
    assert (state.values["liver_disease"], state.values["naltrexone_allergy"]) == ("no", "no")


def test_somebody_who_might_take_it_is_nobody_here():
    before = ["yes", "rather not say", *at("naltrexone_allergy")[2:]]
    message = said("say someone is on dilaudid, does ldn mess with that", "answer:opioids")
    state, turn = play(*before, message)
    assert (state.values["opioid_use"], "naltrexone_allergy" in state.values) == ("declined", False)
    assert [entry["label"] for entry in turn.answers] == ["answer:opioids"]


def test_that_it_is_for_somebody_else_can_be_said_in_the_middle():
    state, _ = play("yes", "honestly it's my husband i'm asking for, he has the crohns")
    assert (state.values, state.requested) == ({"consent": "yes", "condition": ["Crohn's disease"]}, "opioid_use")
    assert play("yes", "i'm asking this for my dad", "he takes oxycodone")[0].values["opioid_use"] == "yes"


def test_a_change_and_an_answer_in_one_message_are_both_taken():
    before = ["yes", "rather not say", *at("naltrexone_allergy")[2:]]
    state, _ = play(*before, "no allergy to naltrexone. and change the opioid one to yes, percocet twice a day")
    assert (state.values["opioid_use"], state.values["naltrexone_allergy"]) == ("yes", "no")


def test_a_condition_can_be_added_before_its_question_comes():
    state, _ = play(*at("naltrexone_allergy"), "i have celiac too, add that to the lupus",
                    opening=said("could ldn be right for me? i have lupus"))
    assert (state.values["condition"], state.requested) == (["lupus", "celiac disease"], "naltrexone_allergy")


def test_a_voice_raised_at_the_end_asks_nothing():
    state, turn = play(*at("liver_disease"), said("there was something years back, hepatitis maybe?", "answer:liver_disease"))
    assert (state.values["liver_disease"], turn.answers) == ("unsure", ())


@pytest.mark.parametrize("text", ["how many more of these are there", "can you take that off"])
def test_what_is_asked_about_the_form_is_asked_of_nobody_else(text: str):
    assert play(*at("liver_disease"), said(f"no. {text}", "not_covered"))[1].answers == ()


@pytest.mark.parametrize("text", ["so yes or no", "can i take it or not", "so is that a no for me"])
def test_the_form_says_that_it_gives_no_verdict(text: str):
    state, turn = play(*at("confirm"), text)
    assert (state.requested, turn.kind) == ("confirm", "verdict")


def test_a_verdict_asked_for_after_the_end_gets_the_result_once_more_and_another_check_starts_anew():
    state, _ = play(*GOES_ON.values())
    again, turn = open_form(state, said("so can i take it?", "screening"))
    assert (again.values, turn.kind) == (state.values, "done")
    for text in ("can we do the questions again", "could my mum take it?", "i'm pregnant now, could it be for me?"):
        assert open_form(state, said(text, "screening"))[1].kind == "ask"


@pytest.mark.parametrize(("text", "value"), [
    ("none since the long weekend", "unsure"), ("the pharmacy closed so i ran out", "unsure"),
    ("the only thing that gets me out of bed", "yes"), ("none since 2014", "no"),
])
def test_what_is_left_or_kept_up_without_a_name_is_heard(text: str, value: str):
    assert play("yes", text)[0].values.get("opioid_use") == value


@pytest.mark.parametrize(("slot", "text", "value"), [
    ("pregnant_or_breastfeeding", "pregnant! that made my day. no.", "no"),
    ("pregnant_or_breastfeeding", "can't be pregnant, they took everything out", "no"),
    ("liver_disease", "hep c, took the cure, but there's cirrhosis now", "yes"),
    ("opioid_use", "negative for opioids", "no"), ("opioid_use", "no opioids. so can i?", "no"),
])
def test_what_was_once_read_as_the_opposite_is_read_right(slot: str, text: str, value: str):
    assert play(*at(slot), text)[0].values[slot] == value


@pytest.mark.parametrize("text", ["ok back to it", "hang on, the baby's up", "one sec", "ok i'm back", "did i answer the pregnancy one?"])
def test_who_pauses_or_has_lost_the_place_is_asked_the_same_again(text: str):
    state, turn = play(*at("naltrexone_allergy"), said(text, "not_covered"))
    assert (state.requested, state.misses, turn.kind, turn.answers) == ("naltrexone_allergy", 0, "ask", ())


def test_no_medicine_but_a_harmless_one_told_in_the_opening_is_no_opioid():
    state, _ = play("yes", opening=said("hashimotos, no meds except synthroid. would ldn be right for me?"))
    assert state.values["opioid_use"] == "no"


def test_a_medicine_spoken_of_as_a_thing_is_heard():
    state, _ = play(*at("confirm"), "oh and the tramadol thing, i take it at night")
    assert (state.values["opioid_use"], state.requested) == ("yes", "confirm")


@pytest.mark.parametrize("text", ["can you take it with wine", "can you write a prescription", "could we take it out of the fridge"])
def test_a_question_about_ldn_with_the_same_verb_is_answered(text: str):
    _, turn = play(*at("liver_disease"), said(text, "not_covered"))
    assert [entry["label"] for entry in turn.answers] == ["not_covered"]


@pytest.mark.parametrize("text", ["how long does it take to work", "where are you located", "how much more does it cost"])
def test_a_question_that_looks_like_one_about_the_form_is_answered(text: str):
    _, turn = play(*at("liver_disease"), said(text, "not_covered"))
    assert [entry["label"] for entry in turn.answers] == ["not_covered"]


@pytest.mark.parametrize("text", ["that's a no", "it's a no from me", "no, that's a hard no"])
def test_a_no_in_more_words_is_an_answer_and_asks_for_no_verdict(text: str):
    assert play(*at("naltrexone_allergy"), text)[0].values["naltrexone_allergy"] == "no"


TAKES_UP = ("she says that's fine", "fire away", "yes, I do the talking for her", "you can ask", "sure, why not")


@pytest.mark.parametrize("answer", TAKES_UP)
def test_a_yes_to_an_offer_in_the_words_of_the_consent_is_the_consent(answer: str):
    told = "my wife is 44 with lupus, tired all day. would this maybe help her"
    state, turn = open_form(State(), said(answer, "screening"), told, offered=True)
    assert (state.requested, state.values["consent"], turn.kind) == ("opioid_use", "yes", "ask")
    assert state.values["condition"] == ["lupus"]
    assert not turn.opening


def test_an_offer_is_taken_up_without_saving():
    state, _ = open_form(State(), said("ok but don't save it", "screening"), "would it help my lupus", offered=True)
    assert (state.values["consent"], state.save, state.requested) == ("unsaved", False, "opioid_use")


@pytest.mark.parametrize("answer", ["what's the weather in Moncton", "hm", "do I have to"])
def test_what_takes_up_no_offer_is_asked_for_its_consent(answer: str):
    assert open_form(State(), said(answer, "screening"), "does it help lupus", offered=True)[0].requested == "consent"


@pytest.mark.parametrize("slot", ["pregnant_or_breastfeeding", "liver_disease", "naltrexone_allergy"])
@pytest.mark.parametrize("text", ["i have to sit down for a bit", "sorry, gotta get the kettle", "i have to get the door"])
def test_who_has_to_do_something_else_says_no_yes(slot: str, text: str):
    state, _ = play(*at(slot), said(text, "out_of_scope"))
    assert (state.requested, slot in state.values) == (slot, False)


def test_hives_from_a_medicine_of_naltrexone_and_another_is_for_a_clinician():
    told = said("I'm 38 with endo. Contrave gave me hives two winters ago. could LDN be for me?", "screening")
    assert open_form(State(), told)[0].values == {"naltrexone_allergy": "unsure", "condition": ["endometriosis"]}


def test_a_denial_in_so_many_words_takes_back_what_was_noted_just_before():
    state, _ = play(*at("liver_disease"), "yes", "no liver disease")
    assert (state.values["liver_disease"], state.requested) == ("no", "naltrexone_allergy")


def test_a_bare_yes_beside_another_answer_that_is_a_yes_answers_only_that():
    state, _ = play(*at("liver_disease"), "ah, nursing counts as well? yes, I do nurse him")
    assert (state.values["pregnant_or_breastfeeding"], state.requested) == ("yes", "liver_disease")


def test_the_question_that_was_skipped_can_be_answered_after_all():
    state, _ = play("yes", "no", "prefer not to say", "no", "no", "lupus",
                    "about the one i skipped, it's no. i was only shy")
    assert (state.values["pregnant_or_breastfeeding"], state.requested) == ("no", "confirm")


@pytest.mark.parametrize(("text", "value"), [
    ("could you add celiac disease, it slipped my mind", ["Hashimoto's thyroiditis", "celiac disease"]),
    ("also lupus", ["Hashimoto's thyroiditis", "lupus"]),
])
def test_a_condition_is_added_to_the_summary_in_a_wish(text: str, value: list[str]):
    state, turn = play(*at("condition"), "hashimotos", said(text, "answer:condition_listed"))
    assert (state.values["condition"], turn.answers) == (value, ())


@pytest.mark.parametrize("text", ["I not know this word opioid", "what means opioid please?", "wat means narcotic"])
def test_who_does_not_know_the_word_gets_it_explained(text: str):
    state, turn = play(*at("opioid_use"), said(text, "answer:addictive_or_controlled"))
    assert (state.requested, turn.kind, turn.answers) == ("opioid_use", "clear", ())


def test_a_medicine_that_is_asked_about_in_place_of_an_answer_is_taken():
    state, turn = play(*at("opioid_use"), said("percocet at bedtime, does that count?", "answer:opioids"))
    assert state.values["opioid_use"] == "yes"
    assert [entry["label"] for entry in turn.answers] == ["answer:opioids"]


@pytest.mark.parametrize("text", ["crohn's is what the GI called it", "it's what my doctor calls fibromyalgia"])
def test_a_name_that_a_doctor_gave_asks_nothing(text: str):
    _, turn = play(*at("condition"), said(text, "answer:condition_listed"))
    assert turn.answers == ()


@pytest.mark.parametrize("text", ["i don't think so", "He doesn't think so", "dont think so, no"])
def test_who_does_not_think_so_was_told_of_no_allergy(text: str):
    assert play(*at("naltrexone_allergy"), text)[0].values["naltrexone_allergy"] == "no"


def test_what_somebody_reports_is_still_ones_own():
    state, _ = play(*at("confirm"), "my wife reminds me that my last scan showed cirrhosis, change the liver to yes")
    assert state.values["liver_disease"] == "yes"


def test_answers_that_should_be_another_persons_are():
    state, _ = play("yes", "no", "these answers should all be for my sister, and she takes tramadol")
    assert state.values["opioid_use"] == "yes"
    assert "for_them" in state.clarified


def test_right_before_what_is_told_is_no_yes_to_it():
    state, _ = play("yes", "right. my liver's good", "no")
    assert state.values["liver_disease"] == "no"


def test_who_never_reacted_to_any_pill_has_no_such_allergy():
    assert play(*at("naltrexone_allergy"), "i never reacted to any pill")[0].values["naltrexone_allergy"] == "no"


def test_a_medicine_of_somebody_elses_that_one_took_was_taken():
    state, _ = play(*at("confirm"), "i took two of my sister's percocets last week, none now")
    assert (state.values["opioid_use"], state.requested) == ("unsure", "confirm")


def test_a_no_as_a_sentence_of_its_own_is_a_no():
    assert play("yes", "No. I don't believe in pills")[0].values["opioid_use"] == "no"
    assert play("yes", "No. I quit them last week")[0].values.get("opioid_use") != "no"


def test_who_tries_to_find_out_is_not_trying_for_a_child():
    state, _ = open_form(State(), said("My father is 79 with MS. I'm trying to decide if he could be a candidate"))
    assert state.values == {"pregnant_or_breastfeeding": "no", "condition": ["multiple sclerosis"]}


def test_who_tries_ldn_is_not_trying_for_a_child():
    told = said("70 year old man with lupus. any sense in me trying LDN", "screening")
    assert open_form(State(), told)[0].values == {"pregnant_or_breastfeeding": "no", "condition": ["lupus"]}


def test_who_drives_long_haul_has_no_long_covid():
    assert open_form(State(), said("I drive long haul and have fibromyalgia. is it for me"))[0].values == {
        "condition": ["fibromyalgia"]}


@pytest.mark.parametrize("text", ["well we got this far, let's finish the form", "ok might as well keep going"])
def test_who_wants_to_go_on_is_asked_the_same_again(text: str):
    state, turn = play(*at("liver_disease"), said(text, "not_covered"))
    assert (state.requested, turn.kind, turn.answers) == ("liver_disease", "ask", ())


def test_whether_that_is_a_problem_is_asked_of_the_answer_just_given():
    _, turn = play(*at("liver_disease"), said("oh so that's a problem, isn't it", "out_of_scope"))
    assert [entry["label"] for entry in turn.answers] == ["answer:pregnancy_breastfeeding"]


def test_a_verdict_asked_for_beside_the_last_yes_is_what_it_comes_to():
    state, turn = play(*at("confirm"), said("that's right. so is that a no?", "answer:not_appropriate"))
    assert (state.is_done, turn.kind, turn.answers) == (True, "done", ())


def test_a_check_for_a_man_asks_of_no_pregnancy():
    state, _ = open_form(State(), said("asking for my uncle, he has MS. could it be something for him", "screening"))
    assert state.values == {"pregnant_or_breastfeeding": "no", "condition": ["multiple sclerosis"]}
    for of_another in ("asking for my wife, my brother swears by it. could it be something for her lupus",
                       "my dad told me of it. could my partner take it for lupus"):
        told = open_form(State(), said(of_another, "screening"))[0].values
        assert "pregnant_or_breastfeeding" not in told


def test_a_question_about_one_of_the_answers_at_the_summary_gets_the_line_of_the_document():
    before, _ = play(*at("confirm"))
    _, turn = step(before, said("and is the breastfeeding what rules me out?", "answer:pregnancy_breastfeeding"))
    assert [entry["label"] for entry in turn.answers] == ["answer:pregnancy_breastfeeding"]


@pytest.mark.parametrize("text", ["i don't think i can continue", "not sure i want to go on", "no i dont think we should carry on"])
def test_who_does_not_want_to_go_on_consents_to_nothing(text: str):
    assert "consent" not in play(said(text, "smalltalk:deny"))[0].values


@pytest.mark.parametrize("text", [
    "excuse, I forgot a thing! since 3 days the dentist gives me supeudol, it is oxycodone I think",
    "shoot. the robaxacet I have is the -8, with codeine in. so fix that",
])
def test_an_opioid_that_comes_to_mind_at_the_summary_is_noted(text: str):
    state, _ = play(*at("confirm"), said(text, "answer:opioids"))
    assert (state.values["opioid_use"], state.requested) == ("yes", "confirm")


@pytest.mark.parametrize("text", ["codeine gives me hives, does that count", "my brother takes oxycodone, not me"])
def test_an_opioid_that_is_only_spoken_of_at_the_summary_changes_nothing(text: str):
    state, _ = play(*at("confirm"), said(text, "answer:opioids"))
    assert state.values.get("opioid_use") == "no"


@pytest.mark.parametrize(("slot", "text", "values"), [
    ("pregnant_or_breastfeeding", "lfts wnl in may", {"liver_disease": "no"}),
    ("pregnant_or_breastfeeding", "nkda, naltrexone included", {"naltrexone_allergy": "no"}),
])
def test_the_shorthand_of_those_who_work_in_a_ward_answers_what_it_speaks_of(slot: str, text: str, values: dict[str, str]):
    state, _ = play(*at(slot), text)
    assert (state.requested, {name: state.values.get(name) for name in values}) == (slot, values)


@pytest.mark.parametrize("text", ["ta. carry on with the questions", "Hm. Continue.", "i'd sooner finish your questions first",
                                  "cows are out gotta run", "i need to close my eyes for a bit"])
def test_to_go_on_or_to_pause_is_no_answer_and_no_end(text: str):
    state, turn = play(*at("liver_disease"), text)
    assert (state.requested, turn.kind) == ("liver_disease", "ask")


@pytest.mark.parametrize(("text", "value"), [
    ("she says tramadol?? idk how u spell it", "yes"), ("no opioids, and that includes codeine", "no"),
    ("what's an opioid, like oxy? no lol", "no"), ("is gabapentin one", None),
])
def test_a_name_is_told_asked_about_or_denied(text: str, value: str | None):
    state, _ = play("yes", text, opening=said("could my mum take ldn?"))
    assert state.values.get("opioid_use") == value


def test_a_no_that_tells_something_is_no_refusal_of_the_questions():
    state, _ = play("me? no I don't take anything")
    assert (state.values.get("opioid_use"), state.requested) == ("no", "pregnant_or_breastfeeding")


@pytest.mark.parametrize("text", ["allergic to penicillin and bees", "allergic to sulfa"])
def test_an_allergy_to_something_else_alone_is_none_to_naltrexone(text: str):
    assert play(*at("naltrexone_allergy"), text)[0].values["naltrexone_allergy"] == "no"


@pytest.mark.parametrize("text", ["i'll do the questions later", "can i finish the questions tomorrow",
                                  "do i have to finish the questions", "why would i go back to the form"])
def test_who_puts_the_questions_off_or_asks_about_them_has_not_consented(text: str):
    assert "consent" not in play(said(text, "smalltalk:help"))[0].values


def test_an_answer_beside_a_pause_is_heard():
    assert play("yes", "took percocet gotta run")[0].values.get("opioid_use") == "yes"
    assert play("yes", "no gotta run")[0].values.get("opioid_use") != "yes"


@pytest.mark.parametrize("text", ["my husband is healthy, he doesn't take anything. could ldn be for me, i have lupus",
                                  "my sister takes nothing like that. could ldn be for me, i have lupus"])
def test_who_takes_nothing_is_not_always_the_visitor(text: str):
    assert "opioid_use" not in play(opening=said(text))[0].values


def test_who_takes_nothing_is_the_one_that_is_asked_for():
    state, _ = play(opening=said("could it be for my mom? she doesn't take anything. she has lupus"))
    assert state.values.get("opioid_use") == "no"


@pytest.mark.parametrize("text", ["Never mind, keep going with your questions.", "one sec baby", "sorry got a door alarm. where were we"])
def test_what_goes_on_or_pauses_stays_at_the_same_place(text: str):
    before, _ = play(*at("liver_disease"))
    state, turn = step(before, said(text, "answer:pregnancy_breastfeeding"))
    assert (state.requested, turn.kind, turn.answers) == ("liver_disease", "ask", ())


@pytest.mark.parametrize(("text", "told"), [
    ("no to the liver, no to the allergy", {"liver_disease": "no", "naltrexone_allergy": "no"}),
    ("Yes. oh wait sorry no, I misread, it's my kidney", {"liver_disease": "no"}),
    ("no. wait sorry yes, hepatitis", {"liver_disease": "yes"}),
])
def test_what_is_taken_back_in_the_same_breath_and_a_second_answer_beside_it(text: str, told: dict[str, str]):
    assert told.items() <= play(*at("liver_disease"), text)[0].values.items()


def test_a_fact_told_beside_a_why_is_noted():
    state, _ = play(*at("pregnant_or_breastfeeding"), "Is there a reason I'm asked this? I'm a 45-year-old male.")
    assert state.values["pregnant_or_breastfeeding"] == "no"


def test_a_fact_told_in_place_of_the_opioids_is_no_answer_to_them():
    state, _ = play("yes", "never reacted to naltrexone, had vivitrol for a year")
    assert ("opioid_use" not in state.values, state.values["naltrexone_allergy"]) == (True, "no")


def test_a_joke_after_a_no_is_a_no():
    assert play("yes", "no, unless a glass of merlot counts")[0].values["opioid_use"] == "no"


def test_signs_that_a_telephone_wrote_out_are_signs():
    assert play("yes", "No opioids full stop")[0].values["opioid_use"] == "no"


def test_a_noted_medicine_that_was_left_is_known_without_its_name():
    before, _ = play("yes", "fentanyl patch", *at("confirm")[2:])
    state, _turn = step(before, said("actually the patch came off for good 3 days ago so change that one", "not_covered"))
    assert (state.values["opioid_use"], state.requested) == ("unsure", "confirm")


def test_a_condition_is_taken_out_of_the_summary():
    before, _ = play(*at("condition"), "hashimoto's and pcos")
    state, _ = step(before, said("hm pcos was never confirmed actually, take that out", "not_covered"))
    assert state.values["condition"] == ["Hashimoto's thyroiditis"]


def test_a_time_that_is_called_after_an_illness_is_none():
    assert play(*at("condition"), "parkinsons since covid times")[0].values["condition"] == ["Parkinson's disease"]


@pytest.mark.parametrize("text", ["that rules me out eh?", "what does that mean for ldn then", "is there any way around that?"])
def test_what_an_answer_comes_to_is_the_documents_line_on_it(text: str):
    before, _ = play("yes", "suboxone, 3 years now")
    state, turn = step(before, said(text, "suggest"))
    assert [entry["label"] for entry in turn.answers] == ["answer:opioids"]
    assert state.requested == before.requested


def test_a_medicine_asked_about_after_an_answer_is_a_question_of_its_own():
    before, _ = play(*at("liver_disease"))
    _, turn = step(before, said("Is it okay to take with metformin?", "not_covered"))
    assert [entry["label"] for entry in turn.answers] == ["not_covered"]


def test_where_something_is_kept_is_no_question_who_reads_along():
    _, turn = play(said("do you keep it in the fridge", "not_covered"))
    assert (turn.kind, [entry["label"] for entry in turn.answers]) == ("again", ["not_covered"])


def test_after_the_end_the_next_person_is_asked_about():
    done, _ = play(*GOES_ON.values())
    state, turn = open_form(done, said("now my sister", "screening"))
    assert (state.requested, turn.opening) == ("consent", True)


@pytest.mark.parametrize("slot", STEPS)
def test_whether_it_matters_may_be_asked_anywhere(slot: str):
    before, _ = play(*at(slot))
    state, _ = step(before, said("does that matter?", "answer:safety"))
    assert state.requested == slot


def test_a_fact_told_beside_a_question_that_names_nothing_of_it_is_noted():
    state, turn = play(*at("liver_disease"), said("liver ok. will WCB pay for any of this", "not_covered"))
    assert (state.values["liver_disease"], [entry["label"] for entry in turn.answers]) == ("no", ["not_covered"])


def test_what_a_relative_says_of_ldn_tells_no_allergy_and_the_hope_is_heard():
    _, turn = play(opening=said("MY NIECE SAYS LDN IS GOOD FOR FIBROMYALGIA. WOULD IT SUIT ME", "screening"))
    assert [(noted.slot, noted.value) for noted in turn.noted] == [("condition", ["fibromyalgia"])]


@pytest.mark.parametrize("text", ["did u get the celiac part too", "Does this go to my family doctor?"])
def test_what_the_form_is_asked_about_itself_is_no_question_about_ldn(text: str):
    before, _ = play(*at("liver_disease"))
    assert step(before, said(text, "answer:referral"))[1].answers == ()


def test_only_what_is_to_be_put_down_is_hoped_for():
    state, _ = play(*at("condition"), "they had me as CFS but it's been changed to fibromyalgia, so just put fibromyalgia")
    assert state.values["condition"] == ["fibromyalgia"]
