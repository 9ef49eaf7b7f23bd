"""What a form's step tells Rasa: what has changed, and always its question and what to say."""

from bot.form.slots import changed


def test_only_what_changed_is_set_beside_the_question_and_what_to_say():
    before = {"liver_disease": "no", "condition": None, "requested_slot": "condition", "turn": {"kind": "ask"}}
    after = {**before, "condition": ["lupus"]}
    assert changed(before, after, "turn") == {
        "condition": ["lupus"], "requested_slot": "condition", "turn": {"kind": "ask"}}


def test_a_step_that_changes_nothing_is_no_rejection():
    same = {"condition": None, "requested_slot": "condition", "turn": {"kind": "why"}}
    assert set(changed(same, same, "turn")) == {"requested_slot", "turn"}
