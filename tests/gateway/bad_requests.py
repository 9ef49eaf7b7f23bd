"""Bad requests by the hundred: every call with every kind of wrong body, header, token, id and choice.

Made from lists and not from chance, so that a failure has a name. WORD is in each of them wherever a text can be: it must
be in no answer, no log and no table afterwards.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

WORD = "canary-31415"
ID = "3f0c1c5e-8f0a-4b43-9d53-0d1f4a2f7f10"
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Bad:
    """One bad request. `fields`: what a 422 names. `token`: None for the visitor's own, else what is sent instead."""

    name: str
    method: str
    path: str
    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    fields: tuple[str, ...] = ()
    token: str | None = None


RIGHT: dict[str, dict[str, object]] = {
    "/api/v1/sessions": {"save": True, "locale": "en-CA"},
    "/api/v1/messages": {"id": ID, "text": WORD},
    "/api/v1/feedback": {"reply_id": "none", "helpful": True, "comment": WORD},
}
NOT_TEXT: list[object] = [7, 1.5, True, [], ["a"], {}, {"a": WORD}]
NOT_TRUTH: list[object] = [None, 7, 0, 1.0, "true", WORD, [], {}]
WRONG_IDS: list[object] = [None, *NOT_TEXT, "", " ", "7", WORD, ID[:-1], f"{ID}0", f"{{{ID}}}", f"urn:uuid:{ID}",
                           ID.replace("-", ""), f" {ID}", f"{ID}\n", f"{ID}\u0000", ID.replace("f", "\uff46"), "\ud800",
                           "../../etc/passwd", "' OR 1=1 --", "x" * 5000]  # fmt: skip
WRONG: dict[tuple[str, str], list[object]] = {
    ("/api/v1/sessions", "save"): NOT_TRUTH,
    ("/api/v1/sessions", "locale"): [None, *NOT_TEXT, "", WORD, "english please", "e", "en_CA", "en-CA\n", "x" * 99],
    ("/api/v1/messages", "id"): WRONG_IDS,
    ("/api/v1/messages", "text"): [None, *NOT_TEXT],
    ("/api/v1/messages", "choice"): [*NOT_TEXT, "", "\ud800", "x" * 65, WORD * 9],
    ("/api/v1/feedback", "reply_id"): [None, *NOT_TEXT, "", "x" * 65],
    ("/api/v1/feedback", "helpful"): NOT_TRUTH,
    ("/api/v1/feedback", "comment"): [*NOT_TEXT, "x" * 1001],
}
NO_SUCH_FIELDS = ["conversation_id", "intent", "sender", "channel", "metadata", "payload", "seq", "__proto__", "", WORD]
NOT_AN_OBJECT = [b"", b" ", b"{", b"}", b"null", b"true", b"7", b"[]", b'["a"]', f'"{WORD}"'.encode(), b"\x00", b"\xff\xfe{}",
                 b'{"id": NaN}', b'{"id": Infinity}', b'{"id": 1e}', b"{'id': 1}", b'{"id": 1,}', b"{}{}",
                 b"\xef\xbb\xbf{}", '{"text": "a"}'.encode("utf-16"), b'{"text": "\xe9"}', b"[" * 9000, b'{"a":' * 3000,
                 b'{"id": ' + b"9" * 9000 + b"}", b"id=1&text=hi", b"<message/>", WORD.encode()]  # fmt: skip
OTHER_TYPES = ["", "text/plain", "text/json", "application/jsonx", "application/json-patch+json", "application/xml",
               "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json", WORD,
               "text/plain, application/json"]  # fmt: skip
OTHER_ENCODINGS = ["gzip", "br", "deflate", "compress", WORD]
CHOICES_OF_NOBODY = ["x", WORD, "answer:what_is_ldn", "/restart", "0" * 32, "\u0000", "' OR 1=1 --", "%00", " "]
WITH_TOKEN = [("POST", "/api/v1/messages"), ("GET", "/api/v1/messages"), ("POST", "/api/v1/feedback"),
              ("DELETE", "/api/v1/sessions/current")]  # fmt: skip
WRONG_AFTER = ["-1", "x", "1.5", "1e3", "0x1", "9" * 16, "%00", "1%0A", "1&after=2", "%D9%A1", WORD]


