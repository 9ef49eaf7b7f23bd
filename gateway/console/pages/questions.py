"""What patients ask: what the assistant could not answer, grouped by meaning."""

from __future__ import annotations

from sanic.response import HTTPResponse

from gateway.console import asked, names
from gateway.console.charts import spark
from gateway.console.door import Door, Visit
from gateway.console.trail import Entry

KINDS = {"not_covered": "not covered", "out_of_scope": "out of scope", "suggest": "had to suggest"}


def register(door: Door) -> None:
    """Adds the pages."""
    door.page("/questions", _questions)
    door.form("/questions/group", _group)


async def _questions(visit: Visit) -> HTTPResponse:
    found = await visit.read(asked.groups)
    last = await visit.read(asked.last_grouping)
    alone = await visit.read(asked.alone)
    shown = sorted({example.conversation_id for group in found for example in group.examples})
    await visit.note(Entry("questions seen", detail={"conversations": shown}))
    return visit.page(
        "questions.html",
        groups=found,
        names=await visit.read(names.of, shown),
        last=last,
        alone=alone,
        kinds=KINDS,
        spark=spark,
        weeks=asked.TREND_WEEKS,
    )


async def _group(visit: Visit) -> HTTPResponse:
    await visit.write(Entry("grouping asked for"), asked.ask_for_grouping)
    return visit.to("/questions")
