"""The lines to the bot: kept while they are good, given up as soon as they are not."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from gateway.chat.bot_lines import ANSWER_BYTES, Answer, BotFailed, Lines

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
LAST = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}"
ENDLESS = b"HTTP/1.1 200 OK\r\nX: " + b"x" * (ANSWER_BYTES + 1)


class Server:
    """Says one thing to every request and counts its connections; what is empty is never said."""

    def __init__(self, says: bytes, hangs_up: bool) -> None:
        self.says, self.hangs_up, self.connections = says, hangs_up, 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while (await reader.readline()).strip():
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.says)
            if self.hangs_up:
                break
        writer.close()


def against(says: bytes, talk: Callable[[Lines], Awaitable[None]], hangs_up: bool = False) -> Server:
    """The server after it was talked with over one line at a time."""
    answering = Server(says, hangs_up)

    async def both() -> None:
        server = await asyncio.start_server(answering.serve, "127.0.0.1", 0)
        lines = Lines("http://127.0.0.1:{1}/".format(*server.sockets[0].getsockname()), 1)
        await talk(lines)
        lines.close()
        server.close()

    asyncio.run(both())
    return answering


async def asked_twice(lines: Lines) -> None:
    for _ in range(2):
        assert await lines.ask("GET", "ready", b"", 5) == Answer(200, b"{}")


async def failed(lines: Lines, reason: str, seconds: float = 5) -> None:
    for _ in range(2):  # a line that failed is not asked again, and its place is free
        with pytest.raises(BotFailed) as wrong:
            await lines.ask("GET", "ready", b"", seconds)
        assert wrong.value.reason == reason


@pytest.mark.parametrize("says", [OK, CHUNKED])
def test_one_connection_serves_one_question_after_another(says: bytes) -> None:
    assert against(says, asked_twice).connections == 1


def test_a_connection_that_the_bot_wants_closed_is_not_kept() -> None:
    assert against(LAST, asked_twice).connections == 2


@pytest.mark.parametrize("says", [b"HTP\r\n\r\n", ENDLESS])
def test_what_is_no_answer_is_garbage(says: bytes) -> None:
    assert against(says, lambda lines: failed(lines, "garbage")).connections == 2


@pytest.mark.parametrize("says", [b"", CUT])
def test_an_answer_that_breaks_off_is_no_answer(says: bytes) -> None:
    assert against(says, lambda lines: failed(lines, "disconnected"), hangs_up=True).connections == 2


def test_a_slow_answer_never_becomes_the_answer_to_the_next_question() -> None:
    assert against(b"", lambda lines: failed(lines, "slow", 0.05)).connections == 2


def test_nobody_there_is_unreachable() -> None:
    async def talk() -> None:
        server = await asyncio.start_server(lambda _r, _w: None, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        server.close()
        await failed(Lines(f"http://127.0.0.1:{port}/", 1), "unreachable")

    asyncio.run(talk())
