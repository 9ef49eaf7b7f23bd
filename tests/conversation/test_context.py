"""What the turns before make of a message."""

from __future__ import annotations

from typing import cast

from bot.conversation import picks
from bot.conversation.context import Context
from bot.nlu.follow_up import FollowUps
from bot.nlu.outcome import Outcome
from bot.nlu.understanding import Understanding

NOBODY = cast(Understanding, None)
COST, DOSE = Outcome("answer:cost"), Outcome("answer:dose_range")


def resolved(context: Context, text: str, outcome: Outcome) -> Outcome:
    only, = context.resolve(text, [outcome], NOBODY)
    return only


def test_why_goes_to_what_stands_behind_the_last_answer() -> None:
    assert resolved(Context(last=DOSE, why="answer:why_low_dose"), "why?", COST).label == "answer:why_low_dose"


def test_how_much_then_means_the_dose_unless_money_was_the_topic() -> None:
    assert resolved(Context(last=Outcome("answer:what_is_ldn")), "how much then", COST).label == "answer:dose_range"
    assert resolved(Context(last=COST), "how much then", COST).label == "answer:cost"


def test_an_acknowledgement_is_no_yes_to_what_was_offered() -> None:
    context = Context(last=DOSE, has_more=True, offered=(COST,))
    for said in ("cool cool", "Hm.", "ok got it"):
        assert resolved(context, said, Outcome("smalltalk:affirm")).label == "smalltalk:affirm"
        assert resolved(context, said, COST).label == "smalltalk:affirm"
    assert resolved(context, "yes please", Outcome("smalltalk:affirm")).more


def test_the_second_one_takes_the_second_button() -> None:
    context = Context(last=Outcome("suggest", options=(COST, DOSE)), offered=(COST, DOSE))
    assert resolved(context, "the second one", Outcome("out_of_scope")) == DOSE


def test_more_about_the_second_one_goes_on_with_the_second_of_several_answers() -> None:
    benefits, unfit = Outcome("answer:who_benefits"), Outcome("answer:not_appropriate")
    context = Context(last=unfit, answered=(benefits, unfit))
    for said in ("tell me more about the second one", "the latter please", "more on the 2nd"):
        assert resolved(context, said, Outcome("out_of_scope")).label == "answer:not_appropriate"
    assert resolved(context, "can you explain the first part", COST).label == "answer:who_benefits"
    assert resolved(Context(last=unfit, answered=(unfit,)), "tell me more about the second one", COST) != benefits


def test_a_yes_to_the_offer_of_the_screening_begins_it() -> None:
    opioids = Outcome("answer:opioids")
    offering = Context(last=opioids, offered=(COST,), asks_to_screen=True)
    for said in ("ok then", "mhm", "yes please"):
        assert resolved(offering, said, Outcome("smalltalk:affirm")).label == "screening"
    assert resolved(offering, "no thanks", Outcome("smalltalk:deny")).label == "smalltalk:deny"
    assert resolved(Context(last=opioids), "ok then", Outcome("smalltalk:affirm")).label == "smalltalk:affirm"


def test_an_offer_is_taken_up_in_other_words_too() -> None:
    offering = Context(last=Outcome("answer:opioids"), offered=(COST,), asks_to_screen=True)
    for said, taken_for in (("fire away", "smalltalk:bye"), ("you may ask", "smalltalk:help"), ("go for it", "handoff:email"),
                            ("mum nods", "out_of_scope")):
        assert resolved(offering, said, Outcome(taken_for)).label == "screening"
    for said in ("shoot, what does it cost?", "what does it cost"):
        assert resolved(offering, said, COST).label == "answer:cost"
    assert resolved(Context(last=COST), "mum nods", Outcome("out_of_scope")).label == "out_of_scope"


def test_who_passes_it_on_goes_off_whatever_the_words_are_taken_for() -> None:
    assert resolved(Context(last=COST), "ok i'll tell him to ring them, ta", Outcome("handoff:email", 0.8)).label in (
        "smalltalk:thanks", "smalltalk:bye")
    assert resolved(Context(last=COST), "ok i'll call the clinic", Outcome("handoff:email", 0.8)).label == "handoff:email"


