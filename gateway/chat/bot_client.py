"""Asks the bot over its loopback channel (docs/loopback-channel.md) and believes nothing unchecked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway import metrics
from gateway.chat.replies import BotReply
from gateway.settings import Bot

ANSWER_BYTES = 1_000_000


class BotFailed(Exception):
    """The bot did not answer; `reason` is one word for logs and metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Question:
    """One turn as the bot is asked."""

    conversation_id: str
    message_id: str
    text: str
    choice: dict[str, Any] | None


class BotTurn(BaseModel):
    """What the bot said and understood; `save` is false once the visitor chose to go on without saving."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    replies: Annotated[list[BotReply], Field(min_length=1, max_length=50)]
    save: Annotated[bool, Field(strict=True)] = True
    understood: dict[str, Any] = {}


class BotClient:
    """The one client of the bot."""

    def __init__(self, settings: Bot) -> None:
        self._settings = settings
        self._address = f"{settings.url}/webhooks/loopback/"
        self._http: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Readies the connections; the bot need not be there yet."""
        connector = aiohttp.TCPConnector(limit=self._settings.connections)
        # The bot is on loopback or beside us: a proxy of the environment must not see a visitor's words.
        self._http = aiohttp.ClientSession(
            connector=connector,
            trust_env=False,
            auto_decompress=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Accept", "Accept-Encoding", "User-Agent"),
        )

    async def close(self) -> None:
        """Lets go of the connections."""
        if self._http:
            await self._http.close()

    async def turn(self, question: Question) -> BotTurn:
        """What the bot says, at least one reply. Raises BotFailed; the same may then be asked again."""
        body = {
            "conversation_id": question.conversation_id,
            "message_id": question.message_id,
            "text": plain(question.text),
            "choice": question.choice,
        }
        with metrics.bot_seconds.time():
            status, answer = await self._twice("POST", "turns", self._settings.late_seconds, body)
        if status != 200:
            raise BotFailed(f"status_{status}")
        try:
            return BotTurn.model_validate_json(answer)
        except ValidationError:
            raise BotFailed("empty" if _is_empty(answer) else "garbage") from None

    async def erase(self, conversation_id: str) -> bool:
        """Whether the bot has erased its state of the conversation."""
        try:
            path = f"conversations/{quote(conversation_id, safe='')}"
            status, _ = await self._twice("DELETE", path, self._settings.erase_seconds)
        except BotFailed:
            return False
        return status == 204

    async def model_id(self) -> str:
        """The id of the model that answered a known question just now. Raises BotFailed."""
        status, answer = await self._ask("GET", "ready", self._settings.ready_seconds)
        if status != 200:
            raise BotFailed(f"status_{status}")
        try:
            return str(json.loads(answer)["model_id"])
        except (ValueError, KeyError, TypeError):
            raise BotFailed("garbage") from None

    async def _twice(
        self, method: str, path: str, seconds: float, body: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        """Asks again at once where a kept connection turns out to be closed: the bot does nothing twice."""
        try:
            return await self._ask(method, path, seconds, body)
        except BotFailed as wrong:
            if wrong.reason != "disconnected":
                raise
            return await self._ask(method, path, seconds, body)

    async def _ask(
        self, method: str, path: str, seconds: float, body: dict[str, Any] | None = None
    ) -> tuple[int, bytes]:
        assert self._http, "open() comes first"
        address, patience = self._address + path, aiohttp.ClientTimeout(total=seconds)
        try:
            async with self._http.request(
                method, address, json=body, timeout=patience, allow_redirects=False
            ) as response:
                answer = bytearray()
                async for part in response.content.iter_any():
                    answer += part
                    if len(answer) > ANSWER_BYTES:
                        raise BotFailed("garbage")
                return response.status, bytes(answer)
        except TimeoutError:
            raise BotFailed("slow") from None
        except aiohttp.ClientConnectorError:
            raise BotFailed("unreachable") from None
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            raise BotFailed("disconnected") from None
        except aiohttp.ClientError:
            raise BotFailed("garbage") from None


def plain(text: str) -> str:
    """The text without leading slashes and spaces: to Rasa, a leading slash names an intent."""
    return text.lstrip("/ \t\r\n\u00a0\u200b\ufeff").strip()


def _is_empty(answer: bytes) -> bool:
    try:
        return not json.loads(answer)["replies"]
    except (ValueError, KeyError, TypeError):
        return not answer.strip()
