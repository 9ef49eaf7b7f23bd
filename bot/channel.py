"""The loopback channel: how the gateway asks the bot (docs/loopback-channel.md).

Every turn ends in replies or in an error: Rasa's own channels answer an unloaded model, a failed action, a lost
database and a message that no rule fits with 200 and an empty list.
"""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from weakref import WeakValueDictionary

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse, empty, json

from bot import store, turn
from bot.action_results import validate_with_one_validator
from bot.graph_run import run_without_planning
from bot.nlu.outcome_data import REPLIES
from bot.screening.state import SAVE_SLOT
from language.normalise import without_command

logger = logging.getLogger(__name__)

KNOWN_QUESTION, KNOWN_INTENT = "What is LDN?", "answer"
_LONGEST_ID = 64


class BadRequest(ValueError):
    """The request does not have the form of a TurnRequest; the text names the field."""


class Collector(OutputChannel):
    """Gathers whole responses, metadata included, which Rasa's own collector drops."""

    def __init__(self) -> None:
        self.replies: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return LoopbackChannel.name()

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Takes what the bot says: our composed replies, else Rasa's plain text as one reply."""
        composed = (message.get("metadata") or {}).get(REPLIES)
        if composed:
            self.replies += composed
        elif message.get("text"):
            self.replies.append({"text": message["text"], "outcomes": [], "sources": [], "subject": None,
                                 "condition": None, "buttons": []})


class LoopbackChannel(InputChannel):
    """Rasa's input channel at /webhooks/loopback."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        turn.keep_text_out_of_logs()
        validate_with_one_validator()
        run_without_planning()

    @classmethod
    def name(cls) -> str:
        """The name in the channel's address."""
        return "loopback"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> LoopbackChannel:
        """Made by Rasa from credentials.yml, which gives nothing to set."""
        return cls()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's routes."""
        routes = Blueprint("loopback_channel")

        @routes.listener("after_server_start")
        async def settle(*_: Any) -> None:
            # The model is there for good: to look through it for garbage makes answers wait.
            gc.collect()
            gc.freeze()

        @routes.get("/")
        async def health(_: Request) -> HTTPResponse:
            return json({"status": "ok"})

        @routes.get("/ready")
        async def ready(request: Request) -> HTTPResponse:
            return await self._ready(request.app.ctx.agent)

        @routes.post("/turns")
        async def take(request: Request) -> HTTPResponse:
            try:
                asked = _turn_request(request.json)
            except Exception as error:
                return json({"error": str(error) if isinstance(error, BadRequest) else "not JSON"}, 400)
            lock = self._locks.setdefault(asked["conversation_id"], asyncio.Lock())
            async with lock:
                return await self._take(request.app.ctx.agent, asked, on_new_message)

        @routes.delete("/conversations/<conversation>")
        async def erase(_: Request, conversation: str) -> HTTPResponse:
            lock = self._locks.setdefault(conversation, asyncio.Lock())
            async with lock:
                try:
                    store.opened().erase(conversation)
                except Exception as error:
                    return _failed(f"{type(error).__name__} in the bot's store")
            return empty()

        return routes

    async def _take(self, agent: Any, asked: Mapping[str, Any],
                    on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> HTTPResponse:
        conversation, message_id = asked["conversation_id"], asked["message_id"]
        if not agent.is_ready():
            return _failed("no model is loaded")
        output = Collector()
        with turn.Turn(conversation) as running:
            try:
                before = store.opened().said_to(conversation, message_id)
                if before is not None:
                    return json(before)
                await on_new_message(UserMessage(
                    text=without_command(asked["text"]) or " ", output_channel=output, sender_id=conversation,
                    input_channel=self.name(), message_id=message_id, metadata={"choice": asked["choice"]},
                ))
                if running.failure:
                    return _failed(running.failure)
                if running.tracker is None or not output.replies:
                    return _failed("nothing was said")
                said = {"replies": _whole(output.replies), "understood": _understood(running.tracker),
                        **_wishes(running.tracker)}
                store.opened().write(running.tracker, message_id, said)
                return json(said)
            except Exception as error:
                logger.exception("a turn failed")
                return _failed(type(error).__name__)

    async def _ready(self, agent: Any) -> HTTPResponse:
        if not agent.is_ready():
            return _failed("no model is loaded")
        try:
            store.opened().said_to("readiness", "readiness")
            parsed = await agent.parse_message(KNOWN_QUESTION)
        except Exception as error:
            return _failed(type(error).__name__)
        if parsed["intent"]["name"] != KNOWN_INTENT:
            return _failed("the model does not know a known question")
        return json({"model_id": agent.model_id})


def _turn_request(body: Any) -> dict[str, Any]:
    if not isinstance(body, dict):
        raise BadRequest("the body is not an object")
    for name in ("conversation_id", "message_id"):
        if not isinstance(body.get(name), str) or not 0 < len(body[name]) <= _LONGEST_ID:
            raise BadRequest(f"{name} is missing or not a text of at most {_LONGEST_ID} characters")
    if not isinstance(body.get("text"), str):
        raise BadRequest("text is missing or not a text")
    choice = body.get("choice")
    if choice is not None and not (isinstance(choice, dict) and isinstance(choice.get("outcome"), str)):
        raise BadRequest("choice is not a payload that the bot gave")
    return {"conversation_id": body["conversation_id"], "message_id": body["message_id"], "text": body["text"],
            "choice": choice}


def _whole(replies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"screening": None, "handoff": None, "reference": None, **reply} for reply in replies]


def _understood(tracker: Any) -> dict[str, Any]:
    parsed = tracker.latest_message.parse_data if tracker.latest_message else {}
    return {"outcomes": parsed.get("outcomes") or []}


def _wishes(tracker: Any) -> dict[str, Any]:
    """`save: false` from the turn on in which the visitor went on without saving."""
    return {"save": False} if tracker.get_slot(SAVE_SLOT) is False else {}


def _failed(what: str) -> HTTPResponse:
    return json({"error": what}, 503)
