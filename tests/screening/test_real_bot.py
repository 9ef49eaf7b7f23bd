"""The form over the real bot: every step with every interruption, and kill -9 of bot and actions at every step."""

from __future__ import annotations

import os
import random
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.screening.interruptions import CORRECTION, ENDS, GOES_ON, STAYS, STEPS, Interruption

START = {"outcome": "screening"}
KILLS = int(os.environ.get("SCREENING_KILLS", "10"))
CANARY = "zweihundertsiebzehn"


class Visitor:
    """One conversation with the real bot."""

    def __init__(self, bot: Any) -> None:
        self._bot, self._id = bot, str(uuid.uuid4())

    def say(self, text: str, choice: dict[str, Any] | None = None) -> dict[str, Any]:
        """The turn's answer; it must be one."""
        status, answer = self._bot.turn(self._id, text, choice)
        assert status == 200, (text, status, answer)
        return answer

    def tries(self, text: str, message_id: str) -> tuple[int, dict[str, Any]]:
        """A turn that may fail."""
        return self._bot.turn(self._id, text, None, message_id)

    def at(self, slot: str) -> dict[str, Any]:
        """Goes straight to where the form asks for `slot`."""
        answer = self.say("Could it be right for me?", START)
        for before in STEPS[:STEPS.index(slot)]:
            answer = self.say(GOES_ON[before])
        assert asked(answer) == slot
        return answer


def asked(answer: dict[str, Any]) -> str | None:
    labels = [label for label in answer["replies"][-1]["outcomes"] if label.startswith("screening:ask:")]
    return labels[0].removeprefix("screening:ask:") if labels else None


def labels(answer: dict[str, Any]) -> list[str]:
    return [label for reply in answer["replies"] for label in reply["outcomes"]]


def known(answer: dict[str, Any]) -> dict[str, Any]:
    assert all(reply["screening"] == answer["replies"][0]["screening"] for reply in answer["replies"])
    return answer["replies"][-1]["screening"]


def interrupt(visitor: Visitor, before: dict[str, Any], slot: str, interruption: Interruption) -> None:
    answer = visitor.say(interruption.text, interruption.choice)
    assert asked(answer) == slot
    assert known(answer) == {**known(before), **dict(interruption.changes)}
    if interruption.also:
        assert labels(answer)[0] == interruption.also


@pytest.mark.parametrize("slot", STEPS)
def test_every_interruption_in_one_conversation_comes_back_to_the_same_step(bot: Any, slot: str):
    visitor = Visitor(bot)
    before = visitor.at(slot)
    for interruption in STAYS:
        interrupt(visitor, before, slot, interruption)
    after = visitor.say(GOES_ON[slot])
    assert asked(after) == (STEPS[STEPS.index(slot) + 1] if slot != "confirm" else None)


@pytest.mark.parametrize("slot", STEPS[2:])
def test_a_correction_at_every_step(bot: Any, slot: str):
    visitor = Visitor(bot)
    interrupt(visitor, visitor.at(slot), slot, CORRECTION)


@pytest.mark.parametrize("slot", STEPS)
def test_cancelling_ends_the_form_and_answers_go_on(bot: Any, slot: str):
    visitor = Visitor(bot)
    visitor.at(slot)
    ended = visitor.say(ENDS[0].text)
    assert (labels(ended), known(ended)) == (["screening:cancelled"], {})
    assert labels(visitor.say("is it safe?")) == ["answer:safety"]


def test_the_straight_path_ends_in_the_documents_words_and_can_be_deleted(bot: Any):
    visitor = Visitor(bot)
    visitor.at("confirm")
    done = visitor.say(GOES_ON["confirm"])
    text = done["replies"][-1]["text"]
    assert labels(done) == ["screening:done:flagged"]
    assert "- Significant liver disease or allergy to naltrexone" in text
    assert "A clinician goes over this with you before anything is started." in text
    deleted = visitor.say("Delete my answers", {"outcome": "screening:delete"})
    assert (labels(deleted), known(deleted)) == (["screening:cancelled"], {})


def test_without_saving_is_told_to_the_gateway_from_then_on(bot: Any):
    visitor = Visitor(bot)
    assert "save" not in visitor.at("consent")
    assert visitor.say("go on without saving")["save"] is False
    assert visitor.say("no")["save"] is False


