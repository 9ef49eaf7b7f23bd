"""Real processes of the hand-off for tests: mailers, a mail server, and a visitor who asks for things."""

from __future__ import annotations

import email
import json
import re
import socket
import subprocess
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import processes
from processes import Gateway, Process, Visitor, free_port, until
from sqlalchemy import Engine, create_engine

HERE = Path(__file__).parent
REFERENCE = re.compile(r"LDN-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{2}")
OPEN_ALWAYS = {
    f"clinic__hours__{day}": "0:00-24:00"
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}


class ConfirmingBot(processes.Bot):
    """The stand-in bot that confirms requests."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._arguments = [str(HERE / "confirming_bot.py"), str(self.port)]
        self._environment["PYTHONPATH"] += f":{processes.HERE}"


class MailServer(Process):
    """The relay."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        super().__init__([str(HERE / "smtp_server.py"), str(self.port), str(folder)], {}, folder / "server.log")

    def start(self) -> None:
        super().start()
        until(self.listens, "the mail server to listen")

    def behave(self, behaviour: str) -> None:
        """Chooses how it answers from now on."""
        (self.folder / "behaviour").write_text(behaviour, encoding="ascii")

    def mails(self) -> list[EmailMessage]:
        """What it has taken, in order."""
        return [read_mail(file) for file in sorted(self.folder.glob("*.eml"))]

    def count(self) -> int:
        """How many it has taken."""
        return len(list(self.folder.glob("*.eml")))

    def copies(self) -> Counter[str]:
        """How often it has taken each Message-ID."""
        return Counter(mail["Message-ID"] for mail in self.mails())

    def make_certificate(self) -> Path:
        """A certificate of its own for localhost; the file that a client has to trust."""
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
                *("-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
                *("-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")),
            ],
            check=True,
            capture_output=True,
        )
        return self.folder / "cert.pem"

    def listens(self) -> bool:
        """Whether it can be reached. Raises OSError where it cannot."""
        with closing(socket.create_connection(("127.0.0.1", self.port), 1)):
            return True


class Mailer(Process):
    """`python -m gateway.handoff` beside a gateway."""

    def __init__(self, gateway: Gateway, server: MailServer | None = None, **settings: object) -> None:
        environment = dict(gateway._environment)
        if server:
            environment |= {
                "LDN_SMTP__HOST": "127.0.0.1",
                "LDN_SMTP__PORT": str(server.port),
                "LDN_SMTP__TLS": "none",
                "LDN_SMTP__RETRY_SECONDS": "0.2",
                "LDN_SMTP__TIMEOUT_SECONDS": "5",
            }
        environment |= {
            name if name.isupper() else f"LDN_{name.upper()}": str(value) for name, value in settings.items()
        }
        super().__init__(["-m", "gateway.handoff"], environment, gateway.folder / "mailer.log")

    def next_start(self) -> Callable[[], bool]:
        """Says whether it has got to its work since now."""
        begins = self.log.stat().st_size

        def started() -> bool:
            with self.log.open("rb") as log:
                log.seek(begins)
                return b"mailer.started" in log.read()

        return started

    def said(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]


def confirm(visitor: Visitor, message_id: str | None = None, **request: object) -> dict[str, Any]:
    """Confirms a request; the reply that shows its reference."""
    answer = visitor.say("confirm" + (json.dumps(request) if request else ""), message_id)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()["replies"][-1]
    assert reply["outcomes"] == ["handoff:requested"], reply
    return reply


def read_mail(file: Path) -> EmailMessage:
    """A mail from a file."""
    mail = email.message_from_bytes(file.read_bytes(), policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def words(mail: EmailMessage) -> str:
    """Everything that a mail says to a person, both its forms."""
    return "\n".join(part.get_content() for part in mail.walk() if part.get_content_maintype() == "text")


def states(gateway: Gateway) -> Counter[str]:
    """How many mails are in each state."""
    return Counter(state for (state,) in gateway.rows("SELECT state FROM outbox"))


def engine(gateway: Gateway) -> Engine:
    """The journal, for functions that want a connection."""
    return create_engine(gateway.environment.get("LDN_JOURNAL__URL") or f"sqlite:///{gateway.database}")
