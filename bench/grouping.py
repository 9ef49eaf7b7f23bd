"""Grouping what patients ask: `python -m bench.grouping [QUESTIONS]`, seconds by step and the grouper's peak memory.

A journal of so many questions that the bot could not answer, one in a conversation, each one or two of the bot's own
examples; then the real grouper, from nothing: it counts them in, reads them (their vectors are kept, so a question
is read once in its life), and groups them. A second round groups anew with nothing new to read, as on most days.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import create_engine

from bench.system import ROOT
from gateway.console import learning
from gateway.journal import migrate

SEED = 20261128
QUESTIONS = 20_000
TWO_IN_ONE = 0.3
LOOK_SECONDS = 0.1


def write(file: Path, count: int) -> None:
    """A journal of so many conversations, each with one question that was not covered."""
    migrate.to_head(create_engine(f"sqlite:///{file}"))
    random_ = random.Random(SEED)
    texts = list(learning.learned())
    now = int(time.time() * 1000)
    conversations, messages, replies = [], [], []
    for number in range(count):
        name, at = f"c{number:08}", now - number * 60_000
        asked = [random_.choice(texts) for _ in range(1 + (random_.random() < TWO_IN_ONE))]
        body = {"id": f"r{number}", "text": "", "outcomes": ["not_covered"], "subject": "other", "reference": None}
        conversations.append((name, at, at, at, "chat", "en-CA", 2, "bench"))
        messages += [
            (name, 1, "visitor", at, name, None, " ".join(asked)),
            (name, 2, "bot", at + 500, None, name, ""),
        ]
        replies.append((f"r{number}", name, 2, 0, json.dumps(body)))
    with closing(sqlite3.connect(file)) as journal, journal:
        for table, rows in {
            "conversations (id, started_at, last_seen_at, expires_at, keep, locale, last_seq, gateway)": conversations,
            "messages (conversation_id, seq, role, at, client_id, answers, text)": messages,
            "replies (id, conversation_id, seq, position, body)": replies,
        }.items():
            marks = ", ".join("?" * (table.count(",") + 1))
            journal.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def follow(file: Path, grouper: subprocess.Popen[bytes]) -> dict[str, float]:
    """Seconds of each step of the newest grouping, once it is done. Raises RuntimeError where it fails."""
    seconds: dict[str, float] = {}
    before = time.monotonic()
    with closing(sqlite3.connect(file, timeout=60)) as journal:
        while True:
            row = journal.execute("SELECT state, step FROM groupings ORDER BY id DESC LIMIT 1").fetchone()
            state, step = row or ("", "counting in")
            now = time.monotonic()
            seconds[step] = seconds.get(step, 0) + now - before
            before = now
            if state == "done":
                return seconds
            if state == "failed" or grouper.poll() is not None:
                raise RuntimeError(f"the grouper failed: {state} {step}")
            time.sleep(LOOK_SECONDS)


def _of_the_process(grouper: subprocess.Popen[bytes]) -> tuple[float, int]:
    """CPU seconds and peak megabytes so far."""
    folder = Path(f"/proc/{grouper.pid}")
    cpu = sum(int(thread.read_text().split()[0]) for thread in folder.glob("task/*/schedstat")) / 1e9
    peak = next(line for line in (folder / "status").read_text().splitlines() if line.startswith("VmHWM"))
    return cpu, int(peak.split()[1]) // 1024


def main() -> int:
    """See the module's first words."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else QUESTIONS
    with tempfile.TemporaryDirectory(prefix="ldn grouping ") as folder:
        file = Path(folder) / "journal.sqlite3"
        write(file, count)
        environment = {**os.environ, "LDN_DATA_FOLDER": folder, "LDN_RETENTION__CHAT_DAYS": "3650"}
        grouper = subprocess.Popen([sys.executable, "-m", "gateway.console.grouper"], cwd=ROOT, env=environment)
        try:
            for round_ in ("from nothing", "anew"):
                cpu, _ = _of_the_process(grouper)
                seconds = follow(file, grouper)
                worked, peak = _of_the_process(grouper)
                steps = ", ".join(f"{step} {seconds[step]:.1f} s" for step in seconds if step != "done")
                print(f"{count:,} questions {round_}: {steps}; CPU {worked - cpu:.1f} s, peak {peak} MB", flush=True)
                with closing(sqlite3.connect(file, timeout=60)) as journal, journal:
                    journal.execute("UPDATE groupings SET state = 'waiting', step = 'waiting', finished_at = NULL")
        finally:
            grouper.terminate()
            grouper.wait(30)
    return 0


if __name__ == "__main__":
    sys.exit(main())
