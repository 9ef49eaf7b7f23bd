"""Hundreds of bad requests: each gets its documented code and a problem that names the field; nothing of it is stored."""

from __future__ import annotations

import httpx
import pytest

from bad_requests import WORD, Bad, bad_requests
from processes import Gateway, Visitor
from records import TABLES


@pytest.fixture(scope="module")
def answers(
    shared_gateway: Gateway,
) -> tuple[list[tuple[Bad, httpx.Response]], dict[str, int], dict[str, int]]:
    """Every bad request with its answer, and how many rows each table had before and after."""
    visitor = shared_gateway.visitor()
    visitor.say("hello")
    before = _rows(shared_gateway, visitor)
    answered = [(bad, _send(visitor, bad)) for bad in bad_requests(visitor.session["token"])]
    return answered, before, _rows(shared_gateway, visitor)


Answers = tuple[list[tuple[Bad, httpx.Response]], dict[str, int], dict[str, int]]


def test_each_gets_its_documented_code(answers: Answers) -> None:
    assert len(answers[0]) > 350
    assert [(bad.name, answer.status_code) for bad, answer in answers[0] if answer.status_code != bad.status] == []


def test_each_gets_a_problem_that_says_what_to_do(answers: Answers) -> None:
    for bad, answer in answers[0]:
        assert answer.headers["content-type"] == "application/problem+json", bad.name
        problem = answer.json()
        assert problem["status"] == answer.status_code
        assert all(problem[name] for name in ("type", "title", "detail", "next")), bad.name


def test_a_wrong_field_is_named(answers: Answers) -> None:
    named = [
        (bad.name, sorted(error["field"] for error in answer.json()["errors"]))
        for bad, answer in answers[0]
        if answer.status_code == 422 and [error["field"] for error in answer.json()["errors"]] != list(bad.fields)
    ]
    assert named == []


def test_none_of_them_says_again_what_was_sent(answers: Answers) -> None:
    assert [bad.name for bad, answer in answers[0] if WORD in answer.text and WORD not in bad.fields] == []


def test_nothing_of_them_is_stored(answers: Answers, shared_gateway: Gateway) -> None:
    _, before, after = answers
    assert after == before
    assert WORD.encode() not in shared_gateway.bytes_on_disk()


def test_nothing_of_them_is_logged(answers: Answers, shared_gateway: Gateway) -> None:
    assert WORD not in shared_gateway.log.read_text()


def _send(visitor: Visitor, bad: Bad) -> httpx.Response:
    authorization = visitor.headers["Authorization"] if bad.token is None else bad.token
    headers = {**bad.headers, "Authorization": authorization} if authorization else bad.headers
    content = None if bad.method == "GET" else bad.body
    return visitor.gateway.http.request(bad.method, bad.path, content=content, headers=headers)


def _rows(gateway: Gateway, visitor: Visitor) -> dict[str, int]:
    """Rows of this conversation, and how many conversations and mails there are at all."""
    mine = f"conversation_id = '{visitor.conversation_id}'"
    counts = {f"all {table}": f"SELECT count(*) FROM {table}" for table in ("conversations", "outbox")}
    counts |= {
        table: f"SELECT count(*) FROM {table} WHERE {mine}"
        for table in TABLES
        if table not in ("conversations", "gateways", "outbox")
    }
    return {name: int(gateway.rows(query)[0][0]) for name, query in counts.items()}
