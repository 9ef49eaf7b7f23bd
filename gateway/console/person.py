"""Everything that is kept about one person, found by a request's reference: to hand out, and to erase."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete

from gateway.clock import rfc3339
from gateway.console import queue, transcript
from gateway.console.queue import Waiting
from gateway.console.transcript import Transcript
from gateway.erasing import Erasing
from gateway.journal.schema import requests
from gateway.journal.store import Journal

FIELDS = ("kind", "name", "contact_kind", "contact", "times", "question", "note", "after_hours")


@dataclass(frozen=True)
class Person:
    """A request with its conversation, where that is still kept."""

    reference: str
    conversation_id: str | None
    request: dict[str, Any]
    mails: list[dict[str, Any]]
    conversation: Transcript | None


def everything(connection: Connection, reference: str) -> Person | None:
    """All there is, contact data shown; None where there is no such request."""
    found = queue.find(connection, reference)
    if found is None:
        return None
    row = found.row
    asked = {"created_at": rfc3339(row.created_at), **{name: getattr(row, name) for name in FIELDS}}
    mails = [
        {"kind": mail.kind, "state": mail.state, "sent_at": rfc3339(mail.sent_at) if mail.sent_at else None}
        for mail in found.mails
    ]
    conversation = transcript.read(connection, row.conversation_id, True) if row.conversation_id else None
    return Person(row.reference, row.conversation_id, {**asked, "screening": found.screening}, mails, conversation)


def as_json(person: Person) -> str:
    """The same for a machine."""
    talk = person.conversation
    data = {
        "reference": person.reference,
        "request": person.request,
        "mails": person.mails,
        "conversation": None
        if talk is None
        else {
            "id": talk.id,
            "messages": [
                {
                    "seq": message.seq,
                    "at": rfc3339(message.at),
                    "who": "visitor" if message.by_visitor else "assistant",
                    "text": message.text,
                    "understood": message.reading,
                    "replies": [
                        {
                            "text": reply.text,
                            "outcomes": reply.outcomes,
                            "helpful": reply.helpful,
                            "comment": reply.comment,
                        }
                        for reply in message.replies
                    ],
                }
                for message in talk.messages
            ],
            "notes": [{"at": rfc3339(note.at), "by": note.name, "text": note.text} for note in talk.notes],
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


async def erase(journal: Journal, erasing: Erasing, found: Waiting) -> None:
    """Erases the conversation as the visitor would, then what is left of the request. Raises JournalDown."""
    conversation_id = found.row.conversation_id
    if conversation_id:
        await erasing.erase_for_visitor(conversation_id)
    else:
        await journal.write(_drop_unmailed, found.row.id)
        await erasing.settle()


def _drop_unmailed(connection: Connection, request_id: str) -> None:
    connection.execute(delete(requests).where(requests.c.id == request_id))
