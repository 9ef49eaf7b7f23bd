"""What the ready examples would change is shown before they are taken: tried in a process of its own, said honestly."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from processes import Gateway, Process, until

from people import signed_in, words

if TYPE_CHECKING:
    from conftest import StartGateway
    from people import TellingBot

PATIENCE_SECONDS = 900
BUTTON = '<button class="small primary">Try on the held-out messages</button>'
STAND_IN = """
import json, os, pathlib, sys, time
room = pathlib.Path(sys.argv[0]).parent
examples = sys.stdin.read()
(room / "new").write_text(json.dumps({"examples": examples, "argv": sys.argv, "environment": dict(os.environ), "pid": os.getpid()}))
(room / "new").rename(room / "asked")
print(examples, file=sys.stderr)
print(json.dumps({"step": "measuring the model as it is", "done": 3, "total": 9}), flush=True)
while not (room / "go").exists():
    time.sleep(0.02)
def standing(verdict, *came_to):
    return {"verdict": verdict, "came_to": list(came_to)}
before = {"right": 7, "suggested": 0, "wrong": 1, "missed": 1, "other_subject": 0}
after = {**before, "right": 8, "missed": 0}
changed = [
    {"file": "few", "text": "held out and better", "accept": ["answer:cost"], "subject": None, "before": standing("missed", "out_of_scope"), "after": standing("right", "answer:cost")},
    {"file": "few", "text": "held out and worse", "accept": ["not_covered"], "subject": "onset", "before": standing("right", "not_covered/onset"), "after": standing("wrong", "answer:safety")},
]
outcome = {"before": standing("missed", "suggest"), "after": standing("right", "answer:cost")}
count = sum(line.startswith("      - ") for line in examples.splitlines())
print(json.dumps({"result": {"files": [{"name": "few", "messages": 9, "before": before, "after": after}], "changed": changed, "examples": [outcome] * count, "seconds": 2, "megabytes": 9}}), flush=True)
"""


class Bench:
    """A gateway, its grouper, and a stand-in for the bot's Python that measures nothing."""

    def __init__(self, gateway: Gateway, room: Path) -> None:
        self.gateway, self.room = gateway, room
        self.admin = signed_in(gateway)
        self.grouper = Process(["-m", "gateway.console.grouper"], gateway.environment, room / "grouper.log")

    def ready(self, text: str, label: str = "answer/cost") -> str:
        """An example that is ready: its conversation."""
        visitor = self.gateway.visitor()
        visitor.say(text)
        path = f"/conversations/{visitor.conversation_id}"
        self.admin.submit(self.admin.get(path), f"{path}/messages/2/review", verdict="wrong", label=label)
        done = self.admin.submit(self.page(), f"/learning/{visitor.conversation_id}/2", state="ready", text=text)
        assert done.status_code == 303, words(done)
        return str(visitor.conversation_id)

    def page(self, show: str = "ready") -> httpx.Response:
        return self.admin.get(f"/learning?show={show}")

    def ask(self) -> None:
        """Presses the button; what the stand-in was asked before is forgotten."""
        (self.room / "go").unlink(missing_ok=True)
        (self.room / "asked").unlink(missing_ok=True)
        answer = self.admin.submit(self.page(), "/learning/trial")
        assert answer.status_code == 303, words(answer)

    def asked(self) -> dict[str, Any]:
        """What the stand-in was started with, once it was."""
        return until(lambda: json.loads((self.room / "asked").read_text()), "the trial to begin")

    def ends(self, state: str) -> None:
        until(lambda: self.gateway.rows("SELECT state FROM trials ORDER BY id DESC LIMIT 1") == [(state,)], f"the trial to be {state}")

    def goes_on(self) -> None:
        (self.room / "go").touch()
        self.ends("done")


