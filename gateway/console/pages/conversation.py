"""One conversation: the whole transcript, what was understood, reviews with one key, notes, export."""

from __future__ import annotations

from sanic.response import HTTPResponse
from sqlalchemy import Connection

from gateway.console import accounts, export, overview, reviewing, transcript
from gateway.console.door import Door, Refused, Visit, not_found
from gateway.console.labels import training_labels
from gateway.console.masking import masked
from gateway.console.reviewing import NothingToReview
from gateway.console.trail import Entry
from gateway.console.transcript import Transcript
from gateway.console.words import STATES

VERDICTS = ("right", "wrong", "ignored")


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/conversations/<conversation:str>", _show)
    door.form("/conversations/<conversation:str>/contact-data", _show_contact_data)
    door.form("/conversations/<conversation:str>/state", _set_state)
    door.form("/conversations/<conversation:str>/assignee", _set_assignee)
    door.form("/conversations/<conversation:str>/notes", _add_note)
    door.form("/conversations/<conversation:str>/messages/<seq:int>/review", _review)
    door.form("/conversations/<conversation:str>/export", _export, admin=True)


async def _show(visit: Visit, conversation: str) -> HTTPResponse:
    return await _page(visit, conversation, shown=False)


async def _show_contact_data(visit: Visit, conversation: str) -> HTTPResponse:
    return await _page(visit, conversation, shown=True)


async def _page(visit: Visit, conversation: str, shown: bool) -> HTTPResponse:
    found = await _found(visit, conversation, shown)

    def mark_seen(connection: Connection) -> None:
        if found.overview.state == "new":
            overview.set_state(connection, conversation, "seen")

    await visit.write(Entry("contact data seen" if shown else "conversation read", conversation), mark_seen)
    people = [one for one in await visit.read(accounts.everybody) if one.left_at is None]
    return visit.page(
        "conversation.html", it=found, people=people, labels=training_labels(), states=STATES, formats=export.FORMATS
    )


async def _found(visit: Visit, conversation: str, shown: bool) -> Transcript:
    found = await visit.read(transcript.read, conversation, shown)
    if found is None:
        raise not_found()
    return found


async def _set_state(visit: Visit, conversation: str) -> HTTPResponse:
    state = visit.field("state")
    if state not in STATES:
        raise Refused(422, "Not done", "There is no such state.")
    await visit.write(Entry("state set", conversation, {"state": state}), overview.set_state, conversation, state)
    return visit.to(f"/next?after={conversation}" if visit.field("next") else f"/conversations/{conversation}")


async def _set_assignee(visit: Visit, conversation: str) -> HTTPResponse:
    number = visit.number("assignee", visit.field)
    people = {one.id for one in await visit.read(accounts.everybody) if one.left_at is None}
    chosen = number if number in people else None
    entry = Entry("assigned", conversation, {"to": chosen})
    await visit.write(entry, overview.set_assignee, conversation, chosen)
    return visit.to(f"/conversations/{conversation}")


async def _add_note(visit: Visit, conversation: str) -> HTTPResponse:
    text = visit.field("text", reviewing.LONGEST_NOTE)
    if text:
        await visit.write(Entry("note added", conversation), reviewing.add_note, conversation, visit.staff.id, text)
    return visit.to(f"/conversations/{conversation}#notes")


async def _review(visit: Visit, conversation: str, seq: int) -> HTTPResponse:
    verdict, label = visit.field("verdict"), visit.field("label") or None
    if verdict not in VERDICTS or (label is not None and label not in training_labels()):
        raise Refused(422, "Not done", "There is no such verdict or outcome.")
    if verdict != "wrong":
        label = None
    try:
        typed = await visit.read(reviewing.words_of, conversation, seq) if label else ""
        entry = Entry("message reviewed", conversation, {"seq": seq, "verdict": verdict, "label": label})
        await visit.write(
            entry, reviewing.review, conversation, seq, visit.staff.id, verdict, label, masked(typed) or None
        )
    except NothingToReview:
        raise not_found() from None
    return visit.to(f"/conversations/{conversation}#message-{seq}")


async def _export(visit: Visit, conversation: str) -> HTTPResponse:
    name = visit.field("format")
    if name not in export.FORMATS:
        raise Refused(422, "Not done", "There is no such format.")
    shown = visit.field("contact_data") == "shown"
    found = await _found(visit, conversation, shown)
    await visit.note(Entry("exported", conversation, {"format": name, "contact_data": shown}))
    body = export.written(name, [found], visit.console.calendar)
    return visit.file(f"conversation-{conversation}.{name}", body, export.FORMATS[name])
