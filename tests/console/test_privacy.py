"""Contact data covered until asked for, an audit that is only added to, and erasure that reaches every table and file."""

from __future__ import annotations

import json
import re
import sqlite3
import uuid
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from processes import Gateway, Visitor, until

from gateway.console.masking import masked
from people import Person, signed_in, words

if TYPE_CHECKING:
    from conftest import StartGateway


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("write to kim.o'lee+x@mail.example.com please", "write to kim.o'[email] please"),
        ("call (613) 555-0199 or +1 613 555 0199", "call [number] or [number]"),
        ("my card is 1234-567-890-AB", "my card is [number]"),
        ("K1A 0B1 is where i live", "[postal code] is where i live"),
        ("i take 4.5 mg since 2019, 3-5 times", "i take 4.5 mg since 2019, 3-5 times"),
        ("Jane here, jane ROE's sister Janet", "[name] here, [name]'s sister Janet"),
    ],
)
def test_contact_data_is_covered_and_doses_and_years_are_not(text: str, covered: str) -> None:
    assert masked(text, ["Jane Roe"]) == covered


def filled(gateway: Gateway, person: Person, word: str) -> tuple[Visitor, str]:
    """A conversation that leaves the word in every table of the journal's and the console's that words reach."""
    visitor = gateway.visitor()
    answer = visitor.say(f"{word} #not_covered:onset").json()
    visitor.say(f"{word} hmm #suggest")
    visitor.think(answer["replies"][0]["id"], False, f"{word} comment")
    visitor.say(f"request {word}")
    path = f"/conversations/{visitor.conversation_id}"
    page = person.get(path)
    person.submit(page, f"{path}/notes", text=f"{word} note")
    person.submit(page, f"{path}/messages/2/review", verdict="wrong", label="not_covered/food")
    reference = gateway.rows(f"SELECT reference FROM requests WHERE conversation_id = '{visitor.conversation_id}'")[0][0]
    return visitor, reference


def test_contact_data_is_shown_only_when_asked_for_and_that_is_noted(gateway: Gateway, reader: Person) -> None:
    visitor = gateway.visitor()
    visitor.say("i am jane.roe@example.org #suggest")
    visitor.say("request, Jane Roe here")
    reference = gateway.rows(f"SELECT reference FROM requests WHERE conversation_id = '{visitor.conversation_id}'")[0][0]
    for path in ("/inbox", "/requests", "/conversations?words=jane", f"/conversations/{visitor.conversation_id}", f"/requests/{reference}"):
        assert not re.search(r"(?i)jane|roe@", words(reader.get(path)).replace("Words visitors wrote", "")), path
    for path in (f"/conversations/{visitor.conversation_id}", f"/requests/{reference}"):
        assert "jane.roe@example.org" in reader.submit(reader.get(path), f"{path}/contact-data").text
    seen = gateway.rows("SELECT whose FROM audit WHERE action = 'contact data seen' ORDER BY id DESC LIMIT 2")
    assert seen == [(reference,), (visitor.conversation_id,)]


def test_every_read_search_export_and_change_is_in_the_audit_without_a_word_of_anybodys(
    start_gateway: StartGateway,
) -> None:
    gateway = start_gateway()
    person = signed_in(gateway)
    word = f"canary{uuid.uuid4().hex}"
    visitor, reference = filled(gateway, person, word)
    path = f"/conversations/{visitor.conversation_id}"
    for page in ("/inbox", f"/conversations?words={word}", path, "/figures", "/requests", f"/requests/{reference}"):
        person.get(page)
    person.submit(person.get(path), f"{path}/export", format="csv")
    person.submit(person.get(f"/requests/{reference}"), f"/requests/{reference}/export", format="json")
    rows = gateway.rows("SELECT action, staff_name, whose, detail FROM audit ORDER BY id")
    done = {action for action, *_ in rows}
    assert {"account made", "signed in", "inbox seen", "searched", "conversation read", "figures seen", "requests seen",
            "request read", "note added", "message reviewed", "exported", "person exported"} <= done  # fmt: skip
    assert word not in json.dumps(rows)
    listed = next(json.loads(detail) for action, _, _, detail in rows if action == "searched")
    assert listed["conversations"] == [visitor.conversation_id]
    assert {name for action, name, *_ in rows if action == "conversation read"} == {"Ada"}
    assert "conversation read" in words(person.get(f"/audit?whose={visitor.conversation_id}"))
    assert word not in gateway.log.read_text()


