"""How the pages write moments, outcomes and counts."""

from __future__ import annotations

from datetime import date

from jinja2 import Environment
from markupsafe import Markup

from gateway.clock import rfc3339
from gateway.console.calendar import Calendar, day_of
from gateway.console.masking import masked

GROUPS = {
    "answer": "Answer",
    "not_covered": "Not covered",
    "handoff": "Hand-off",
    "smalltalk": "Small talk",
    "screening": "Screening",
    "suggest": "Suggested buttons",
    "out_of_scope": "Out of scope",
    "unreadable": "Unreadable",
    "unavailable": "Unavailable",
    "emergency": "Emergency card",
    "crisis": "Crisis card",
    "other": "Other",
}
STATES = {"new": "New", "seen": "Seen", "waiting": "Waiting", "done": "Done"}


def named(label: str, subject: str | None = None) -> str:
    """An outcome or a training label as people read it: "answer:dose_range" is "Answer: dose range"."""
    group, _, rest = label.replace("/", ":").partition(":")
    rest = (subject or rest).replace(":", ": ").replace("_", " ")
    name = GROUPS.get(group, group.replace("_", " "))
    return f"{name}: {rest}" if rest else name


def day_name(day: date) -> str:
    """Such as "Mon 23 Nov 2026"."""
    return f"{day:%a} {day.day} {day:%b %Y}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Such as "1 message" and "1,204 messages"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def add_to(templates: Environment, calendar: Calendar) -> None:
    """Gives the templates these ways of writing."""

    def when(at: int) -> Markup:
        local = calendar.local(at)
        said = f"{local:%a} {local.day} {local:%b}, {local:%H:%M}"
        if local.year != calendar.today().year:
            said = f"{local.day} {local:%b %Y}, {local:%H:%M}"
        return Markup('<time datetime="{}">{}</time>').format(rfc3339(at), said)

    def clock(at: int) -> Markup:
        local = calendar.local(at)
        return Markup('<time datetime="{}">{}</time>').format(rfc3339(at), f"{local:%H:%M:%S}")

    templates.filters |= {
        "when": when,
        "clock": clock,
        "named": named,
        "day": lambda number: day_name(day_of(number)),
        "state": lambda state: STATES[state],
        "masked": masked,
    }
    templates.globals |= {"count": count, "zone": calendar.zone_name}