@pytest.fixture(scope="module")
def gateway_for_trials(bot: TellingBot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    room = tmp_path_factory.mktemp("trials")
    python = room / "python"
    measures = room / "measures.py"
    measures.write_text(STAND_IN)
    # Not the interpreter in the first line: its path may have spaces.
    python.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{measures}' \"$@\"\n")
    python.chmod(0o755)
    (room / "few.jsonl").write_text('{"text": "x", "accept": ["answer:cost"]}\n')
    gateway = Gateway(room, bot, console__bot_python=str(python), console__held_out=[str(room / "few.jsonl")], smtp__password="never-tell", journal__busy_seconds=60)
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture(scope="module")
def shared_bench(gateway_for_trials: Gateway) -> Bench:
    return Bench(gateway_for_trials, gateway_for_trials.folder)


@pytest.fixture
def bench(shared_bench: Bench) -> Iterator[Bench]:
    """With the grouper running."""
    shared_bench.grouper.start()
    yield shared_bench
    shared_bench.grouper.end()


def test_a_trial_says_how_far_it_is_then_what_would_change_and_its_figures_stand_beside_the_export(bench: Bench) -> None:
    conversation = bench.ready("grindlewock fee")
    assert "Not tried No trial was made of exactly these examples" in words(bench.page())
    bench.ask()
    assert "- grindlewock fee" in bench.asked()["examples"]
    until(lambda: "measuring the model as it is, 3 of 9" in words(bench.page()), "the progress to be shown")
    assert BUTTON not in bench.page().text
    bench.goes_on()
    page = words(bench.page())
    assert "Comes to it, once learned Now: missed (Suggested buttons) In the trial: right (Answer: cost)" in page
    assert "All 9 7 → 8 0 0 1 1 → 0" in page
    assert page.index("held out and worse") < page.index("held out and better")
    assert "before: right (Not covered: onset) after: wrong (Answer: safety) right would be: Not covered: onset" in page
    assert "of 9 held-out messages right 7 → 8, suggested 0, wrong 1, missed 1 → 0 ; 2 messages judged otherwise, 1 of them worse" in page.replace(" ,", ",")
    assert BUTTON in bench.page().text

    bench.admin.submit(bench.page(), "/learning/export", format="nlu")
    exported = bench.gateway.rows("SELECT detail FROM audit WHERE action = 'examples exported' ORDER BY id DESC")[0][0]
    assert json.loads(exported)["trial"] == bench.gateway.rows("SELECT max(id) FROM trials")[0][0]
    assert bench.gateway.rows("SELECT staff_name FROM audit WHERE action = 'trial asked for'")[-1] == ("Ada",)

    bench.admin.submit(bench.page(), f"/learning/{conversation}/2", state="ready", text="grindlewock fee changed")
    changed = words(bench.page())
    assert "It was of other examples than those that are ready now" in changed
    assert "No trial was made of exactly these examples" in changed
    assert "once learned Now" not in changed


def test_figures_are_out_of_date_when_the_held_out_messages_change(bench: Bench) -> None:
    bench.ready("mulverine price")
    bench.ask()
    bench.goes_on()
    assert "Out of date" not in words(bench.page())
    with (bench.room / "few.jsonl").open("a") as more:
        more.write('{"text": "y", "accept": ["answer:cost"]}\n')
    assert "Model or held-out messages have changed since" in words(bench.page())
    assert "No trial was made of exactly these examples with the model as it is now" in words(bench.page())


def test_no_word_and_no_password_is_in_logs_command_lines_or_the_childs_environment(bench: Bench) -> None:
    bench.ready("plimsorrel cost")
    bench.ask()
    asked = bench.asked()
    bench.goes_on()
    assert "plimsorrel" in asked["examples"]
    assert "plimsorrel" not in json.dumps([asked["argv"], asked["environment"]])
    assert "never-tell" not in json.dumps(asked["environment"])
    assert "plimsorrel" not in bench.grouper.log.read_text() + bench.gateway.log.read_text()
    assert not [row for row in bench.gateway.rows("SELECT * FROM trials") if "plimsorrel" in str(row)]
    assert not [row for row in bench.gateway.rows("SELECT * FROM trial_examples") if "plimsorrel" in str(row)]


def test_an_erased_conversation_takes_its_part_of_a_trial_with_it(bench: Bench) -> None:
    visitor = bench.gateway.visitor()
    visitor.say("snelgrave bill")
    path = f"/conversations/{visitor.conversation_id}"
    bench.admin.submit(bench.admin.get(path), f"{path}/messages/2/review", verdict="wrong", label="answer/cost")
    bench.admin.submit(bench.page(), f"/learning/{visitor.conversation_id}/2", state="ready", text="snelgrave bill")
    bench.ask()
    bench.asked()
    assert visitor.erase().status_code == 204
    bench.goes_on()
    assert bench.gateway.rows(f"SELECT 1 FROM trial_examples WHERE conversation_id = '{visitor.conversation_id}'") == []
    assert "It was of other examples than those that are ready now" in words(bench.page())


def test_one_trial_at_a_time_and_one_that_is_killed_says_so(bench: Bench) -> None:
    bench.ready("dorvant fees")
    page = bench.page()
    bench.ask()
    child = bench.asked()["pid"]
    assert bench.admin.submit(page, "/learning/trial").status_code == 303
    assert len(bench.gateway.rows("SELECT 1 FROM trials WHERE state IN ('waiting', 'running')")) == 1
    os.kill(child, signal.SIGKILL)
    bench.ends("failed")
    assert "came to no end. Its process was killed (signal 9)" in words(bench.page())
    assert BUTTON in bench.page().text


def test_a_trial_ends_with_the_process_that_makes_it(bench: Bench) -> None:
    bench.ready("ellemere rates")
    bench.ask()
    child = bench.asked()["pid"]
    bench.grouper.end()
    until(lambda: not alive(child), "the trial's process to end")
    bench.ends("failed")
    assert "It was stopped before its end" in words(bench.page())


def test_a_trial_whose_maker_died_without_a_word_makes_room_for_the_next(bench: Bench) -> None:
    bench.ready("quendle tariff")
    bench.ask()
    bench.asked()
    bench.grouper.kill()
    with_past(bench.gateway, "UPDATE trials SET said_at = said_at - 120000 WHERE state = 'running'")
    assert "It ended without a word" in words(bench.page())
    bench.grouper.start()
    bench.ask()
    bench.asked()
    bench.goes_on()
    assert "came to no end" not in words(bench.page())


def test_readers_see_what_was_tried_and_only_admins_try(bench: Bench) -> None:
    bench.ready("orrisby dues")
    reader = signed_in(bench.gateway, "Rita", "reader")
    page = reader.get("/learning")
    assert "Try on the held-out messages" in words(page)
    assert BUTTON not in page.text
    assert reader.submit(page, "/learning/trial").status_code == 403
    assert bench.admin.send("/learning/trial").status_code == 403


def test_where_the_bots_python_is_not_beside_the_gateway_the_page_says_so_and_shows_no_button(start_gateway: StartGateway) -> None:
    gateway = start_gateway(console__bot_python="nowhere/python", journal__busy_seconds=60)
    admin = signed_in(gateway)
    page = admin.get("/learning")
    assert "Not possible here: nowhere/python is not beside this gateway." in words(page)
    assert BUTTON not in page.text
    assert admin.submit(page, "/learning/trial").status_code == 409


def test_the_model_itself_is_tried_and_learns_its_example(start_gateway: StartGateway, tmp_path: Path) -> None:
    """The bot's own Python, the trained model and all its lines; only the held-out messages are few."""
    few = tmp_path / "few.jsonl"
    few.write_text("".join(json.dumps({"text": text, "accept": [label]}) + "\n" for text, label in (
        ("what does ldn cost a month", "answer:cost"), ("is it addictive", "answer:addictive_or_controlled"), ("who won the hockey", "out_of_scope"),
    )))  # fmt: skip
    gateway = start_gateway(console__held_out=[str(few)], journal__busy_seconds=60)
    bench = Bench(gateway, tmp_path)
    bench.ready("glorpital snazzle wumple", "answer/history")
    bench.grouper.start()
    try:
        bench.ask()
        give_up = time.monotonic() + PATIENCE_SECONDS
        while (state := gateway.rows("SELECT state, step FROM trials")[0])[0] in ("waiting", "running"):
            assert time.monotonic() < give_up, state
            time.sleep(1)
    finally:
        bench.grouper.end()
    assert state == ("done", "")
    page = words(bench.page())
    assert "1 of 1 come to what they should" in page
    assert "In the trial: right (Answer: history)" in page
    assert "All 3" in page
    assert "Tried with exactly these" in page


def alive(process: int) -> bool:
    """Whether it runs; one that ended and waits for its parent to look does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def with_past(gateway: Gateway, statement: str) -> None:
    with closing(sqlite3.connect(gateway.database, timeout=30)) as journal, journal:
        journal.execute(statement)
