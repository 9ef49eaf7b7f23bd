"""The staff console on a large journal: `python -m bench.console make FOLDER`, then `... measure FOLDER`.

`make` writes a journal of 100,000 saved conversations with 1,000,000 messages over a year (other sizes with
--conversations) and counts them in as the console does. `measure` starts the gateway on it, signs in, and opens
inbox, filters, searches and figures again and again over HTTP, one after another; it prints the percentiles of the
times and the gateway's CPU time, which other work on the machine changes less, and with --json all of it.
Conversations are made from word lists with a fixed seed; nobody wrote them.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
from sqlalchemy import create_engine, event

from bench.system import ROOT, free_ports
from gateway.console import overview
from gateway.console.calendar import Calendar
from gateway.journal import migrate
from gateway.settings import Clinic, Week

SEED = 20261123
TURNS = 5
"""Messages of a visitor's in one conversation; each has an answer, so a conversation has twice as many messages."""

YEAR_MS = 365 * 86_400_000
AT_ONCE = 2_000
PASSWORD = "quiet-lantern-moose-tundra"
OPEN = "9:00-17:00"
CLINIC = Clinic(hours=Week(monday=OPEN, tuesday=OPEN, wednesday=OPEN, thursday=OPEN, friday=OPEN))

OUTCOMES = [
    *["answer:dose_range", "answer:safety", "answer:side_effects", "answer:how_it_works", "answer:what_is_ldn"] * 4,
    *["answer:opioids", "answer:history", "answer:referral", "answer:long_term", "screening", "smalltalk:thanks"] * 2,
    *["not_covered"] * 8, *["suggest"] * 4, *["out_of_scope"] * 2, "handoff:booking",
]  # fmt: skip
SUBJECTS = ["onset", "food", "alcohol", "time_of_day", "titration", "missed_dose", "driving", "weight", "pharmacy"]
WORDS = """
    ldn dose sleep dreams pain fatigue thyroid safe long work night morning doctor start stop effects side headache
    nausea pregnant opioid tramadol codeine liver crohn lupus fibro ms arthritis how when what why does could should
    take taking mg months weeks help mother husband again really sure cost price book call email clinic ontario
    virtual refill compounding capsule drops
""".split()  # noqa: SIM905
RARE = 4_000
"""As many rarer words, so that a search for one finds a few conversations."""


