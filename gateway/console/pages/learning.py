"""Make it better: from wrong readings to examples that the bot learns from."""

from __future__ import annotations

from sanic.response import HTTPResponse

from gateway.console import held_out, learning, trials
from gateway.console.door import Door, Refused, Visit
from gateway.console.learning import NotReady
from gateway.console.trail import Entry
from gateway.console.trials import NothingToTry

FILES = {
    "nlu": ("examples.yml", "application/yaml; charset=utf-8", learning.as_nlu),
    "evaluation": ("examples.jsonl", "application/x-ndjson; charset=utf-8", learning.as_evaluation),
}

VERDICTS = {
    "right": "Right",
    "other_subject": "of them other subject",
    "suggested": "Suggested",
    "wrong": "Wrong",
    "missed": "Missed",
}


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/learning", _learning)
    door.form("/learning/<conversation:str>/<seq:int>", _settle)
    door.form("/learning/trial", _try, admin=True)
    door.form("/learning/export", _export, admin=True)


async def _learning(visit: Visit) -> HTTPResponse:
    state = visit.asked("show") if visit.asked("show") in learning.STATES else "draft"
    drafts = await visit.read(learning.drafts, state)
    shown = sorted({draft.conversation_id for draft in drafts})
    await visit.note(Entry("examples seen", detail={"show": state, "conversations": shown}))
    settings = visit.console.settings.console
    return visit.page(
        "learning.html",
        drafts=drafts,
        state=state,
        waiting=len(await visit.read(learning.ready)),
        missing=held_out.missing(settings),
        last=await visit.read(trials.last),
        tried=await visit.read(trials.figures, held_out.fingerprint(settings)),
        verdicts=VERDICTS,
    )


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


async def _try(visit: Visit) -> HTTPResponse:
    missing = held_out.missing(visit.console.settings.console)
    if missing:
        raise Refused(409, "Not tried", f"{missing} is not beside this gateway.")
    try:
        await visit.write(Entry("trial asked for"), trials.ask)
    except NothingToTry:
        raise Refused(409, "Not tried", "No example is ready.") from None
    return visit.to("/learning?show=ready#trial")


async def _export(visit: Visit) -> HTTPResponse:
    wanted = FILES.get(visit.field("format"))
    if wanted is None:
        raise Refused(422, "Not done", "There is no such format.")
    name, content_type, write = wanted
    examples = await visit.read(learning.ready)
    tried = await visit.read(trials.figures, held_out.fingerprint(visit.console.settings.console))
    detail = {"format": name, "examples": len(examples), "trial": tried.trial if tried and tried.holds else None}
    await visit.note(Entry("examples exported", detail=detail))
    return visit.file(name, write(examples), content_type)
