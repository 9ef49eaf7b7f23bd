"""Make it better: from wrong readings to examples that the bot learns from."""

from __future__ import annotations

from sanic.response import HTTPResponse

from gateway.console import learning
from gateway.console.door import Door, Refused, Visit
from gateway.console.learning import NotReady
from gateway.console.trail import Entry

FILES = {
    "nlu": ("examples.yml", "application/yaml; charset=utf-8", learning.as_nlu),
    "evaluation": ("examples.jsonl", "application/x-ndjson; charset=utf-8", learning.as_evaluation),
}


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/learning", _learning)
    door.form("/learning/<conversation:str>/<seq:int>", _settle)
    door.form("/learning/export", _export, admin=True)


async def _learning(visit: Visit) -> HTTPResponse:
    state = visit.asked("show") if visit.asked("show") in learning.STATES else "draft"
    drafts = await visit.read(learning.drafts, state)
    shown = sorted({draft.conversation_id for draft in drafts})
    await visit.note(Entry("examples seen", detail={"show": state, "conversations": shown}))
    waiting = len(await visit.read(learning.ready))
    return visit.page("learning.html", drafts=drafts, state=state, states=learning.STATES, waiting=waiting)


async def _settle(visit: Visit, conversation: str, seq: int) -> HTTPResponse:
    state = visit.field("state")
    if state not in learning.STATES:
        raise Refused(422, "Not done", "There is no such state.")
    entry = Entry("example settled", conversation, {"seq": seq, "state": state})
    try:
        await visit.write(entry, learning.settle, conversation, seq, visit.field("text", learning.LONGEST), state)
    except NotReady as not_ready:
        raise Refused(409, "Not taken", str(not_ready)) from None
    return visit.to("/learning")


async def _export(visit: Visit) -> HTTPResponse:
    wanted = FILES.get(visit.field("format"))
    if wanted is None:
        raise Refused(422, "Not done", "There is no such format.")
    name, content_type, write = wanted
    examples = await visit.read(learning.ready)
    await visit.note(Entry("examples exported", detail={"format": name, "examples": len(examples)}))
    return visit.file(name, write(examples), content_type)