def bad_requests(token: str) -> Iterator[Bad]:
    """All of them; `token` is a good one, to make bad ones of."""
    for path, right in RIGHT.items():
        for number, body in enumerate(NOT_AN_OBJECT):
            yield Bad(f"{path} body {number} {body[:12]!r}", "POST", path, 400, body)
        for other in OTHER_TYPES:
            yield Bad(f"{path} type {other!r}", "POST", path, 415, _json(right), {"Content-Type": other} if other else {})
        for encoding in OTHER_ENCODINGS:
            yield Bad(f"{path} encoding {encoding}", "POST", path, 415, _json(right), {**JSON, "Content-Encoding": encoding})
        for name in NO_SUCH_FIELDS:
            yield Bad(f"{path} field {name!r}", "POST", path, 422, _json({**right, name: WORD}), fields=(name or '""',))
        yield Bad(f"{path} too large", "POST", path, 413, _json({**right, "text": WORD * 2000}))
    for (path, name), values in WRONG.items():
        for value in values:
            body = _message_without(name, RIGHT[path]) | {name: value}
            yield Bad(f"{path} {name} {value!r:.40}", "POST", path, 422, _json(body), fields=(name,))
    for name in ("id", "reply_id", "helpful"):
        path = "/api/v1/messages" if name == "id" else "/api/v1/feedback"
        left = {key: value for key, value in RIGHT[path].items() if key != name}
        yield Bad(f"{path} without {name}", "POST", path, 422, _json(left), fields=(name,))
    for choice in CHOICES_OF_NOBODY:
        yield Bad(f"choice {choice!r}", "POST", "/api/v1/messages", 404, _json({"id": ID, "choice": choice}))
    for reply_id in ("x", WORD, "\u0000", "' OR 1=1 --"):
        body = {"reply_id": reply_id, "helpful": True}
        yield Bad(f"reply {reply_id!r}", "POST", "/api/v1/feedback", 404, _json(body))
    for after in WRONG_AFTER:
        yield Bad(f"after {after}", "GET", f"/api/v1/messages?after={after}", 422, headers={}, fields=("after",))
    for method, path in WITH_TOKEN:
        for wrong in _wrong_tokens(token):
            yield Bad(f"{method} {path} token {wrong[:30]!r}", method, path, 401, _json(RIGHT.get(path, {})), token=wrong)
        for origin in ("https://evil.example", "null", WORD):
            headers = {**JSON, "Origin": origin}
            yield Bad(f"{method} {path} origin {origin}", method, path, 401, _json(RIGHT.get(path, {})), headers)
    for method, path in (("PUT", "/api/v1/sessions"), ("PATCH", "/api/v1/messages"), ("GET", "/api/v1/feedback"),
                         ("POST", "/api/v1/openapi.json"), ("POST", "/api/v1/sessions/current")):  # fmt: skip
        yield Bad(f"{method} {path}", method, path, 405, _json({}))
    for path in (f"/{WORD}", "/api/v1", f"/api/v1/{WORD}", "/api/v2/messages", "/metrics", "/webhooks/rest/webhook",
                 "/webhooks/loopback/turns", "/model/parse", "/api/v1/messages/../../metrics", "/%2e%2e/settings.toml",
                 "/page/..%2f..%2fsettings.toml", "/api/v1/messages%00"):  # fmt: skip
        yield Bad(f"GET {path}", "GET", path, 404, headers={})


def _message_without(name: str, right: dict[str, object]) -> dict[str, object]:
    """A message has either a text or a choice."""
    return {key: value for key, value in right.items() if not (name == "choice" and key == "text")}


def _wrong_tokens(token: str) -> Iterator[str]:
    claims, _, signature = token.rpartition(".")
    other = base64.urlsafe_b64encode(json.dumps(["other", 2**53, None, False]).encode()).decode().rstrip("=")
    yield from ("", "Bearer", f"Basic {token}", token, f"Bearer {WORD}", "Bearer .", "Bearer a.b.c", "Bearer null")
    yield from (f"Bearer {claims}", f"Bearer {claims}.", f"Bearer .{signature}", f"Bearer {token}x", f"Bearer x{token}")
    yield from (f"Bearer {other}.{signature}", f"Bearer {claims}.{signature[::-1]}", f"Bearer {token} {token}")
    yield from (f"Bearer {'x' * 3000}", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", f"Bearer {token[:-1]}")


def _json(body: object) -> bytes:
    return json.dumps(body).encode()
