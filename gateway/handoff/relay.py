"""Hands mails to the SMTP relay, over one connection for as long as there are mails."""

from __future__ import annotations

import asyncio
import contextlib
from email.message import EmailMessage

import aiosmtplib
from aiosmtplib import SMTP

from gateway.handoff.delivery import NotNow, Refused, Unclear
from gateway.settings import Smtp

HANGING_UP_SECONDS = 2.0


class Relay:
    """The relay of the settings. TLS is demanded where it is set: without it nothing is said."""

    def __init__(self, settings: Smtp, own_name: str) -> None:
        self._settings = settings
        self._own_name = own_name
        self._line: SMTP | None = None

    @property
    def seconds(self) -> float:
        """The longest that handing over one mail takes."""
        return self._settings.timeout_seconds * 2

    async def hand_over(self, message: EmailMessage, sender: str, recipient: str) -> None:
        """Returns once the relay has said yes. Raises NotNow, Refused or Unclear."""
        line = self._line or await self._connect()
        self._line = line
        try:
            async with asyncio.timeout(self._settings.timeout_seconds):
                await line.send_message(message, sender=sender, recipients=[recipient])
        except aiosmtplib.SMTPRecipientsRefused as wrong:
            await self.hang_up()
            raise _refused(wrong.recipients[0].code) from None
        except aiosmtplib.SMTPResponseException as wrong:
            await self.hang_up()
            raise _refused(wrong.code) from None
        except (aiosmtplib.SMTPException, TimeoutError, OSError) as wrong:
            await self.hang_up()
            raise Unclear(type(wrong).__name__) from None

    async def hang_up(self) -> None:
        """Ends the connection; the next mail makes a new one."""
        line, self._line = self._line, None
        if line:
            with contextlib.suppress(aiosmtplib.SMTPException, TimeoutError, OSError):
                async with asyncio.timeout(HANGING_UP_SECONDS):
                    await line.quit()
            line.close()

    async def _connect(self) -> SMTP:
        settings = self._settings
        line = SMTP(
            hostname=settings.host,
            port=settings.port,
            local_hostname=self._own_name,  # else the name servers are asked, which may take seconds
            username=settings.user or None,
            password=settings.password.get_secret_value() or None,
            use_tls=settings.tls == "tls",
            start_tls=settings.tls == "starttls",
            timeout=settings.timeout_seconds,
        )
        try:
            async with asyncio.timeout(settings.timeout_seconds):
                await line.connect()
        except aiosmtplib.SMTPResponseException as wrong:
            line.close()
            raise NotNow(f"{type(wrong).__name__}_{wrong.code}"[:60]) from None
        except (aiosmtplib.SMTPException, TimeoutError, OSError, ValueError) as wrong:
            line.close()
            raise NotNow(type(wrong).__name__) from None
        return line


def _refused(code: int) -> Refused | Unclear:
    # 421 closes the line, also after the message: RFC 5321 leaves open what became of it.
    return Unclear("421") if code == 421 else Refused(str(code), for_good=code >= 500)
