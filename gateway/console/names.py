"""Who asked for the clinic in a conversation: names and contacts that lists and transcripts cover."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from gateway.journal.schema import requests


def of(connection: Connection, conversation_ids: Sequence[str]) -> dict[str, list[str]]:
    """For each conversation the names and contacts of its requests; none where there was no request."""
    found: dict[str, list[str]] = {one: [] for one in conversation_ids}
    for row in connection.execute(
        select(requests.c.conversation_id, requests.c.name, requests.c.contact).where(
            requests.c.conversation_id.in_(conversation_ids)
        )
    ):
        found[row.conversation_id] += [word for word in (row.name, row.contact) if word]
    return found