def test_the_audit_cannot_be_changed_nor_deleted_before_two_years(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    signed_in(gateway)
    with closing(sqlite3.connect(gateway.database, timeout=20)) as journal:
        for statement in ("UPDATE audit SET staff_name = 'x'", "DELETE FROM audit"):
            with pytest.raises(sqlite3.IntegrityError, match="audit"):
                journal.execute(statement)
            journal.rollback()
        journal.execute("INSERT INTO audit (at, staff_id, staff_name, action, detail) VALUES (1, 0, '', 'old', '{}')")
        assert journal.execute("DELETE FROM audit WHERE action = 'old'").rowcount == 1
        journal.commit()


def everywhere(gateway: Gateway, word: str) -> list[str]:
    """The tables in which the word stands, the search index among them."""
    tables = [name for (name,) in gateway.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
    return [table for table in tables if any(word in str(row) for row in gateway.rows(f"SELECT * FROM '{table}'"))]


@pytest.mark.parametrize("way", ["the visitor", "the staff", "time"])
def test_what_is_erased_is_in_no_table_no_index_and_no_file_whoever_erases(start_gateway: StartGateway, way: str) -> None:
    settings = {"retention__request_days": 6 / 86_400} if way == "time" else {}
    gateway = start_gateway(retention__sweep_seconds=0.3, **settings)
    person = signed_in(gateway)
    word = f"canary{uuid.uuid4().hex}"
    visitor, reference = filled(gateway, person, word)
    stays = gateway.visitor() if way != "time" else None
    if stays:
        stays.say("what is ldn")
    person.get(f"/conversations?words={word}")
    assert {"messages", "replies", "readings", "feedback", "notes", "reviews", "requests", "search_words_content"} <= set(everywhere(gateway, word))
    assert word.encode() in gateway.bytes_on_disk()

    if way == "the visitor":
        assert visitor.erase().status_code == 204
    elif way == "the staff":
        path = f"/requests/{reference}"
        page = person.get(path)
        assert person.submit(page, f"{path}/erase", reference="LDN-0000-00").status_code == 422
        assert "is erased" in words(person.submit(page, f"{path}/erase", reference=reference))
    until(lambda: word.encode() not in gateway.bytes_on_disk(), "the word to be gone from every file")
    assert everywhere(gateway, word) == []
    assert gateway.rows("SELECT * FROM search_debts") == []
    for table in ("overviews", "questions", "outcomes"):
        assert len(gateway.rows(f"SELECT * FROM {table}")) == (1 if stays and table != "questions" else 0), table
    assert "Nothing was found" in words(person.get(f"/conversations?words={word}"))


def test_a_visitor_who_goes_on_without_saving_leaves_the_console_at_once(gateway: Gateway, admin: Person) -> None:
    visitor = gateway.visitor()
    visitor.say("peppergrass question #not_covered:onset")
    assert visitor.conversation_id in admin.get("/conversations?words=peppergrass").text
    visitor.say("without saving, peppergrass")
    assert visitor.conversation_id not in admin.get("/conversations?words=peppergrass").text
    assert gateway.rows(f"SELECT * FROM questions WHERE conversation_id = '{visitor.conversation_id}'") == []
    assert admin.get(f"/conversations/{visitor.conversation_id}").status_code == 404


def test_a_person_gets_everything_that_is_kept_about_them_in_one_action(gateway: Gateway, admin: Person) -> None:
    word = f"canary{uuid.uuid4().hex}"
    visitor, reference = filled(gateway, admin, word)
    path = f"/requests/{reference}"
    data = json.loads(admin.submit(admin.get(path), f"{path}/export", format="json").text)
    page = admin.submit(admin.get(path), f"{path}/export", format="html").text
    messages = data["conversation"]["messages"]
    kept = gateway.rows(f"SELECT text FROM messages WHERE conversation_id = '{visitor.conversation_id}' ORDER BY seq")
    assert [one["text"] for one in messages] == [text for (text,) in kept]
    assert data["request"]["contact"] == "jane.roe@example.org"
    assert [one["text"] for one in data["conversation"]["notes"]] == [f"{word} note"]
    assert f"{word} comment" in [reply["comment"] for one in messages for reply in one["replies"]]
    assert "jane.roe@example.org" in page
    assert page.count(word) >= 4
