"""A connection that drops: between browser and gateway, it cuts POSTs of messages at moments that chance chooses.

`dropping_proxy.py PORT GATEWAY_PORT SEED`. Every second message call is cut, on average: before anything reaches the
gateway, after the whole request did, after the answer came but before any of it is passed on, or in the middle of the
answer. `GET /drops` on it says how often and when.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
from collections import Counter

MOMENTS = ("before the request", "after the request", "before the answer", "within the answer")


class DroppingProxy:
    """One call a connection, so that a cut is a call's."""

    def __init__(self, gateway_port: int, seed: int) -> None:
        self._gateway_port = gateway_port
        self._chance = random.Random(seed)
        self.drops: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of the browser's."""
        try:
            request = await self._read_request(reader)
            if request is not None:
                await self._pass_on(request, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.transport.abort() if writer.is_closing() else writer.close()

    async def _read_request(self, reader: asyncio.StreamReader) -> bytes | None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return None
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        lines.insert(1, b"Connection: close")
        return b"\r\n".join(lines) + await reader.readexactly(length)

    async def _pass_on(self, request: bytes, writer: asyncio.StreamWriter) -> None:
        if request.startswith(b"GET /drops "):
            body = json.dumps(self.drops).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
            return
        dropped = self._chance.choice(MOMENTS) if request.startswith(b"POST /api/v1/messages ") and self._chance.random() < 0.5 else None
        if dropped:
            self.drops[dropped] += 1
        if dropped == "before the request":
            writer.transport.abort()
            return
        gateway_reader, gateway_writer = await asyncio.open_connection("127.0.0.1", self._gateway_port)
        gateway_writer.write(request)
        await gateway_writer.drain()
        if dropped == "after the request":
            writer.transport.abort()
        answer = await gateway_reader.read(-1)
        gateway_writer.close()
        if dropped == "within the answer":
            answer = answer[: self._chance.randrange(1, len(answer))]
        if dropped not in ("after the request", "before the answer"):
            writer.write(answer)
            await writer.drain()
        if dropped:
            writer.transport.abort()


async def main(port: int, gateway_port: int, seed: int) -> None:
    """Serves until it is killed."""
    proxy = DroppingProxy(gateway_port, seed)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(*(int(argument) for argument in sys.argv[1:4])))