def test_back_to_the_questions_begins_the_screening() -> None:
    context = Context(last=COST)
    for said in ("hm ok let's try those questions again", "back to the form please", "can i redo the questionnaire",
                 "fine, ask me those questions", "all right we can do the form"):
        assert resolved(context, said, Outcome("out_of_scope")).label == "screening"
    for said in ("i have some questions", "can i ask another question", "ok one more question"):
        assert resolved(context, said, DOSE).label == "answer:dose_range"


def test_whom_to_ask_is_a_person() -> None:
    for said in ("so who do i ask then", "ok who would know", "you don't say. who does know then"):
        assert resolved(Context(last=COST), said, Outcome("smalltalk:help")).label == "handoff:email"


def test_whether_it_passes_stays_with_the_effect() -> None:
    symptom = Outcome("not_covered", subject="symptom")
    storage = Outcome("not_covered", subject="storage")
    assert resolved(Context(last=symptom), "will it go away", storage) == symptom
    assert resolved(Context(last=COST), "will it go away", storage) == storage


def test_the_documents_own_words_are_asked_about_where_they_stand() -> None:
    pregnancy = Outcome("answer:pregnancy_breastfeeding")
    assert resolved(Context(last=pregnancy), "what does limited data mean", Outcome("out_of_scope")) == pregnancy


def test_online_after_the_prescription_is_about_buying() -> None:
    province = Outcome("not_covered", subject="virtual_or_province")
    assert resolved(Context(last=Outcome("answer:prescription")), "online from india?", province) == Outcome(
        "answer:prescription")


def test_could_it_help_is_asked_of_the_condition_that_was_named() -> None:
    lupus = Outcome("answer:condition_listed", condition="lupus")
    assert resolved(Context(last=lupus), "could it help", Outcome("answer:condition_listed")) == lupus


def test_more_about_something_else_is_a_question_of_its_own() -> None:
    context = Context(last=COST, has_more=True, offered=(COST,))
    effects = Outcome("answer:side_effects", 0.97)
    assert resolved(context, "tell me more about the side effects", effects) == effects
    assert resolved(context, "tell me more about that", effects).label == "answer:cost"
    assert resolved(context, "tell me more", effects).label == "answer:cost"


def test_one_of_several_answers_is_asked_about_by_its_place() -> None:
    answered = (Outcome("answer:condition_listed", condition="ulcerative colitis"),
                Outcome("not_covered", subject="condition_not_listed", condition="rosacea"))
    context = Context(last=answered[-1], answered=answered)
    for said in ("the first one, more? he's had it since he was 20", "so the first one is a no?", "number 1 again please"):
        assert resolved(context, said, Outcome("not_covered", 0.6, subject="extra_dose")).condition == "ulcerative colitis"
    assert resolved(context, "n number 2 isnt in there at all?", Outcome("out_of_scope")).condition == "rosacea"
    assert picks.answer("how long does the first dose last", answered) is None


def test_what_do_you_know_then_asks_for_what_the_document_has() -> None:
    silent = Context(last=Outcome("not_covered", subject="cannabis"))
    assert resolved(silent, "lol ok. what do you know then", Outcome("not_covered")).label == "smalltalk:help"


class Reads:
    """A reader of two turns that is so sure of the safety answer."""

    def __init__(self, score: float) -> None:
        self.score = score

    def read(self, last: Outcome, before: str, message: str) -> Outcome:
        return Outcome("answer:safety", self.score)


def test_what_is_hardly_called_foreign_is_read_in_the_light_of_the_answer_before() -> None:
    context = Context(last=Outcome("answer:safety"), message="is this stuff safe")

    def read(alone: float, follows: float) -> str:
        only, = context.resolve("says who", [Outcome("out_of_scope", alone)], NOBODY, cast(FollowUps, Reads(follows)))
        return only.label

    assert read(0.2, 0.45) == "answer:safety"
    assert read(0.2, 0.3) == "out_of_scope"
    assert read(0.8, 0.45) == "out_of_scope"
    assert read(0.99, 0.93) == "answer:safety"