def make(folder: Path, count: int) -> None:
    """Writes the journal. Raises FileExistsError where one is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "journal.sqlite3"
    if file.exists():
        raise FileExistsError(f"{file} is there already; remove it or name another folder")
    engine = create_engine(f"sqlite:///{file}")

    @event.listens_for(engine, "connect")
    def fast(connection: Any, _record: Any) -> None:
        # Nothing is lost that could not be made again, so nothing waits for the disk.
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "cache_size=-200000"):
            connection.execute(f"PRAGMA {pragma}")

    migrate.to_head(engine)
    started = time.monotonic()
    with closing(sqlite3.connect(file)) as journal:
        journal.execute("PRAGMA synchronous=OFF")
        for first in range(0, count, AT_ONCE):
            _write(journal, first, min(count, first + AT_ONCE), count)
    print(f"written in {time.monotonic() - started:.0f} s", flush=True)
    calendar, counted = Calendar(CLINIC), 0
    while True:
        with engine.begin() as connection:
            done = overview.catch_up(connection, calendar, AT_ONCE)
        counted += done
        print(f"counted in {counted:,} of {count:,} after {time.monotonic() - started:.0f} s", flush=True)
        if not done:
            break
    with engine.begin() as connection:
        # As after a year of work: nearly all is done, a few hundred are open.
        connection.exec_driver_sql("UPDATE overviews SET state = 'done', urgent = 0 WHERE number % 300 <> 0")
    engine.dispose()


def _write(journal: sqlite3.Connection, first: int, last: int, count: int) -> None:
    random_ = random.Random(SEED + first)
    now = int(time.time() * 1000)
    conversations, messages, replies, feedback = [], [], [], []
    for number in range(first, last):
        name = f"c{number:08}"
        at = now - YEAR_MS + YEAR_MS * number // count
        for turn in range(TURNS):
            seq, sent, message = turn * 2 + 1, at + turn * 45_000, f"{name}-{turn}"
            messages.append((name, seq, "visitor", sent, message, None, _text(random_)))
            messages.append(
                (name, seq + 1, "bot", sent + random_.choice((80, 400, 900, 1600, 3000)), None, message, "")
            )
            replies.append((f"{name}r{turn}", name, seq + 1, 0, json.dumps(_reply(random_, f"{name}r{turn}"))))
        if random_.random() < 0.1:
            feedback.append((f"{name}r1", name, at, random_.random() < 0.7, None))
        conversations.append(
            (name, at, at + TURNS * 45_000, at, "chat", random_.choice(("en-CA", "en-CA", "fr-CA")), TURNS * 2, "bench")
        )
    tables = {
        "conversations (id, started_at, last_seen_at, expires_at, keep, locale, last_seq, gateway)": conversations,
        "messages (conversation_id, seq, role, at, client_id, answers, text)": messages,
        "replies (id, conversation_id, seq, position, body)": replies,
        "feedback (reply_id, conversation_id, at, helpful, comment)": feedback,
    }
    with journal:
        for table, rows in tables.items():
            marks = ", ".join("?" * (table.count(",") + 1))
            journal.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def _text(random_: random.Random) -> str:
    words = random_.choices(WORDS, k=random_.randint(3, 16))
    if random_.random() < 0.5:
        words.append(f"rare{random_.randrange(RARE)}")
    return " ".join(words) + "?"


def _reply(random_: random.Random, name: str) -> dict[str, Any]:
    outcome = "crisis" if random_.random() < 0.0004 else random_.choice(OUTCOMES)
    return {
        "id": name, "text": "An answer from the document, as long as answers are. " * 4, "outcomes": [outcome],
        "sources": [], "subject": random_.choice(SUBJECTS) if outcome == "not_covered" else None, "condition": None,
        "buttons": [], "screening": None, "handoff": None, "reference": None,
    }  # fmt: skip


PAGES = {
    "inbox": ["/inbox", "/inbox?show=mine", "/inbox?show=done"],
    "filters": [
        f"/conversations?{asked}"
        for asked in (
            "outcome=answer:safety", "outcome=crisis", "subject=onset", "answer=suggested", "answer=thumbs_down",
            "person=flagged", "person=screened", "person=requested", "state=waiting", "length=2-5", "length=16%2B",
            "open=after", "hour=0-5", "language=fr-CA", "since=2020-01-01&until=2020-12-31",
            "outcome=crisis&answer=thumbs_down&open=open&language=fr-CA",
        )
    ],
    "search": [
        f"/conversations?words={asked}"
        for asked in (
            "ldn", "sleep+dreams", "rare17", "rare1*", "(pain+OR+fatigue)+NOT+sleep", "%22side+effects%22",
            "nosuchword", "l*+d*+s*", "r*+NOT+ldn", "%22take+r*%22", "rare*",
            "ldn&person=flagged", "ldn&outcome=crisis&language=fr-CA", "ldn&person=requested",
            "rare5+OR+rare6&answer=not_covered",
        )
    ],
    "figures, 30 days": ["/figures?days=30"],
    "figures, 365 days": ["/figures?days=365"],
    "figures, two years": ["/figures?first={two_years_ago}&last={today}"],
    "transcript": ["/conversations/c00000500", "/conversations/c00001999"],
}  # fmt: skip


def measure(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """Milliseconds by kind of page: percentiles of the times and of the gateway's CPU time, and the slowest address."""
    public, private = free_ports(2)
    environment = {
        **os.environ, "LDN_DATA_FOLDER": str(folder), "LDN_PUBLIC__PORT": str(public), 
        "LDN_PRIVATE__PORT": str(private),
        "LDN_RETENTION__CHAT_DAYS": "3650", "LDN_JOURNAL__BUSY_SECONDS": "60",
    }  # fmt: skip
    invited = subprocess.run(
        [sys.executable, "-m", "gateway.console.invite"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    with (folder / "gateway.log").open("wb") as log:
        gateway = subprocess.Popen([sys.executable, "-m", "gateway"], cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        client = httpx.Client(base_url=f"http://127.0.0.1:{private}", timeout=300, trust_env=False)
        _wait(client)
        _sign_in(client, invited.stdout.strip())
        today = date.today()
        days = {"today": today.isoformat(), "two_years_ago": (today - timedelta(days=731)).isoformat()}
        return {
            kind: _times(client, [path.format_map(days) for path in paths], rounds, gateway.pid)
            for kind, paths in PAGES.items()
        }
    finally:
        gateway.terminate()
        gateway.wait(30)


def _wait(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            client.get("/sign-in")
            return
        except httpx.HTTPError:
            time.sleep(0.2)
    raise TimeoutError("the gateway did not start")


def _sign_in(client: httpx.Client, link: str) -> None:
    path = "/sign-up/" + link.rpartition("/")[2]
    cookies: dict[str, str] = {}

    def ask(method: str, path: str, **fields: str) -> httpx.Response:
        # By hand: a client that speaks plain http does not send cookies that are for https.
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
        answer = client.request(method, path, data=fields or None, headers=headers)
        for line in answer.headers.get_list("set-cookie"):
            name, _, value = line.partition(";")[0].partition("=")
            cookies[name] = value
        return answer

    page = ask("GET", path).text
    secret = _find(r'name="secret" value="([A-Z2-7]+)"', page)
    code = pyotp.TOTP(secret)
    name = f"Bench {time.time():.0f}"
    made = ask(
        "POST",
        path,
        csrf=_find(r'name="csrf" value="(\w+)"', page),
        name=name,
        password=PASSWORD,
        again=PASSWORD,
        secret=secret,
        code=code.now(),
    )
    recovery = _find(r"<li><code>([a-z0-9-]+)</code>", made.text)
    page = ask("GET", "/sign-in").text
    ask("POST", "/sign-in", csrf=_find(r'name="csrf" value="(\w+)"', page), name=name, password=PASSWORD, code=recovery)
    client.headers["Cookie"] = f"__Host-console={cookies['__Host-console']}"


def _find(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if not found:
        raise ValueError(f"{pattern} is not in the page")
    return found.group(1)


def _times(client: httpx.Client, paths: Sequence[str], rounds: int, gateway: int) -> dict[str, Any]:
    taken: list[tuple[float, str]] = []
    worked: list[float] = []
    for path in _again(paths, rounds):
        started, cpu = time.perf_counter(), _cpu_ms(gateway)
        answer = client.get(path)
        taken.append(((time.perf_counter() - started) * 1000, path))
        worked.append(_cpu_ms(gateway) - cpu)
        if answer.status_code != 200:
            raise ValueError(f"{path} answered {answer.status_code}")
    times = [milliseconds for milliseconds, _ in taken]
    return {
        "asked": len(taken),
        "p50": _percentile(times, 0.5),
        "p95": _percentile(times, 0.95),
        "most": round(max(times)),
        "CPU p50": _percentile(worked, 0.5),
        "CPU p95": _percentile(worked, 0.95),
        "slowest": max(taken)[1],
    }


def _percentile(values: Sequence[float], share: float) -> int:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))])


def _cpu_ms(process: int) -> float:
    """CPU time of all the process's threads, which Linux counts in nanoseconds here."""
    threads = Path(f"/proc/{process}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e6


def _again(paths: Sequence[str], rounds: int) -> Iterator[str]:
    for path in paths:
        for _ in range(rounds):
            yield path


def main() -> int:
    """See the module's first words."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("make", "measure"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    if asked.what == "make":
        make(asked.folder, asked.conversations)
        return 0
    found = measure(asked.folder, asked.rounds)
    if asked.json:
        print(json.dumps(found, indent=2))
    for kind, times in found.items():
        spread = "  ".join(f"{name} {times[name]:5} ms" for name in ("p50", "p95", "most", "CPU p50", "CPU p95"))
        print(f"{kind:18} asked {times['asked']:4}  {spread}  {times['slowest']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
