"""Composes the mails: to the clinic without any health information, to the patient with none of their own words.

A mail is the same at every try: its Message-ID and its date are its outbox row's and its request's.
"""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path

import phonenumbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from gateway.handoff.hours import Hours
from gateway.handoff.opening import time_of
from gateway.handoff.outbox import Due
from gateway.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"

SUBJECTS = {
    "clinic": "A request is waiting: {reference}",
    "patient": "We got your request",
    "withdrawn": "A request was taken back: {reference}",
}
"""The patient's has no reference: it begins with the name of a treatment, and others may see a subject."""


class MailComposer:
    """Composes the mails of one clinic."""

    def __init__(self, settings: Settings) -> None:
        self._clinic = settings.clinic
        self._sender = _address(settings.mail_sender, settings.clinic.name)
        self._hours = Hours(settings.clinic)
        self._templates = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=lambda name: bool(name and ".html" in name),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )

    def compose(self, due: Due) -> EmailMessage:
        """The whole message. Raises ValueError where a header would hold more than its line."""
        message = EmailMessage(policy.SMTP)
        message["Message-ID"] = due.message_id
        message["Date"] = format_datetime(datetime.fromtimestamp(due.created_at // 1000, UTC))
        message["From"] = self._sender
        message["To"] = self._recipient(due)
        reply_to = self._reply_to(due)
        if reply_to:
            message["Reply-To"] = reply_to
        message["Subject"] = SUBJECTS[due.kind].format(reference=due.reference)
        message["Auto-Submitted"] = "auto-generated"
        values = self._values(due)
        message.set_content(self._templates.get_template(f"{due.kind}.txt.j2").render(values))
        message.add_alternative(self._templates.get_template(f"{due.kind}.html.j2").render(values), subtype="html")
        message.set_boundary(f"=_{due.id}")
        return message

    def _recipient(self, due: Due) -> Address:
        if due.kind == "patient":
            assert due.contact
            return _address(due.contact)
        return _address(self._clinic.email, self._clinic.name)

    def _reply_to(self, due: Due) -> Address | None:
        """An answer to the clinic's mail reaches the person; an answer to the person's reaches the clinic."""
        if due.kind == "patient":
            return _address(self._clinic.email, self._clinic.name)
        if due.kind == "clinic" and due.contact and due.contact_kind == "email":
            return _address(due.contact)
        return None

    def _values(self, due: Due) -> dict[str, object]:
        requested = self._hours.local(datetime.fromtimestamp(due.requested_at / 1000, UTC))
        opens = self._hours.local(datetime.fromtimestamp(due.opens_at / 1000, UTC)) if due.opens_at else None
        return {
            "clinic": self._clinic.name,
            "clinic_email": self._clinic.email,
            "reference": due.reference,
            "requested": _moment(requested) + f" ({requested:%Z})",
            "opens": _moment(opens) if opens else None,
            "weekly": self._hours.weekly() if self._hours.known else [],
            "contact_kind": due.contact_kind,
            "contact": _shown(due) if due.contact and due.kind == "clinic" else None,
        }


def _address(address: str, name: str = "") -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=name, username=local, domain=domain)


def _moment(moment: datetime) -> str:
    return f"{moment:%A, %B} {moment.day}, {moment.year}, at {time_of(moment)}"


def _shown(due: Due) -> str:
    if due.contact_kind == "email" or due.contact is None:
        return due.contact or ""
    return phonenumbers.format_number(phonenumbers.parse(due.contact), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