def test_who_leaves_is_not_given_more() -> None:
    context = Context(last=DOSE, has_more=True, offered=(COST,))
    for said in ("kk later", "ok bye", "good night"):
        assert resolved(context, said, Outcome("smalltalk:affirm", 0.9)).label == "smalltalk:bye"
    assert resolved(context, "hmm perhaps", Outcome("smalltalk:affirm", 0.4)).label == "smalltalk:affirm"


def test_who_says_what_comes_next_takes_nothing_that_was_offered() -> None:
    context = Context(last=DOSE, has_more=True, offered=(COST,))
    assert resolved(context, "ok i'll ask him", Outcome("smalltalk:affirm", 0.8)).label == "smalltalk:bye"
    assert resolved(context, "thx, gonna show my mum", Outcome("smalltalk:thanks", 0.4)).label == "smalltalk:thanks"
    booking = Outcome("handoff:booking", 0.9)
    assert resolved(context, "ok i'll call to book then", booking) == booking


def test_and_me_starts_the_check() -> None:
    last = Outcome("not_covered", subject="older_age")
    assert resolved(Context(last=last), "ok and me?", Outcome("suggest")).label == "screening"


def test_a_doubtful_reading_stays_with_the_topic() -> None:
    liver = Outcome("answer:liver_disease")
    unsure = Outcome("suggest", 0.3, options=(COST, liver))
    assert resolved(Context(last=liver), "hers is mild", unsure).label == "answer:liver_disease"


def test_the_other_pathway_is_the_one_that_was_not_told() -> None:
    for last, other in (("answer:endorphins", "answer:immune_calming"), ("answer:immune_calming", "answer:endorphins")):
        assert resolved(Context(last=Outcome(last)), "and the other pathway?", Outcome("suggest")).label == other


def test_why_of_an_answer_that_leads_to_itself_is_more_of_it() -> None:
    last = Outcome("answer:opioids")
    assert resolved(Context(last=last, why="answer:opioids"), "how come", COST) == Outcome("answer:opioids", more=True)


def test_without_a_turn_before_nothing_changes() -> None:
    assert resolved(Context(), "how much then", COST) == COST


def test_a_verdict_asked_for_after_the_screening_gets_what_it_came_to() -> None:
    last = Outcome("smalltalk:affirm")
    assert resolved(Context(last=last, screened=True), "does that mean no then", Outcome("smalltalk:deny")).label == "screening"
    assert resolved(Context(last=last), "does that mean no then", Outcome("smalltalk:deny")).label == "smalltalk:deny"


def test_what_follows_after_the_screening_is_a_visit() -> None:
    for said in ("so what now", "ok what's next then", "and what happens next", "what happens with it now"):
        assert resolved(Context(last=Outcome("screening"), screened=True), said, DOSE).label == "handoff:booking"
        assert resolved(Context(last=COST), said, Outcome("out_of_scope")).label == "out_of_scope"


def test_one_of_two_pathways_may_be_asked_for_by_its_number() -> None:
    last = Context(last=Outcome("answer:how_it_works"))
    assert resolved(last, "expand on the first pathway", Outcome("answer:how_it_works")).label == "answer:endorphins"
    last = Context(last=Outcome("answer:endorphins"))
    assert resolved(last, "so a pause. and the second?", Outcome("answer:endorphins")).label == "answer:immune_calming"
    assert resolved(Context(last=COST), "and the second?", COST).label != "answer:immune_calming"


def test_how_to_see_those_who_work_there_is_a_visit() -> None:
    staff = Context(last=Outcome("not_covered", subject="clinic_staff"))
    assert resolved(staff, "ok how can i see one of them", Outcome("not_covered", subject="clinic_staff")
                    ).label == "handoff:booking"
