"""Problem documents (RFC 9457): what went wrong, and what to do next. None of them repeats what was sent."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanic.exceptions import SanicException
from sanic.response import HTTPResponse

TYPE_PREFIX = "tag:bellowellness.ca,2026:chat-problem/"


@dataclass(frozen=True)
class Kind:
    """What all problems of one kind have in common."""

    status: int
    title: str
    detail: str
    next: str


KINDS = {
    "not-json": Kind(
        400,
        "Not JSON",
        "The body could not be read as a JSON object in UTF-8.",
        "Send a JSON object such as {}.",
    ),
    "bad-request": Kind(
        400, "Bad request", "The request could not be read as HTTP.", "Check the request line and headers."
    ),
    "no-token": Kind(
        401,
        "No session",
        "This call needs a session's token.",
        "Start a session with POST /api/v1/sessions and send its token as Authorization: Bearer.",
    ),
    "session-over": Kind(
        401,
        "Session over",
        "The session has ended, or its token is not one of ours, or it belongs to another website.",
        "Start a new session with POST /api/v1/sessions.",
    ),
    "unknown-choice": Kind(
        404,
        "No such button",
        "This conversation was not shown a button with this id.",
        "Read the transcript with GET /api/v1/messages and use a button's id from there.",
    ),
    "unknown-reply": Kind(
        404,
        "No such reply",
        "This conversation was not given a reply with this id.",
        "Read the transcript with GET /api/v1/messages and use a reply's id from there.",
    ),
    "not-found": Kind(
        404, "Not found", "There is nothing at this address.", "See /api/v1/openapi.json for what is."
    ),
    "wrong-method": Kind(
        405, "Method not allowed", "This address has no such method.", "Use a method of the Allow header."
    ),
    "id-used": Kind(
        409,
        "Id used before",
        "This id belongs to a message with other words.",
        "Give each new message a new UUID; repeat an id only with the same message.",
    ),
    "too-large": Kind(413, "Body too large", "The body is over 16 KB.", "Send a shorter message."),
    "unsupported-media-type": Kind(
        415,
        "Not application/json",
        "The body has another type.",
        "Send Content-Type: application/json, uncompressed.",
    ),
    "wrong-fields": Kind(
        422,
        "Wrong fields",
        "Some fields are missing or wrong; errors names them.",
        "Correct these fields and send again.",
    ),
    "too-many": Kind(
        429,
        "Too many requests",
        "More was asked than is allowed.",
        "Wait for the seconds in Retry-After, then go on.",
    ),
    "nothing-recorded": Kind(
        503,
        "Nothing recorded",
        "The message could not be written down, so nothing was done with it.",
        "Send the same message with the same id again after the seconds in Retry-After.",
    ),
    "not-ready": Kind(
        503,
        "Not ready",
        "A part that answering needs does not answer.",
        "Look at the parts named in this document.",
    ),
    "failed": Kind(
        500, "Something failed", "The request failed inside; the failure was noted.", "Try again in a minute."
    ),
}

RETRY_AFTER_SECONDS = {429: 1.0, 503: 2.0}


class Problem(Exception):
    """An answer that is a problem document. `kind` is a key of KINDS."""

    def __init__(
        self,
        kind: str,
        *,
        detail: str | None = None,
        errors: Sequence[dict[str, str]] | None = None,
        retry_after: float | None = None,
        headers: dict[str, str] | None = None,
        more: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(kind)
        self.kind = kind
        self.status = KINDS[kind].status
        self._detail = detail
        self._errors = errors
        self._retry_after = retry_after if retry_after is not None else RETRY_AFTER_SECONDS.get(self.status)
        self._headers = headers or {}
        self.more = dict(more or {})

    def document(self) -> dict[str, Any]:
        """The body."""
        kind = KINDS[self.kind]
        document: dict[str, Any] = {
            "type": TYPE_PREFIX + self.kind,
            "title": kind.title,
            "status": kind.status,
            "detail": self._detail or kind.detail,
            "next": kind.next,
        }
        if self._errors is not None:
            document["errors"] = list(self._errors)
        return document | self.more

    def response(self) -> HTTPResponse:
        """The whole answer."""
        headers = dict(self._headers)
        if self._retry_after is not None:
            headers["Retry-After"] = str(max(1, math.ceil(self._retry_after)))
        return HTTPResponse(
            json.dumps(self.document(), ensure_ascii=False),
            status=self.status,
            headers=headers,
            content_type="application/problem+json",
        )


_SANIC = {404: "not-found", 405: "wrong-method", 413: "too-large"}


def from_sanic(wrong: SanicException) -> Problem:
    """The problem that says what one of Sanic's own errors says, without its words."""
    kind = _SANIC.get(wrong.status_code) or ("bad-request" if wrong.status_code < 500 else "failed")
    allow = {name: value for name, value in (wrong.headers or {}).items() if name.lower() == "allow"}
    return Problem(kind, headers=allow)
