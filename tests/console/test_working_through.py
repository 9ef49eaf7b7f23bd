"""The morning's work over HTTP: inbox, transcript, reviews, notes, search, filters, saved searches, exports, requests."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING

import pytest
from processes import Visitor

from people import Person, found, words

if TYPE_CHECKING:
    from processes import Gateway



@pytest.fixture(scope="module")
def morning(gateway: Gateway, admin: Person) -> dict[str, Visitor]:
    """What came in overnight: one of each kind."""
    said = {
        "plain": ["how does marlowfish work #answer:how_it_works", "can i drink marlowfish wine #not_covered:alcohol"],
        "flagged": ["marlowfish and i want to kill myself"],
        "request": ["request a marlowfish call"],
        "unsure": ["marlowfish hmm #suggest", "write to kim.lee@example.com or 613-555-0199 #suggest"],
        "screened": ["would marlowfish suit me #screening", "no #screening:done:flagged"],
        "disliked": ["marlowfish stays #answer:dose_range"],
    }
    visitors = {name: gateway.visitor() for name in said}
    for name, texts in said.items():
        for text in texts:
            answer = visitors[name].say(text)
            assert answer.status_code == 200, answer.text
    visitors["disliked"].think(answer.json()["replies"][0]["id"], False, "marlowfish is not what I asked")
    unsaved = gateway.visitor(save=False)
    unsaved.say("marlowfish whisper")
    visitors["unsaved"] = unsaved
    return visitors


def ids(page: object) -> list[str]:
    """The conversations that a page lists, in order."""
    return re.findall(r'class="open" href="/conversations/([\w-]+)"', getattr(page, "text", ""))


def names(page: object, morning: dict[str, Visitor]) -> set[str]:
    """Which of this morning's a page lists."""
    return {name for name, visitor in morning.items() if visitor.conversation_id in ids(page)}


def test_the_inbox_shows_requests_and_safety_cards_first_and_never_what_was_not_to_be_kept(
    admin: Person, morning: dict[str, Visitor]
) -> None:
    page = admin.get("/inbox")
    urgent, others = page.text.split('id="others"')
    assert morning["flagged"].conversation_id in urgent
    assert morning["request"].conversation_id in urgent
    assert morning["plain"].conversation_id in others
    assert morning["unsaved"].conversation_id not in page.text
    assert "whisper" not in page.text
    assert re.search(r"LDN-\w{4}-\w\w", urgent)


def test_opening_marks_as_seen_and_done_goes_on_to_the_next(gateway: Gateway, admin: Person) -> None:
    first, second = gateway.visitor(), gateway.visitor()
    first.say("tockerling one")
    second.say("tockerling two")
    path = f"/conversations/{second.conversation_id}"
    page = admin.get(path)
    assert gateway.rows(f"SELECT state FROM overviews WHERE conversation_id = '{second.conversation_id}'") == [("seen",)]
    gone = admin.submit(page, f"{path}/state", state="done", next="1")
    assert admin.get(gone.headers["location"]).headers["location"] == f"/conversations/{first.conversation_id}"
    assert second.conversation_id in ids(admin.get("/inbox?show=done"))
    second.say("tockerling again")
    assert second.conversation_id in ids(admin.get("/inbox"))


def test_a_conversation_can_be_given_to_somebody(gateway: Gateway, admin: Person, morning: dict[str, Visitor]) -> None:
    path = f"/conversations/{morning['plain'].conversation_id}"
    number = gateway.rows("SELECT id FROM staff WHERE name = 'Ada'")[0][0]
    admin.submit(admin.get(path), f"{path}/assignee", assignee=str(number))
    assert morning["plain"].conversation_id in ids(admin.get("/inbox?show=mine"))


def test_the_transcript_shows_what_was_understood_of_every_message(admin: Person, morning: dict[str, Visitor]) -> None:
    page = words(admin.get(f"/conversations/{morning['plain'].conversation_id}"))
    for part in ("how does marlowfish work", "Answer: how it works 0.87", "dose: 3 mg", "Answer: dose range 0.66",
                 "near the example “what dose do people take” (Answer: dose range, 0.81)", "Not covered: alcohol",
                 "from “How Does LDN Work?”"):  # fmt: skip
        assert part in page


