"""From a wrong reading to an example: redacted, checked, taken once, ignored for good, exported as the bot reads it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
import yaml

from gateway.console import learning
from people import Person, words

if TYPE_CHECKING:
    from processes import Gateway

LEARNED = "what does your clinic do"


def wrong(gateway: Gateway, person: Person, text: str, label: str) -> str:
    """Somebody writes, staff say what it should have been: the address at which the example is settled."""
    visitor = gateway.visitor()
    visitor.say(text)
    path = f"/conversations/{visitor.conversation_id}"
    person.submit(person.get(path), f"{path}/messages/2/review", verdict="wrong", label=label)
    return f"/learning/{visitor.conversation_id}/2"


def test_an_example_is_ready_only_when_its_contact_data_is_out_and_is_exported_for_rasa_and_for_measuring(
    gateway: Gateway, admin: Person
) -> None:
    path = wrong(gateway, admin, "zorbling [a](b) mail bo@example.org\nhow soon", "not_covered/onset")
    page = admin.get("/learning")
    assert "zorbling [a](b) mail [email] how soon" in words(page)
    refused = admin.submit(page, path, state="ready", text="zorbling 613 555 0199")
    assert refused.status_code == 409
    assert "contact data" in words(refused)
    assert admin.submit(page, path, state="ready", text="zorbling [a](b)  how\nsoon").status_code == 303

    nlu = yaml.safe_load(admin.submit(page, "/learning/export", format="nlu").text)
    assert nlu["version"] == "3.1"
    lines = {entry["intent"]: entry["examples"].splitlines() for entry in nlu["nlu"]}
    assert lines["not_covered/onset"] == ["- zorbling [a] (b) how soon"]
    measured = [json.loads(line) for line in admin.submit(page, "/learning/export", format="evaluation").text.splitlines()]
    mine = next(one for one in measured if "zorbling" in one["text"])
    assert (mine["accept"], mine["subject"]) == (["not_covered"], "onset")


def test_duplicates_and_contradictions_are_named_and_refused(gateway: Gateway, admin: Person) -> None:
    same = wrong(gateway, admin, f"{LEARNED.upper()}??", "answer/about_clinic")
    against = wrong(gateway, admin, f"{LEARNED}!", "answer/cost")
    wrong(gateway, admin, "blorptic question", "answer/safety")
    beside = wrong(gateway, admin, "Blorptic, question?", "answer/cost")
    page = admin.get("/learning")
    for path, why in ((same, "exactly these words already"), (against, "as answer/about_clinic"), (beside, "answer/safety for the same words")):
        text = {same: LEARNED, against: LEARNED, beside: "blorptic question"}[path]
        answer = admin.submit(page, path, state="ready", text=text)
        assert answer.status_code == 409
        assert why in words(answer), why


def test_what_is_ignored_stays_ignored(gateway: Gateway, admin: Person) -> None:
    path = wrong(gateway, admin, "snorvelate it", "answer/cost")
    admin.submit(admin.get("/learning"), path, state="ignored", text="snorvelate it")
    assert "snorvelate" not in words(admin.get("/learning"))
    assert "snorvelate" in words(admin.get("/learning?show=ignored"))
    export = admin.submit(admin.get("/learning"), "/learning/export", format="nlu").text
    assert "snorvelate" not in export


def test_an_example_goes_with_its_conversation(gateway: Gateway, admin: Person) -> None:
    visitor = gateway.visitor()
    visitor.say("flimberg then")
    path = f"/conversations/{visitor.conversation_id}"
    admin.submit(admin.get(path), f"{path}/messages/2/review", verdict="wrong", label="answer/cost")
    page = admin.get("/learning")
    assert "flimberg" in words(page)
    visitor.erase()
    assert "flimberg" not in words(admin.get("/learning"))
    gone = admin.submit(page, f"/learning/{visitor.conversation_id}/2", state="ready", text="flimberg then")
    assert gone.status_code == 409


@pytest.mark.parametrize("text", ["", "  ?! ", "..."])
def test_an_example_without_words_is_none(text: str) -> None:
    assert learning.objections(text, "answer/cost", {})