def test_buttons_carry_values_and_lead_on(bot: Any):
    visitor = Visitor(bot)
    answer = visitor.at("opioid_use")
    values = [button["value"] for button in answer["replies"][-1]["buttons"]]
    assert values == ["yes", "no", "unsure", "declined", None]
    pressed = visitor.say("Not sure", answer["replies"][-1]["buttons"][2]["payload"])
    assert (asked(pressed), known(pressed)["opioid_use"]) == ("pregnant_or_breastfeeding", "unsure")


def test_with_a_dead_action_server_the_turn_is_dropped_and_the_same_message_goes_on_later(bot: Any):
    visitor = Visitor(bot)
    before = visitor.at("liver_disease")
    bot.kill("actions")
    try:
        status, failed = visitor.tries(f"no {CANARY}", "the-message")
        assert (status, "replies" in failed) == (503, False)
    finally:
        bot.start()
    status, answer = visitor.tries("no", "the-message")
    assert (status, asked(answer)) == (200, "naltrexone_allergy")
    assert known(answer) == {**known(before), "liver_disease": "no"}
    assert CANARY not in bot.logs()


@pytest.mark.faults
@pytest.mark.parametrize("slot", STEPS)
@pytest.mark.parametrize("interruption", [*STAYS, CORRECTION], ids=lambda entry: entry.name)
def test_every_step_times_every_interruption(bot: Any, slot: str, interruption: Interruption):
    if interruption is CORRECTION and slot in STEPS[:2]:
        pytest.skip("there is no earlier answer yet")
    visitor = Visitor(bot)
    interrupt(visitor, visitor.at(slot), slot, interruption)


@pytest.mark.faults
@pytest.mark.parametrize("slot", STEPS)
@pytest.mark.parametrize("ending", ENDS, ids=lambda entry: entry.name)
def test_every_step_times_every_ending(bot: Any, slot: str, ending: Interruption):
    visitor = Visitor(bot)
    visitor.at(slot)
    assert labels(visitor.say(ending.text, ending.choice)) == ["screening:cancelled"]


def visitors_at_every_step(bot: Any) -> dict[str, tuple[Visitor, dict[str, Any]]]:
    visitors = {slot: Visitor(bot) for slot in STEPS}
    return {slot: (visitor, visitor.at(slot)) for slot, visitor in visitors.items()}


def goes_on(visitor: Visitor, before: dict[str, Any], slot: str) -> None:
    status, after = visitor.tries(GOES_ON[slot], f"the message at {slot}")
    assert status == 200
    assert asked(after) == (STEPS[STEPS.index(slot) + 1] if slot != "confirm" else None)
    assert known(after).items() >= known(before).items()
    assert set(known(after)) == {*known(before), slot}


def test_after_kill_9_of_bot_and_actions_every_conversation_goes_on_at_its_own_step(bot: Any):
    visitors = visitors_at_every_step(bot)
    bot.kill("actions")
    bot.kill("bot")
    assert {visitor.tries(GOES_ON[slot], f"the message at {slot}")[0]
            for slot, (visitor, _) in visitors.items()} == {0}
    bot.start()
    for slot, (visitor, before) in visitors.items():
        goes_on(visitor, before, slot)


@pytest.mark.faults
@pytest.mark.parametrize("name", ["actions", "bot"])
@pytest.mark.parametrize("slot", STEPS)
def test_after_kill_9_at_every_step_the_question_stands_and_the_next_message_goes_on(bot: Any, slot: str, name: str):
    visitor = Visitor(bot)
    before = visitor.at(slot)
    bot.kill(name)
    assert visitor.tries(GOES_ON[slot], f"the message at {slot}")[0] in (0, 503)
    bot.start()
    answer = visitor.say("why do you ask?")
    assert (asked(answer), known(answer)) == (slot, known(before))
    goes_on(visitor, before, slot)


@pytest.mark.faults
@pytest.mark.parametrize("name", ["actions", "bot"])
@pytest.mark.parametrize("round_", range(KILLS))
def test_kill_9_while_every_step_is_being_answered_moves_each_by_exactly_one_step(bot: Any, round_: int, name: str):
    visitors = visitors_at_every_step(bot)
    with ThreadPoolExecutor(len(visitors)) as pool:
        for slot, (visitor, _) in visitors.items():
            pool.submit(visitor.tries, GOES_ON[slot], f"the message at {slot}")
        time.sleep(random.Random(round_).uniform(0, 0.4))
        bot.kill(name)
    bot.start()
    for slot, (visitor, before) in visitors.items():
        goes_on(visitor, before, slot)