def test_a_wrong_reading_is_reviewed_with_what_would_have_been_right_and_notes_stand_beside(
    gateway: Gateway, reader: Person, morning: dict[str, Visitor]
) -> None:
    path = f"/conversations/{morning['unsure'].conversation_id}"
    page = reader.get(path)
    reader.submit(page, f"{path}/messages/4/review", verdict="wrong", label="handoff/email")
    reader.submit(page, f"{path}/messages/2/review", verdict="right")
    reader.submit(page, f"{path}/notes", text="Called, will write.")
    shown = words(reader.get(path))
    assert "Wrong: should be Hand-off: email Rita" in shown
    assert "Right Rita" in shown
    assert "Called, will write." in shown
    example = gateway.rows("SELECT example, example_state FROM reviews WHERE verdict = 'wrong'")
    assert example == [("write to [email] or [number] #suggest", "draft")]


@pytest.mark.parametrize(
    ("fields", "path"),
    [({"verdict": "perhaps"}, "2"), ({"verdict": "wrong", "label": "no/such"}, "2"), ({"verdict": "right"}, "3"), ({"verdict": "right"}, "99")],
    ids=["no such verdict", "no such label", "the bot's message", "no such message"],
)  # fmt: skip
def test_a_review_of_nothing_is_refused(admin: Person, morning: dict[str, Visitor], fields: dict[str, str], path: str) -> None:
    here = f"/conversations/{morning['plain'].conversation_id}"
    assert admin.submit(admin.get(here), f"{here}/messages/{path}/review", **fields).status_code in (404, 422)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("words=marlowfish", {"plain", "flagged", "request", "unsure", "screened", "disliked"}),
        ("words=marlowfish+wine", {"plain"}),
        ("words=marlowfish+AND+(wine+OR+call)", {"plain", "request"}),
        ("words=marlowfish+NOT+(wine+OR+call+OR+hmm)", {"flagged", "screened", "disliked"}),
        ("words=marlowfish+-wine+-call+-hmm+-suit", {"flagged", "disliked"}),
        ('words=%22marlowfish+wine%22', {"plain"}),
        ('words=%22wine+marlowfish%22', set()),
        ("words=marlowf*+wine", {"plain"}),
        ("words=MARLOWFISH+Wine", {"plain"}),
        ("words=marlowfish+not+asked", {"disliked"}),
        ("words=whisper", set()),
        ("words=marlowfish&outcome=answer:how_it_works", {"plain"}),
        ("words=marlowfish&subject=alcohol", {"plain"}),
        ("words=marlowfish&answer=suggested", {"unsure"}),
        ("words=marlowfish&answer=thumbs_down", {"disliked"}),
        ("words=marlowfish&person=flagged", {"flagged"}),
        ("words=marlowfish&person=requested", {"request"}),
        ("words=marlowfish&person=screening_flagged", {"screened"}),
        ("words=marlowfish&length=1", {"flagged", "request", "disliked"}),
        ("words=marlowfish&language=en-CA&length=2-5&answer=not_covered", {"plain"}),
        ("words=marlowfish&since=2020-01-01&until=2020-12-31", set()),
        ("words=marlowfish&since=2020-01-01&length=1&person=flagged", {"flagged"}),
        ("words=marlowfish&outcome=%27%20OR%201=1", {"plain", "flagged", "request", "unsure", "screened", "disliked"}),
    ],
)  # fmt: skip
def test_words_and_filters_find_what_they_name(
    admin: Person, morning: dict[str, Visitor], asked: str, expected: set[str]
) -> None:
    assert names(admin.get(f"/conversations?{asked}"), morning) == expected


@pytest.mark.parametrize("typed", ["(", ")", "a AND", "NOT a", "-a", '"', "a OR", "((((a))))", "NEAR(a b)", "words:a", "*", "a*b^c", "{a}", "'--"])
def test_no_query_breaks_the_search(admin: Person, typed: str) -> None:
    answer = admin.get(f"/conversations?words={typed.replace(' ', '+')}")
    assert answer.status_code in (200, 422)
    assert "Something failed" not in answer.text


