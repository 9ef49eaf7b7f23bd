"""Lines to the bot: HTTP/1.1 over connections that are kept, one question at a time on each.

A general HTTP client spent a tenth of a message's cost on cookies, redirects, proxies and encodings: there are none
between the gateway and its bot. The parser is the one that Sanic reads requests with.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple, cast
from urllib.parse import quote, urlsplit

import httptools

ANSWER_BYTES = 1_000_000
KEPT_SECONDS = 15.0
"""A connection that was idle for longer is not trusted: what stands in between may have forgotten it."""

PORTS = {"http": 80, "https": 443}


class BotFailed(Exception):
    """The bot did not answer; `reason` is one word for logs and metrics."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Answer(NamedTuple):
    """What came back, whatever it says."""

    status: int
    body: bytes


class Lines:
    """The connections to one bot, at most `most` at a time."""

    def __init__(self, url: str, most: int) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port or PORTS[parts.scheme]
        self._encrypted = parts.scheme == "https"
        self._name = parts.netloc.rpartition("@")[2]
        self._folder = quote(parts.path, safe="/%")
        self._free = asyncio.Semaphore(most)
        self._idle: list[_Line] = []

    async def ask(self, method: str, path: str, body: bytes, seconds: float) -> Answer:
        """The answer to one request. Raises BotFailed: slow, unreachable, disconnected or garbage."""
        request = (
            f"{method} {self._folder}{path} HTTP/1.1\r\nHost: {self._name}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        ).encode("ascii") + body
        try:
            async with asyncio.timeout(seconds), self._free:
                line = self._kept() or await self._new()
                try:
                    return await line.ask(request)
                finally:
                    line.close_unless_answered()
                    if line.is_open:
                        self._idle.append(line)
        except TimeoutError:
            raise BotFailed("slow") from None

    def close(self) -> None:
        """Lets go of the connections that are kept."""
        while self._idle:
            self._idle.pop().close()

    def _kept(self) -> _Line | None:
        """The connection that was used last, which is the likeliest to be open still."""
        while self._idle:
            line = self._idle.pop()
            if line.is_fresh:
                return line
            line.close()
        return None

    async def _new(self) -> _Line:
        loop = asyncio.get_running_loop()
        try:
            _, line = await loop.create_connection(_Line, self._host, self._port, ssl=self._encrypted or None)
        except OSError:
            raise BotFailed("unreachable") from None
        return line


class _Line(asyncio.Protocol):
    """One connection."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._transport: asyncio.Transport | None = None
        self._asked: asyncio.Future[Answer] | None = None
        self._body = bytearray()
        self._received = 0
        self._last_used = 0.0

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    @property
    def is_fresh(self) -> bool:
        """Whether another question can be asked on it."""
        return self.is_open and self._loop.time() - self._last_used < KEPT_SECONDS

    async def ask(self, request: bytes) -> Answer:
        """Raises BotFailed."""
        self._received = 0
        self._asked = self._loop.create_future()
        if self._transport is None:
            raise BotFailed("disconnected")
        self._transport.write(request)
        return await self._asked

    def close_unless_answered(self) -> None:
        """Closes it where its answer is still to come: nobody waits for that any more."""
        if self._asked is None or not self._asked.done() or self._asked.cancelled():
            self.close()
        self._asked = None

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass

    def connection_lost(self, _wrong: Exception | None) -> None:
        self._transport = None
        self._fail("disconnected")

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._asked is None or self._received > ANSWER_BYTES:
            self._fail("garbage")
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail("garbage")

    def on_message_begin(self) -> None:
        """Called by the parser, as the two that follow."""
        self._body.clear()

    def on_body(self, part: bytes) -> None:
        self._body += part

    def on_message_complete(self) -> None:
        self._last_used = self._loop.time()
        if not self._parser.should_keep_alive():
            self.close()
        if self._asked and not self._asked.done():
            self._asked.set_result(Answer(self._parser.get_status_code(), bytes(self._body)))

    def _fail(self, reason: str) -> None:
        self.close()
        if self._asked and not self._asked.done():
            self._asked.set_exception(BotFailed(reason))
