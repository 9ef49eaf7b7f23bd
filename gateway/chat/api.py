"""The calls of the chat API, from a request to an answer; `openapi.yaml` beside this file describes them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import yaml
from pydantic_core import to_json
from sanic import Blueprint, Request
from sanic.response import HTTPResponse, empty
from sqlalchemy import Connection

from gateway.addresses import Addresses
from gateway.chat import fields
from gateway.chat.limits import Limiter
from gateway.chat.notices import Notices
from gateway.chat.replies import Issued, issue, new_id, new_uuid
from gateway.chat.sessions import Caller, TokenRefused, Tokens
from gateway.chat.turns import Said, TooManyWaiting, Turns
from gateway.clock import now_ms, rfc3339
from gateway.erasing import Erasing
from gateway.journal import conversations, feedback, messages
from gateway.journal.conversations import Beginning, ConversationOver
from gateway.journal.feedback import UnknownReply
from gateway.journal.messages import OtherWords, UnknownChoice, VisitorMessage
from gateway.journal.store import Journal, JournalDown
from gateway.origins import Origins, is_own
from gateway.problems import Problem
from gateway.settings import Settings

log = structlog.get_logger()

OPENAPI_FILE = Path(__file__).parent / "openapi.yaml"


@dataclass(frozen=True)
class Services:
    """What the calls are made of."""

    settings: Settings
    journal: Journal
    tokens: Tokens
    turns: Turns
    notices: Notices
    limiter: Limiter
    addresses: Addresses
    erasing: Erasing
    origins: Origins


def chat_api(services: Services) -> Blueprint:
    """The calls under `/api/v1`."""
    api = Blueprint("chat", url_prefix="/api/v1")
    calls = _Calls(services)
    api.add_route(calls.start_session, "/sessions", methods=["POST"], name="sessions")
    api.add_route(calls.erase_session, "/sessions/current", methods=["DELETE"], name="current_session")
    api.add_route(calls.send_message, "/messages", methods=["POST"], name="send_message")
    api.add_route(calls.read_messages, "/messages", methods=["GET"], name="read_messages")
    api.add_route(calls.give_feedback, "/feedback", methods=["POST"], name="feedback")
    api.add_route(calls.openapi, "/openapi.json", methods=["GET"], name="openapi")
    for name in ("sessions", "sessions/current", "messages", "feedback", "openapi.json"):
        api.add_route(calls.preflight, f"/{name}", methods=["OPTIONS"], name=f"preflight {name}")
    return api


class _Calls:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._idle_ms = int(services.settings.sessions.idle_minutes * 60_000)
        description = yaml.load(OPENAPI_FILE.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        self._openapi = json.dumps(description, ensure_ascii=False)

    async def start_session(self, request: Request) -> HTTPResponse:
        """POST /sessions: 201 with a token, the notice and the greeting."""
        services = self._services
        await self._limit(request, "sessions_per_address")
        wanted = fields.check(fields.NewSession, _body(request))
        expires_at = now_ms() + int(services.settings.sessions.absolute_hours * 3_600_000)
        gateway = services.settings.instance_name
        beginning = Beginning(new_id(), expires_at, wanted.save, wanted.locale, gateway)
        greeting = issue([services.notices.greeting()])
        try:
            await services.journal.write(_begin, beginning, greeting)
        except JournalDown:
            raise Problem("nothing-recorded") from None
        log.info("session.started", conversation=beginning.id)
        return _json(
            {
                "token": services.tokens.make(beginning.id, expires_at, _caller(request)),
                "expires_at": rfc3339(expires_at),
                "conversation_id": beginning.id,
                "notice": services.notices.notice(wanted.save),
                "greeting": [one.reply for one in greeting],
            },
            201,
        )

    async def send_message(self, request: Request) -> HTTPResponse:
        """POST /messages: 200 with at least one reply. Red flags are looked for before all else."""
        data = _body(request)
        text = data.get("text")
        card = self._services.turns.card(fields.storable(text)) if isinstance(text, str) else None
        try:
            message, said = await self._answer(request, data, card)
        except Problem as problem:
            if card:
                problem.more["replies"] = [one.reply for one in card]
            raise
        return _json({"id": message.id, "seq": said.seq, "replies": said.replies})

    async def read_messages(self, request: Request) -> HTTPResponse:
        """GET /messages: 200 with the transcript after a message."""
        await self._limit(request, "other_calls_per_address")
        conversation_id = self._conversation(request)
        after = fields.read_after(request.args.getlist("after", []))
        with _as_problems():
            found = await self._services.journal.read(
                messages.transcript, conversation_id, after, self._idle_ms
            )
        return _json({"messages": found, "seq": found[-1]["seq"] if found else after})

    async def give_feedback(self, request: Request) -> HTTPResponse:
        """POST /feedback: 204."""
        data = _body(request)
        await self._limit(request, "other_calls_per_address")
        conversation_id = self._conversation(request)
        given = fields.check(fields.NewFeedback, data)
        with _as_problems():
            await self._services.journal.write(
                feedback.give, conversation_id, given.reply_id, given.helpful, given.comment, self._idle_ms
            )
        log.info("feedback.given", conversation=conversation_id)
        return empty()

    async def erase_session(self, request: Request) -> HTTPResponse:
        """DELETE /sessions/current: 204 once the conversation is in no file of the gateway's."""
        await self._limit(request, "other_calls_per_address")
        conversation_id = self._conversation(request)
        with _as_problems():
            if not await self._services.erasing.erase_for_visitor(conversation_id):
                raise ConversationOver
        return empty()

    async def preflight(self, request: Request) -> HTTPResponse:
        """OPTIONS of any call: what a browser asks before a page of another website may call."""
        return self._services.origins.preflight(request)

    async def openapi(self, _request: Request) -> HTTPResponse:
        """GET /openapi.json: this API's own description."""
        return HTTPResponse(self._openapi, content_type="application/json")

    async def _answer(
        self, request: Request, data: dict[str, Any], card: list[Issued] | None
    ) -> tuple[VisitorMessage, Said]:
        if not card:
            await self._limit(request, "messages_per_address")
        conversation_id = self._conversation(request)
        if not card and self._address(request) is not None:
            await self._services.limiter.by_conversation(conversation_id)
        wanted = fields.check(fields.NewMessage, data)
        message = VisitorMessage(wanted.id, wanted.text, wanted.choice)
        turns = self._services.turns
        with _as_problems():
            if card:
                return message, await turns.show_card(conversation_id, message, card)
            return message, await turns.take(conversation_id, message)

    def _conversation(self, request: Request) -> str:
        try:
            return self._services.tokens.read(request.headers.get("authorization"), _caller(request))
        except TokenRefused as wrong:
            log.info("token.refused", reason=wrong.reason)
            raise Problem("no-token" if wrong.reason == "missing" else "session-over") from None

    def _address(self, request: Request) -> Any:
        return self._services.addresses.limited(request.ip, request.headers.getall("x-forwarded-for", []))

    async def _limit(self, request: Request, limit: str) -> None:
        await self._services.limiter.by_address(limit, self._address(request))


PROBLEMS: dict[type[Exception], str] = {
    ConversationOver: "session-over",
    OtherWords: "id-used",
    UnknownChoice: "unknown-choice",
    UnknownReply: "unknown-reply",
    TooManyWaiting: "too-many",
    JournalDown: "nothing-recorded",
}


@contextmanager
def _as_problems() -> Iterator[None]:
    """Says what the rooms behind the API raise as problem documents."""
    try:
        yield
    except tuple(PROBLEMS) as wrong:
        raise Problem(PROBLEMS[type(wrong)]) from None


def _begin(connection: Connection, beginning: Beginning, greeting: list[Issued]) -> None:
    conversations.begin(connection, beginning)
    messages.greet(connection, beginning.id, new_uuid(), greeting)


def _body(request: Request) -> dict[str, Any]:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media-type")
    return fields.read_json(request.body, request.headers.get("content-type"))


def _caller(request: Request) -> Caller:
    return Caller(request.headers.get("origin"), is_own(request), request.method in ("GET", "HEAD"))


def _json(data: dict[str, Any], status: int = 200) -> HTTPResponse:
    return HTTPResponse(to_json(data), status=status, content_type="application/json")