def test_a_search_is_saved_for_all_staff(admin: Person, reader: Person, morning: dict[str, Visitor]) -> None:
    page = admin.get("/conversations?words=marlowfish&person=flagged")
    admin.submit(page, "/views", name="Fish in need", address=found(r'name="address" value="([^"]+)"', page).replace("&amp;", "&"))
    link = found(r'<a href="(/conversations\?[^"]+)">Fish in need</a>', reader.get("/conversations")).replace("&amp;", "&")
    assert names(reader.get(link), morning) == {"flagged"}


def test_exports_are_whole_and_a_spreadsheet_calculates_nothing_of_them(gateway: Gateway, admin: Person) -> None:
    visitor = gateway.visitor()
    formulas = ['=HYPERLINK("http://evil")', "+1+1", "-2+3", "@SUM(1)", " =1+1", "ordinary, with \"quotes\""]
    for formula in formulas:
        visitor.say(formula)
    path = f"/conversations/{visitor.conversation_id}"
    page = admin.get(path)
    files = {name: admin.submit(page, f"{path}/export", format=name) for name in ("txt", "jsonl", "csv")}
    assert all(formula in files["txt"].text for formula in formulas)
    lines = [json.loads(line) for line in files["jsonl"].text.splitlines()]
    assert [line["text"] for line in lines if line["who"] == "visitor"] == formulas
    table = list(csv.DictReader(io.StringIO(files["csv"].text.removeprefix("\ufeff"))))
    assert len(table) == len(lines) == 13
    cells = [cell for row in table for cell in row.values()]
    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert admin.submit(page, f"{path}/export", format="exe").status_code == 422


def test_what_a_search_finds_is_exported_with_contact_data_covered(admin: Person, morning: dict[str, Visitor]) -> None:
    page = admin.get("/conversations?words=marlowfish")
    answer = admin.submit(page, "/conversations", format="jsonl", address="words=marlowfish&answer=suggested")
    assert {json.loads(line)["conversation"] for line in answer.text.splitlines()} == {morning["unsure"].conversation_id}
    assert "kim.lee" not in answer.text


def test_requests_are_a_queue_with_the_state_of_their_mails(gateway: Gateway, admin: Person, morning: dict[str, Visitor]) -> None:
    page = admin.get("/requests")
    (reference,) = gateway.rows(
        f"SELECT reference FROM requests WHERE conversation_id = '{morning['request'].conversation_id}'"
    )[0]
    assert reference in words(page)
    assert "To us: waiting" in words(page)
    path = f"/requests/{reference}"
    assert "Try now" in words(admin.get(path))
    mail = gateway.rows("SELECT id FROM outbox LIMIT 1")[0][0]
    assert admin.submit(admin.get(path), f"{path}/mails/{mail}/again").status_code == 303
    admin.submit(admin.get(path), f"{path}/done", done="yes")
    assert reference not in words(admin.get("/requests"))
    assert reference in words(admin.get("/requests?show=done"))
    assert gateway.rows(
        f"SELECT state, urgent FROM overviews WHERE conversation_id = '{morning['request'].conversation_id}'"
    ) == [("done", 0)]
    found_by_hand = admin.get(f"/requests?reference={reference.lower()}")
    assert found_by_hand.headers["location"] == path


def test_pages_of_things_that_are_not_there_say_so(admin: Person) -> None:
    for path in ("/conversations/none", "/requests/LDN-0000-00"):
        answer = admin.get(path)
        assert answer.status_code == 404
        assert "erased meanwhile" in words(answer)


def test_with_the_journal_down_the_console_says_so_and_heals(gateway: Gateway, admin: Person) -> None:
    assert admin.get("/inbox").status_code == 200
    with gateway.locked_journal():
        answer = admin.get("/inbox")
        assert answer.status_code == 503
        assert "The record is down" in words(answer)
    assert admin.get("/inbox").status_code == 200


