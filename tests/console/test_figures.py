"""Every figure on a worked example: five conversations at known moments, counted by hand.

    conversation    begun, in Toronto         messages and what they came to                    seconds
    A               Mon 22 Dec 2025, 08:59    answered; answered + not covered                  0.5; 1.0
    B               Mon 22 Dec 2025, 09:00    suggested; not covered; (no answer)               1.5; 9
    C               Wed 24 Dec 2025, 23:59    hand-off, with a request; crisis card             3; 0.1
    D               Thu 25 Dec 2025, 00:00    screening begun; screening done, flagged          1; 1
    E               Sun  8 Mar 2026, 03:30    out of scope; unreadable                          8; 8.001

The clinic is open Mondays to Fridays, 9:00 to 17:00. Christmas is a holiday. On 8 March clocks go from 2:00 to 3:00.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, create_engine, insert, text

from gateway.console import figures, overview
from gateway.console.calendar import Calendar
from gateway.console.charts import Bar, bars, ceiling
from gateway.journal import migrate
from gateway.journal.schema import conversations, feedback, messages, replies
from gateway.settings import Clinic, Week

TORONTO = ZoneInfo("America/Toronto")
OPEN = "9:00-17:00"
CLINIC = Clinic(hours=Week(monday=OPEN, tuesday=OPEN, wednesday=OPEN, thursday=OPEN, friday=OPEN))

EXAMPLE = {
    "A": (datetime(2025, 12, 22, 8, 59), [(["answer:safety"], 0.5), (["answer:cost", "not_covered:visit_fee"], 1.0)]),
    "B": (datetime(2025, 12, 22, 9, 0), [(["suggest"], 1.5), (["not_covered:onset"], 9), None]),
    "C": (datetime(2025, 12, 24, 23, 59), [(["handoff:booking", "handoff:requested"], 3), (["crisis"], 0.1)]),
    "D": (datetime(2025, 12, 25, 0, 0), [(["screening", "screening:ask:consent"], 1), (["screening:done:flagged"], 1)]),
    "E": (datetime(2026, 3, 8, 3, 30), [(["out_of_scope"], 8), (["unreadable"], 8.001)]),
}


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{tmp_path_factory.mktemp('journal') / 'journal.sqlite3'}")
    migrate.to_head(engine)
    with engine.begin() as connection:
        for name, (begun, turns) in EXAMPLE.items():
            write(connection, name, begun, turns)
        connection.execute(insert(feedback).values(reply_id="A-3-0", conversation_id="A", at=1, helpful=True))
        connection.execute(insert(feedback).values(reply_id="B-3-0", conversation_id="B", at=1, helpful=False))
        assert overview.catch_up(connection, Calendar(CLINIC)) == len(EXAMPLE)
        assert overview.catch_up(connection, Calendar(CLINIC)) == 0
        yield connection
    engine.dispose()


def write(connection: Connection, name: str, begun: datetime, turns: list[tuple[list[str], float] | None]) -> None:
    at = int(begun.replace(tzinfo=TORONTO).timestamp() * 1000)
    rows, said, seq = [], [], 1
    for number, turn in enumerate(turns):
        rows.append({"seq": seq + 1, "role": "visitor", "at": at + number * 60_000, "client_id": f"{name}{number}", "text": "hello"})
        seq += 1
        if turn:
            labels, seconds = turn
            seq += 1
            rows.append({"seq": seq, "role": "bot", "at": rows[-1]["at"] + round(seconds * 1000), "answers": f"{name}{number}", "text": ""})
            for position, label in enumerate(labels):
                outcome, _, subject = label.partition(":") if label.startswith("not_covered") else (label, "", "")
                body = {"text": "x", "outcomes": [outcome], "subject": subject or None, "reference": "LDN-0000-00" if outcome == "handoff:requested" else None}
                said.append({"id": f"{name}-{seq}-{position}", "seq": seq, "position": position, "body": json.dumps(body)})
    connection.execute(
        insert(conversations).values(id=name, started_at=at, last_seen_at=at, expires_at=at, keep="chat", locale="en-CA", last_seq=seq, gateway="g")
    )
    for row in rows:
        connection.execute(insert(messages).values(conversation_id=name, **row))
    for reply in said:
        connection.execute(insert(replies).values(conversation_id=name, **reply))


def shares(period: figures.Period) -> dict[str, str]:
    return {one.key: f"{one.counted(period.total)}/{one.of(period.total)}" for one in figures.SHARES}


def test_each_share_of_the_whole_example_is_what_counting_by_hand_gives(journal: Connection) -> None:
    period = figures.read(journal, date(2025, 12, 1), date(2026, 3, 31))
    assert shares(period) == {
        "answered": "2/11", "suggested": "1/11", "not_covered": "1/11", "handed_off": "1/11", "out_of_scope": "2/11",
        "unanswered": "1/11", "fast": "6/10", "after_hours": "4/5", "requested": "1/5", "flagged": "1/5",
        "screening": "1/1", "helpful": "1/2",
    }  # fmt: skip
    assert period.total["messages"] == sum(period.total[kind] for kind in overview.KINDS)
    assert [period.total[wait] for wait in overview.WAITS] == [5, 1, 2, 2]


def test_a_second_and_eight_seconds_belong_to_the_faster_side(journal: Connection) -> None:
    day = figures.read(journal, date(2026, 3, 8), date(2026, 3, 8))
    assert (day.total["within_8_s"], day.total["later"]) == (1, 1)


def test_the_opening_minute_is_open_and_the_minute_before_is_not(journal: Connection) -> None:
    rows = dict(journal.execute(text("SELECT conversation_id, after_hours FROM overviews")).all())
    assert rows == {"A": True, "B": False, "C": True, "D": True, "E": True}


def test_days_end_at_the_clinics_midnight_and_both_ends_of_a_period_belong_to_it(journal: Connection) -> None:
    period = figures.read(journal, date(2025, 12, 24), date(2025, 12, 25))
    assert [(day.isoformat(), sums["conversations"]) for day, sums in period.by_day] == [("2025-12-24", 1), ("2025-12-25", 1)]
    assert journal.execute(text("SELECT conversation_id FROM overviews WHERE holiday")).scalars().all() == ["D"]


def test_hours_and_weekdays_are_the_clinics_also_when_clocks_change(journal: Connection) -> None:
    period = figures.read(journal, date(2025, 12, 1), date(2026, 3, 31))
    assert {hour: n for hour, n in enumerate(period.by_hour) if n} == {0: 1, 3: 1, 8: 1, 9: 1, 23: 1}
    assert period.by_weekday == [2, 0, 1, 1, 0, 0, 1]


def test_outcomes_and_subjects_are_counted_as_given(journal: Connection) -> None:
    period = figures.read(journal, date(2025, 12, 22), date(2025, 12, 22))
    assert dict(period.outcomes) == {"answer:safety": 1, "answer:cost": 1, "not_covered": 2, "suggest": 1}
    assert period.subjects == [("onset", 1), ("visit_fee", 1)]


def test_where_nothing_is_there_no_share_is_said(journal: Connection) -> None:
    period = figures.read(journal, date(2020, 1, 1), date(2020, 1, 2))
    assert {figures.share(one, period.total) for one in figures.SHARES} == {None}


def test_a_chart_is_as_high_as_its_values_and_says_them_too() -> None:
    drawn = str(bars("By <hour>", [Bar("a", 3), Bar("<b>", 8)]))
    heights = [float(height) for height in re.findall(r'class="bar"[^>]* height="([\d.]+)"', drawn)]
    assert heights[0] / heights[1] == pytest.approx(3 / 8, abs=0.01)
    assert "&lt;b&gt;: 8" in drawn
    assert "By &lt;hour&gt;" in drawn
    assert [ceiling(value) for value in (0, 3, 5, 9, 11, 41, 81, 12_345)] == [4, 4, 8, 12, 12, 60, 100, 16_000]


def test_an_overview_made_anew_is_the_same_and_keeps_what_staff_set(journal: Connection) -> None:
    columns = ", ".join(column.name for column in overview.overviews.c)
    before = journal.execute(text(f"SELECT {columns} FROM overviews ORDER BY number")).all()
    journal.execute(text("UPDATE overviews SET state = 'waiting' WHERE conversation_id = 'B'"))
    journal.execute(text("UPDATE overviews SET seq = 0"))
    assert overview.catch_up(journal, Calendar(CLINIC)) == len(EXAMPLE)
    after = journal.execute(text(f"SELECT {columns} FROM overviews ORDER BY number")).all()
    state = [column.name for column in overview.overviews.c].index("state")
    assert after[1][state] == "waiting"
    assert [(*row[:state], *row[state + 1 :]) for row in after] == [(*row[:state], *row[state + 1 :]) for row in before]


