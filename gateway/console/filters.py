"""The filters of the conversations page: each a name, a label, its choices, and the condition it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy import false as never

from gateway.console.calendar import number_of
from gateway.console.tables import outcomes, overviews
from gateway.console.words import named

type Condition = ColumnElement[bool]
type Choices = Sequence[tuple[str, str]]

_o = overviews.c


@dataclass(frozen=True)
class Filter:
    """One filter. `choices` are (value, words); without any, a date or a number is typed."""

    name: str
    label: str
    condition: Callable[[str], Condition]
    choices: Choices = ()
    kind: str = "select"


def _outcome(label: str) -> Condition:
    return exists(select(1).where(outcomes.c.number == _o.number, outcomes.c.outcome == label))


def _subject(subject: str) -> Condition:
    return exists(
        select(1).where(
            outcomes.c.number == _o.number, outcomes.c.outcome == "not_covered", outcomes.c.subject == subject
        )
    )


def _date(compare: Callable[[int], Condition]) -> Callable[[str], Condition]:
    def condition(text: str) -> Condition:
        try:
            return compare(number_of(date.fromisoformat(text)))
        except ValueError:
            return never()

    return condition


def _hours(text: str) -> Condition:
    first, _, last = text.partition("-")
    return _o.hour.between(int(first), int(last))


_ANSWER_HAS: Mapping[str, Condition] = {
    "suggested": _o.suggested > 0,
    "not_covered": _o.not_covered > 0,
    "out_of_scope": _o.out_of_scope > 0,
    "unanswered": _o.unanswered > 0,
    "thumbs_down": _o.thumbs_down > 0,
    "thumbs_up": _o.thumbs_up > 0,
}
_PERSON: Mapping[str, Condition] = {
    "flagged": _o.flagged,
    "requested": _o.requested,
    "screened": _o.screening != "",
    "screening_done": _o.screening.in_(("no_flag", "flagged")),
    "screening_flagged": _o.screening == "flagged",
}
_LENGTH: Mapping[str, Condition] = {
    "1": _o.messages == 1,
    "2-5": _o.messages.between(2, 5),
    "6-15": _o.messages.between(6, 15),
    "16+": _o.messages >= 16,
}
_OPEN: Mapping[str, Condition] = {"after": _o.after_hours.is_(True), "open": _o.after_hours.is_(False)}


def all_filters(outcome_labels: Sequence[str], subjects: Sequence[str], locales: Sequence[str]) -> list[Filter]:
    """Every filter, with the choices that the journal has."""
    return [
        Filter("outcome", "Outcome", _outcome, [(label, named(label)) for label in outcome_labels]),
        Filter("subject", "Not covered: subject", _subject, [(one, one.replace("_", " ")) for one in subjects]),
        Filter(
            "answer", "Answers", _ANSWER_HAS.__getitem__,
            [("suggested", "had to suggest"), ("not_covered", "not covered"), ("out_of_scope", "out of scope"),
             ("unanswered", "never answered"), ("thumbs_down", "thumbs down"), ("thumbs_up", "thumbs up")],
        ),
        Filter(
            "person", "Person", _PERSON.__getitem__,
            [("flagged", "safety card shown"), ("requested", "asked for the clinic"), ("screened", "screening begun"),
             ("screening_done", "screening finished"), ("screening_flagged", "screening: to go over")],
        ),
        Filter("state", "State", lambda state: _o.state == state,
               [("new", "new"), ("seen", "seen"), ("waiting", "waiting"), ("done", "done")]),
        Filter("length", "Length", _LENGTH.__getitem__,
               [("1", "1 message"), ("2-5", "2 to 5"), ("6-15", "6 to 15"), ("16+", "16 or more")]),
        Filter("open", "Hours", _OPEN.__getitem__, [("after", "after hours"), ("open", "while open")]),
        Filter("hour", "Time of day", _hours,
               [("0-5", "0:00 to 5:59"), ("6-11", "6:00 to 11:59"), ("12-17", "12:00 to 17:59"),
                ("18-23", "18:00 to 23:59")]),
        Filter("language", "Language", lambda locale: _o.locale == locale, [(one, one) for one in locales]),
        Filter("since", "From", _date(lambda day: _o.day >= day), kind="date"),
        Filter("until", "To", _date(lambda day: _o.day <= day), kind="date"),
    ]  # fmt: skip


def conditions(filters: Sequence[Filter], asked: Mapping[str, str]) -> tuple[list[Condition], dict[str, str]]:
    """The conditions of what was asked for, and the part of it that is a filter's; anything else is left out."""
    found: list[Condition] = []
    kept: dict[str, str] = {}
    for one in filters:
        value = asked.get(one.name, "")
        if value and (one.kind != "select" or value in {choice for choice, _ in one.choices}):
            found.append(one.condition(value))
            kept[one.name] = value
    return found, kept
