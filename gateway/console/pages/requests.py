"""The queue of requests to the clinic; and everything about one person, by reference: to show, hand out or erase."""

from __future__ import annotations

from urllib.parse import quote

from sanic.response import HTTPResponse

from gateway.console import export, person, queue
from gateway.console.door import Door, Refused, Visit, not_found
from gateway.console.queue import Waiting
from gateway.console.trail import Entry


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/requests", _queue)
    door.page("/requests/<reference:str>", _one)
    door.form("/requests/<reference:str>/contact-data", _contact_data)
    door.form("/requests/<reference:str>/done", _done)
    door.form("/requests/<reference:str>/mails/<mail:str>/again", _mail_again)
    door.form("/requests/<reference:str>/export", _export, admin=True)
    door.form("/requests/<reference:str>/erase", _erase, admin=True)


async def _queue(visit: Visit) -> HTTPResponse:
    done = visit.asked("show") == "done"
    wanted = visit.asked("reference", 20)
    known = await visit.read(queue.find, wanted) if wanted else None
    if known:
        return visit.to(f"/requests/{quote(known.row.reference)}")
    rows = await visit.read(queue.page, done, visit.number("before"))
    await visit.note(Entry("requests seen", detail={"references": [one.row.reference for one in rows]}))
    more = rows[-1].row.created_at if len(rows) == queue.ON_A_PAGE else None
    return visit.page("requests.html", rows=rows, done=done, more=more, wanted=wanted)


async def _one(visit: Visit, reference: str) -> HTTPResponse:
    return await _page(visit, reference, shown=False)


async def _contact_data(visit: Visit, reference: str) -> HTTPResponse:
    return await _page(visit, reference, shown=True)


async def _page(visit: Visit, reference: str, shown: bool) -> HTTPResponse:
    found = await _found(visit, reference)
    await visit.note(Entry("contact data seen" if shown else "request read", found.row.reference))
    names = [one for one in (found.row.name, found.row.contact) if one]
    return visit.page("request.html", it=found, shown=shown, names=names)


async def _found(visit: Visit, reference: str) -> Waiting:
    found = await visit.read(queue.find, reference)
    if found is None:
        raise not_found()
    return found


async def _done(visit: Visit, reference: str) -> HTTPResponse:
    done = visit.field("done") == "yes"
    entry = Entry("request done" if done else "request opened again", reference)
    if not await visit.write(entry, queue.set_done, reference, visit.staff.id, done):
        raise not_found()
    return visit.to("/requests" if done else f"/requests/{quote(reference)}")


async def _mail_again(visit: Visit, reference: str, mail: str) -> HTTPResponse:
    if not await visit.write(Entry("mail tried again", reference), queue.try_again, mail):
        raise Refused(409, "Not tried again", "This mail has left already, or is being sent just now.")
    return visit.to(f"/requests/{quote(reference)}")


async def _export(visit: Visit, reference: str) -> HTTPResponse:
    """Everything that is kept about the person, as a page to read and print or as JSON."""
    found = await visit.read(person.everything, reference)
    if found is None:
        raise not_found()
    name = "json" if visit.field("format") == "json" else "html"
    await visit.note(Entry("person exported", found.reference, {"format": name, "conversation": found.conversation_id}))
    if name == "json":
        return visit.file(f"{found.reference}.json", person.as_json(found), "application/json; charset=utf-8")
    template = visit.console.templates.get_template("person.html")
    clinic = visit.console.settings.clinic.name
    body = template.render(it=found, clinic=clinic, text=export.as_text, calendar=visit.console.calendar)
    return visit.file(f"{found.reference}.html", body, "text/html; charset=utf-8")


async def _erase(visit: Visit, reference: str) -> HTTPResponse:
    """Erases the request and its conversation, everywhere; the audit keeps the reference and no word."""
    found = await _found(visit, reference)
    if visit.field("reference").upper() != found.row.reference:
        why = "Type the reference to say that you mean it. Nothing was erased."
        raise Refused(422, "Not erased", why)
    await visit.note(Entry("person erased", found.row.reference, {"conversation": found.row.conversation_id}))
    await person.erase(visit.console.journal, visit.console.erasing, found)
    return visit.page("erased.html", reference=found.row.reference)
