"""A real SMTP server that keeps what it takes: `smtp_server.py PORT FOLDER`.

Every mail is on disk before the server says yes, as a relay's must be. `FOLDER/behaviour` says how it behaves from
the next connection on: `take`, `busy` (451), `refuse` (550), `closing` (421), `drop` (takes the mail and hangs up
without a word), `slow` (waits before its yes), `login` (wants another password).
"""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

SAYS_NO = {"busy": "451 4.3.0 try later jane@example.com", "refuse": "550 5.1.1 no such person jane@example.com"}
SLOW_SECONDS = 0.05


class Keeper:
    """Takes mails into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def behaviour(self) -> str:
        """How to behave now."""
        try:
            return (self._folder / "behaviour").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return "take"

    async def handle_RCPT(self, server: SMTP, _: Session, envelope: Envelope, address: str, options: Any) -> str:
        """RCPT TO."""
        if self.behaviour in SAYS_NO:
            return SAYS_NO[self.behaviour]
        if self.behaviour == "closing":
            return "421 4.3.2 closing"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _: Session, envelope: Envelope) -> str:
        """DATA, after the final dot."""
        assert isinstance(envelope.content, bytes)
        self._keep(envelope.content)
        if self.behaviour == "drop":
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if self.behaviour == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return "250 OK"

    def login(self, _server: SMTP, _session: Session, _envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        """AUTH."""
        right = self.behaviour != "login" and data.login == b"clinic" and data.password == b"secret"
        return AuthResult(success=right, handled=False)  # the server says the 535

    def _keep(self, content: bytes) -> None:
        unfinished = self._folder / f"{uuid.uuid4()}.part"
        with unfinished.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(self._folder / f"{time.time_ns()}-{uuid.uuid4().hex[:8]}.eml")


async def serve(port: int, folder: Path) -> None:
    """Serves until it is killed."""
    keeper = Keeper(folder)
    tls = None
    if (folder / "cert.pem").exists():
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")

    def connected() -> SMTP:
        return SMTP(
            keeper,
            hostname="relay.test",
            enable_SMTPUTF8=False,
            tls_context=tls,
            require_starttls=tls is not None,
            authenticator=keeper.login,
            auth_require_tls=True,
            auth_required=tls is not None,
        )

    server = await asyncio.get_running_loop().create_server(connected, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), Path(sys.argv[2])))
