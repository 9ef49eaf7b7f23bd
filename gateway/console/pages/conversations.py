"""Searching and filtering all conversations, and the searches that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from markupsafe import Markup, escape
from sanic.response import HTTPResponse
from sqlalchemy import Connection

from gateway.console import export, filters, finding, query, transcript, views
from gateway.console.door import Door, Refused, Visit
from gateway.console.masking import masked
from gateway.console.query import BadQuery
from gateway.console.trail import Entry

EXPORTED_AT_MOST = 500


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/conversations", _search)
    door.form("/conversations", _export, admin=True)
    door.form("/views", _save_view)
    door.form("/views/<number:int>/drop", _drop_view)


async def _search(visit: Visit) -> HTTPResponse:
    asked = {name: visit.asked(name) for name in visit.request.args}
    words, before = visit.asked("words"), visit.number("before")
    wrong = ""
    try:
        node = query.parse(words)
    except BadQuery as bad:
        node, wrong = None, str(bad)

    def read(connection: Connection) -> tuple[Any, ...]:
        choices = filters.all_filters(*finding.vocabulary(connection))
        conditions, kept = filters.conditions(choices, asked)
        found = None if wrong else finding.find(connection, node, conditions, before)
        return choices, kept, found, views.every(connection)

    choices, kept, found, kept_views = await visit.read(read)
    shown = [row.conversation_id for row in found.rows] if found else []
    detail = {"filters": kept, "with_words": bool(words), "conversations": shown}
    await visit.note(Entry("searched" if words or kept else "conversations listed", detail=detail))
    address = urlencode({**({"words": words} if words else {}), **kept})
    return visit.page(
        "conversations.html", 422 if wrong else 200, words=words, wrong=wrong, filters=choices, kept=kept, found=found,
        views=kept_views, address=address, excerpt=_excerpt, counted=finding.COUNTED, on_a_page=finding.ON_A_PAGE,
        at_most=EXPORTED_AT_MOST,
    )  # fmt: skip


def _excerpt(found: str, names: Sequence[str]) -> Markup:
    """The excerpt with its hits marked, or masked and unmarked; whatever the visitor wrote stays text."""
    plain = found.replace("\x02", "").replace("\x03", "")
    if masked(plain, names) != plain:
        return escape(masked(plain, names))
    return Markup(str(escape(found)).replace("\x02", "<mark>").replace("\x03", "</mark>").replace("\n", " / "))


async def _export(visit: Visit) -> HTTPResponse:
    """What a search finds, as one file; at most EXPORTED_AT_MOST conversations, newest first."""
    name = visit.field("format")
    asked = _asked(visit.field("address"))
    if name not in export.FORMATS:
        raise Refused(422, "Not done", "There is no such format.")
    try:
        node = query.parse(asked.get("words", ""))
    except BadQuery as bad:
        raise Refused(422, "Not done", str(bad)) from None

    def read(connection: Connection) -> list[transcript.Transcript]:
        conditions, _ = filters.conditions(filters.all_filters(*finding.vocabulary(connection)), asked)
        ids: list[str] = []
        before: int | None = None
        while len(ids) < EXPORTED_AT_MOST:
            rows = finding.find(connection, node, conditions, before).rows
            if not rows:
                break
            ids += [row.conversation_id for row in rows]
            before = rows[-1].number
        found = (transcript.read(connection, one, False) for one in ids[:EXPORTED_AT_MOST])
        return [one for one in found if one is not None]

    found = await visit.read(read)
    await visit.note(Entry("exported", detail={"format": name, "conversations": [one.id for one in found]}))
    body = export.written(name, found, visit.console.calendar)
    return visit.file(f"conversations.{name}", body, export.FORMATS[name])


def _asked(address: str) -> Mapping[str, str]:
    return dict(parse_qsl(address, max_num_fields=40))


async def _save_view(visit: Visit) -> HTTPResponse:
    name, address = visit.field("name", 60), visit.field("address", 2_000)
    address = urlencode(_asked(address))
    if name:
        await visit.write(Entry("view saved"), views.save, name, address, visit.staff.id)
    return visit.to(f"/conversations?{address}")


async def _drop_view(visit: Visit, number: int) -> HTTPResponse:
    await visit.write(Entry("view dropped"), views.drop, number)
    return visit.to("/conversations")
