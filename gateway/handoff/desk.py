"""Makes what the bot said ready to be written and shown: opening hours, address, booking page, and its request."""

from __future__ import annotations

from gateway.chat.bot_client import BotTurn
from gateway.chat.replies import BotButton, BotReply, issue
from gateway.clock import now_ms
from gateway.handoff import requests
from gateway.handoff.answers import Prepared
from gateway.handoff.hours import Hours
from gateway.handoff.opening import opening
from gateway.handoff.requests import NewRequest
from gateway.handoff.words import load_words
from gateway.settings import Settings

BOOKING = "handoff:booking"


class Desk:
    """One clinic's desk. Raises NoticesError where the words cannot be used."""

    def __init__(self, settings: Settings) -> None:
        self._clinic = settings.clinic
        self._kept_days = f"{settings.retention.request_days:g}"
        self._mail_domain = settings.mail_sender.rpartition("@")[2]
        self._hours = Hours(settings.clinic)
        self._words = load_words()

    def prepare(self, turn: BotTurn) -> Prepared:
        """The replies with everything filled in but the reference. Raises Unconfirmed."""
        now = opening(self._hours, self._words.opening, now_ms())
        confirmed = requests.confirmed(turn.replies)
        filled = [self._fill(reply, now.line) for reply in turn.replies]
        request = NewRequest(confirmed, now, self._mail_domain) if confirmed else None
        return Prepared(issue(filled), turn.save, request, turn.understood)

    def _fill(self, reply: BotReply, line: str) -> BotReply:
        text = reply.text.replace("{opening}", line).replace("{email}", self._clinic.email)
        text = text.replace("{kept_days}", self._kept_days)
        buttons = reply.buttons
        if self._clinic.booking_url and BOOKING in reply.outcomes:
            page = BotButton(title=self._words.booking_button, outcome=BOOKING, href=self._clinic.booking_url,
                             payload={"outcome": BOOKING})
            buttons = [page, *buttons]
        # Only we give references: one that came from elsewhere would name a request that nobody wrote down.
        return reply.model_copy(update={"text": text, "buttons": buttons, "reference": None})
