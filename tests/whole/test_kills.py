"""kill -9 of the real bot, the action server and the gateway: nothing lost, nothing doubled, the form goes on.

The long form (`make test-faults`) kills each of the three `FAULT_WHOLE_KILLS` times and prints what it found.
"""

import os
import random
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from killing import (
    PROGRAMS,
    Crowd,
    Processes,
    Talker,
    asked_and_not_read,
    canary,
    labels,
    requests_written,
    until,
    words_in_logs,
)

VISITORS = 3
KILLS = int(os.environ.get("FAULT_WHOLE_KILLS", "30"))


@pytest.fixture
def processes(system):
    return Processes(system)


@pytest.mark.parametrize("killed", ["actions", "gateway", "bot"])
def test_a_kill_in_the_middle_of_a_turn_of_the_form_loses_and_doubles_nothing(system, processes, killed):
    talker = Talker(system.chat)
    for words in ("I'd like to book a consult", "yes please"):
        talker.say(words)
    with ThreadPoolExecutor(1) as page:
        actions, port = processes.pid("actions"), processes.port("actions")
        os.kill(actions, signal.SIGSTOP)
        try:
            answer = page.submit(talker.say, f"Jen {canary().title()}")
            until(lambda: asked_and_not_read(port), "the bot to be in the middle of the turn")
            processes.kill(killed)
        finally:
            if killed != "actions":
                os.kill(actions, signal.SIGCONT)
        assert labels(answer.result()) == ["handoff:ask:contact"]
    assert labels(talker.say("613 555 0123")) == ["handoff:ask:times"]
    assert talker.complaints() == []
    assert words_in_logs(system, "canary") == []


@pytest.mark.parametrize("kills", [pytest.param(1, id="short"),
                                   pytest.param(KILLS, id="long", marks=pytest.mark.faults)])
def test_however_often_anything_is_killed_at_any_moment_every_message_has_its_one_answer(system, processes, kills):
    before = set(requests_written(system))
    chance = random.Random(kills)
    order = [program for program in PROGRAMS for _ in range(kills)]
    chance.shuffle(order)
    with Crowd(system.chat, VISITORS) as crowd:
        for program in order:
            answered = crowd.answered()
            until(lambda answered=answered: crowd.answered() > answered, "somebody to be answered")
            time.sleep(chance.uniform(0, 0.5))  # a moment that nobody knows before
            processes.kill(program)
    complaints = [complaint for talker in crowd.talkers for complaint in talker.complaints()]
    requested = [replies[-1]["reference"] for talker in crowd.talkers for replies in talker.answers.values()
                 if labels(replies) == ["handoff:requested"]]
    told = words_in_logs(system, "canary")
    print(f"\n{kills} kills of each of {', '.join(PROGRAMS)}: {crowd.answered()} messages of {len(crowd.talkers)} "
          f"conversations answered, {sum(talker.unavailable for talker in crowd.talkers)} times unavailable first, "
          f"{len(complaints)} lost, doubled or out of order, {len(told)} lines of log with a visitor's word")
    assert complaints == []
    assert sorted(set(requests_written(system)) - before) == sorted(requested)
    assert told == []

