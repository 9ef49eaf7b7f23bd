"""Every malformed request gets its documented code and a problem document that says what to do."""

from __future__ import annotations

import json
import socket
import uuid

import httpx
import pytest

from processes import Bot, Gateway, StartGateway, Visitor

ID = "3f0c1c5e-8f0a-4b43-9d53-0d1f4a2f7f10"


def post(
    visitor: Visitor, content: bytes, content_type: str | None = "application/json", **headers: str
) -> httpx.Response:
    """Posts bytes as a message."""
    extra = {"Content-Type": content_type} if content_type else {}
    return visitor.gateway.http.post(
        "/api/v1/messages", content=content, headers={**visitor.headers, **extra, **headers}
    )


def assert_problem(answer: httpx.Response, status: int) -> dict[str, object]:
    """A whole problem document with this status."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    problem: dict[str, object] = answer.json()
    assert problem["status"] == status
    assert all(problem[name] for name in ("type", "title", "detail", "next"))
    return problem


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1, 2]", b'"text"', b"null", b"\xff\xfe", b'{"id": NaN}', b"[" * 16000,
     b'{"id": 1' + b"0" * 9000 + b"}", b"id=1&text=hi", b"\x00", '{"text": "a"}'.encode("utf-16")],
    ids=["nothing", "cut", "list", "text", "null", "bytes", "nan", "deep", "huge number", "form", "zero",
         "utf-16"],
)  # fmt: skip
def test_a_body_that_is_not_a_json_object_gets_400(visitor: Visitor, content: bytes) -> None:
    assert_problem(post(visitor, content), 400)
    assert visitor.lines() == []


@pytest.mark.parametrize(
    "content_type",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jsonx"],
)
def test_a_body_of_another_type_gets_415(visitor: Visitor, content_type: str | None) -> None:
    assert_problem(post(visitor, b'{"id": "%s", "text": "hi"}' % ID.encode(), content_type), 415)


def test_a_compressed_body_gets_415(visitor: Visitor) -> None:
    assert_problem(post(visitor, b"{}", **{"Content-Encoding": "gzip"}), 415)


def test_a_json_body_with_a_charset_is_read(visitor: Visitor) -> None:
    body = json.dumps({"id": str(uuid.uuid4()), "text": "hi"}).encode()
    assert post(visitor, body, "application/json; charset=utf-8").status_code == 200


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["id"]),
        ({"id": ID}, ["text"]),
        ({"id": ID, "text": "a", "choice": "b"}, ["text"]),
        ({"id": ID, "text": None}, ["text"]),
        ({"id": "7", "text": "a"}, ["id"]),
        ({"id": 7, "text": "a"}, ["id"]),
        ({"id": "{" + ID + "}", "text": "a"}, ["id"]),
        ({"id": ID + "\n", "text": "a"}, ["id"]),
        ({"id": ID, "text": 7}, ["text"]),
        ({"id": ID, "text": ["a"]}, ["text"]),
        ({"id": ID, "choice": {"outcome": "crisis"}}, ["choice"]),
        ({"id": ID, "choice": ""}, ["choice"]),
        ({"id": ID, "choice": "x" * 65}, ["choice"]),
        ({"id": ID, "text": "a", "conversation_id": "x"}, ["conversation_id"]),
        (
            {"id": ID, "text": "a", "intent": "x", "metadata": {}, "channel": "y"},
            ["intent", "metadata", "channel"],
        ),
    ],
)
def test_wrong_fields_get_422_that_names_each_of_them(
    visitor: Visitor, body: dict[str, object], fields: list[str]
) -> None:
    problem = assert_problem(visitor.send(body), 422)
    assert [error["field"] for error in problem["errors"]] == fields  # type: ignore[attr-defined]
    assert visitor.lines() == []


@pytest.mark.parametrize(
    ("body", "field"),
    [({"save": "yes"}, "save"), ({"save": 1}, "save"), ({"locale": "english please"}, "locale"),
     ({"locale": 7}, "locale"),
     ({"conversation_id": "mine"}, "conversation_id")],
)  # fmt: skip
def test_wrong_fields_of_a_session_get_422(gateway: Gateway, body: dict[str, object], field: str) -> None:
    problem = assert_problem(gateway.http.post("/api/v1/sessions", json=body), 422)
    assert [error["field"] for error in problem["errors"]] == [field]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("body", "field"),
    [({"helpful": True}, "reply_id"), ({"reply_id": "a"}, "helpful"),
     ({"reply_id": "a", "helpful": "yes"}, "helpful"),
     ({"reply_id": "a", "helpful": True, "comment": "x" * 1001}, "comment"),
     ({"reply_id": "", "helpful": True}, "reply_id")],
)  # fmt: skip
def test_wrong_fields_of_feedback_get_422(visitor: Visitor, body: dict[str, object], field: str) -> None:
    answer = visitor.gateway.http.post("/api/v1/feedback", json=body, headers=visitor.headers)
    problem = assert_problem(answer, 422)
    assert [error["field"] for error in problem["errors"]] == [field]  # type: ignore[attr-defined]


@pytest.mark.parametrize("after", ["-1", "x", "", "1.5", "9" * 16, "1&after=2", "%00"])
def test_a_wrong_after_gets_422(visitor: Visitor, after: str) -> None:
    answer = visitor.gateway.http.get(f"/api/v1/messages?after={after}", headers=visitor.headers)
    if after == "":  # an empty parameter counts as left out
        assert answer.status_code == 200
    else:
        assert_problem(answer, 422)


def test_a_body_over_16_kb_gets_413_whether_it_says_so_or_not(visitor: Visitor) -> None:
    assert_problem(post(visitor, b'{"text": "' + b"x" * 17_000 + b'"}'), 413)
    chunks = (b"x" * 1000 for _ in range(40))
    headers = {**visitor.headers, "Content-Type": "application/json"}
    try:
        answer = visitor.gateway.http.post("/api/v1/messages", content=chunks, headers=headers)
    except httpx.WriteError:
        return  # the door was closed while the rest was still coming
    assert answer.status_code == 413


def test_an_unknown_address_gets_404_and_a_wrong_method_405_with_the_right_ones(gateway: Gateway) -> None:
    assert_problem(gateway.http.get("/api/v1/nothing"), 404)
    assert_problem(gateway.http.get("/webhooks/loopback/ready"), 404)
    wrong = gateway.http.put("/api/v1/sessions", json={})
    assert_problem(wrong, 405)
    assert "POST" in wrong.headers["Allow"]


@pytest.mark.parametrize(
    "raw",
    [b"NONSENSE\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
     b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
     b"POST /api/v1/messages HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
     b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 20_000 + b"\r\n\r\n"],
    ids=["line", "version", "path", "length", "chunk", "long header"],
)  # fmt: skip
def test_what_is_hardly_http_is_refused_and_the_gateway_lives_on(gateway: Gateway, raw: bytes) -> None:
    with socket.create_connection(("127.0.0.1", gateway.port), timeout=20) as connection:
        connection.sendall(raw)
        answer = connection.recv(65_536)
    assert not answer or b" 4" in answer.splitlines()[0] or b" 5" in answer.splitlines()[0]
    assert b"Traceback" not in answer
    assert gateway.http.get("/healthz").status_code == 200


def test_no_problem_repeats_what_was_sent(visitor: Visitor) -> None:
    word = "canary-2718"
    bodies: list[dict[str, object]] = [
        {"id": word, "text": word},
        {"id": ID, "choice": word},
        {"id": ID, "text": {word: word}},
    ]
    for body in bodies:
        assert word not in visitor.send(body).text
    assert word not in post(visitor, f'{{"text": "{word}'.encode()).text


def test_a_failure_inside_gets_a_500_problem_without_its_words_and_is_logged_by_type_and_place(
    start_gateway: StartGateway, bot: Bot
) -> None:
    gateway = start_gateway("gateway_with_failure.py")
    answer = gateway.http.post("/api/v1/messages", json={"id": ID, "text": "canary-3141"})
    assert_problem(answer, 500)
    assert "canary-3141" not in answer.text
    assert "canary-3141" not in gateway.log.read_text()
    failed = [event for event in gateway.events() if event["event"] == "request.failed"]
    assert failed[0]["error"] == "RuntimeError"
    assert failed[0]["place"].startswith("gateway/chat/")
