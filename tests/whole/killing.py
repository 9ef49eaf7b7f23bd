"""Kills processes of the running system, and visitors who go on until every message of theirs is answered."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import closing
from itertools import zip_longest
from pathlib import Path

import httpx

from bench.system import System

PATIENCE_SECONDS = 600
RETRY_SECONDS = 0.2
PROGRAMS = {"bot": "\0-m\0bot\0run\0", "actions": "\0rasa_sdk\0", "gateway": "\0-m\0gateway\0"}
"""The processes that a visitor's message goes through, and what tells each one's command line."""


class Processes:
    """The processes under the system's supervisor, which starts again whatever ends."""

    def __init__(self, system: System) -> None:
        (self._supervisor,) = _children(system.process.pid)

    def pid(self, program: str) -> int:
        """The process that runs the program now; waits where it is being started."""
        return until(lambda: next((pid for pid in _children(self._supervisor)
                                   if PROGRAMS[program] in _command_line(pid)), None), f"{program} to run")

    def kill(self, program: str) -> None:
        """Ends it as a power cut would."""
        os.kill(self.pid(program), signal.SIGKILL)

    def port(self, program: str) -> int:
        """The port in its command line."""
        words = _command_line(self.pid(program)).split("\0")
        return int(words[words.index("--port") + 1])


def asked_and_not_read(port: int) -> bool:
    """Whether somebody has sent something to a listener of this machine that stands still."""
    lines = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    fields = [line.split() for line in lines]
    return any(local.endswith(f":{port:04X}") and not waiting.endswith(":00000000")
               for _, local, _, _, waiting, *_ in fields)


def until(condition, what):
    """What `condition` says as soon as it says something true."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited in vain: {what}")


class Talker:
    """A visitor whose page sends each message with one id until it is answered, whatever is killed meanwhile."""

    def __init__(self, address: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=30, trust_env=False)
        token = self._ask("POST", "/api/v1/sessions", {"save": True})["token"]
        self._http.headers["Authorization"] = f"Bearer {token}"
        self.said: list[tuple[str, str]] = []
        self.answers: dict[str, list[dict]] = {}
        self.unavailable = 0

    def say(self, text: str) -> list[dict]:
        """The replies, at least one."""
        message_id = str(uuid.uuid4())
        self.said.append((message_id, text))
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            replies = self._ask("POST", "/api/v1/messages", {"id": message_id, "text": text})["replies"]
            assert replies, "an empty answer"
            assert all(reply["text"].strip() and reply["outcomes"] for reply in replies), "a reply without words"
            if labels(replies) != ["unavailable"]:
                self.answers[message_id] = replies
                return replies
            self.unavailable += 1
            time.sleep(RETRY_SECONDS)
        raise AssertionError("never answered")

    def complaints(self) -> list[str]:
        """What in the transcript is not as it was said and answered: each message once, in order, with its answer."""
        due = [entry for message_id, text in self.said
               for entry in (("visitor", message_id, text), ("bot", message_id, self.answers[message_id]))]
        written = [(entry["role"], entry["id"], entry["replies"] if entry["role"] == "bot" else entry["text"])
                   for entry in self._transcript()[1:]]
        return [f"{number}: {is_due and is_due[:2]} is due, {stands and stands[:2]} stands there"
                for number, (is_due, stands) in enumerate(zip_longest(due, written)) if is_due != stands]

    def _transcript(self) -> list[dict]:
        return self._ask("GET", "/api/v1/messages?after=0")["messages"]

    def _ask(self, method: str, path: str, body: dict | None = None) -> dict:
        """The answer, once the gateway can give one: it may just have been killed, or be starting."""
        give_up = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < give_up:
            try:
                answer = self._http.request(method, path, json=body)
                if answer.status_code != 503:
                    answer.raise_for_status()
                    return answer.json()
            except httpx.TransportError:
                pass
            time.sleep(RETRY_SECONDS)
        raise AssertionError(f"{path} was never answered")


def labels(replies: list[dict]) -> list[str]:
    """The outcomes of all replies."""
    return [label for reply in replies for label in reply["outcomes"]]


BIRDS = ("finch", "wren", "lark", "robin", "heron", "plover", "grebe", "teal", "merlin", "oriole", "siskin", "vireo")


def canary() -> str:
    """A word that nobody says by chance; letters only, as in a name, and none that looks like a disguised danger, as
    one of random letters in a thousand does."""
    return "canary" + random.choice(BIRDS)


def conversation() -> Iterator[tuple[str, list[str] | None]]:
    """Messages with the outcomes that each must come to: questions, the screening, a request; some with a canary."""
    yield "what is ldn", ["answer:what_is_ldn"]
    yield f"{canary()} is it safe", None
    yield "could LDN be right for me?", ["screening", "screening:ask:consent"]
    yield "yes", ["screening:ask:opioid_use"]
    yield "no", ["screening:ask:pregnant_or_breastfeeding"]
    yield "is it safe?", ["answer:safety", "screening:ask:pregnant_or_breastfeeding"]
    yield "no", ["screening:ask:liver_disease"]
    yield "not sure", ["screening:ask:naltrexone_allergy"]
    yield "no", ["screening:ask:condition"]
    yield "lupus", ["screening:ask:confirm"]
    yield "yes", ["screening:done:flagged"]
    yield "I'd like to book a consult", ["handoff:booking", "handoff:ask:consent"]
    yield "yes please", ["handoff:ask:name"]
    yield f"Jen {canary().title()}", ["handoff:ask:contact"]
    yield "613 555 0123", ["handoff:ask:times"]
    yield "any time", ["handoff:ask:note"]
    yield f"my cat is called {canary()}", ["handoff:ask:confirm"]
    yield "yes, send it", ["handoff:requested"]


def talk(talker: Talker) -> None:
    """One whole conversation; each answer must be the one that is due, so nothing that was told may be lost."""
    for text, due in conversation():
        replies = talker.say(text)
        assert due is None or labels(replies) == due, (text, labels(replies))


class Crowd:
    """Visitors in threads of their own, one conversation after another."""

    def __init__(self, address: str, size: int) -> None:
        self.talkers: list[Talker] = []
        self._address = address
        self._stop = threading.Event()
        self._wrong: list[BaseException] = []
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(size)]

    def __enter__(self) -> Crowd:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        if self._wrong:
            raise self._wrong[0]

    def answered(self) -> int:
        """How many messages were answered so far."""
        if self._wrong:
            raise self._wrong[0]
        return sum(len(talker.answers) for talker in list(self.talkers))

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                talker = Talker(self._address)
                self.talkers.append(talker)
                talk(talker)
        except BaseException as wrong:  # told to whoever waits for the crowd
            self._wrong.append(wrong)


def requests_written(system: System) -> list[str]:
    """The references of all requests to the clinic that are in the journal."""
    with closing(sqlite3.connect(f"file:{system.data}/journal.sqlite3?mode=ro", uri=True)) as journal:
        return [reference for (reference,) in journal.execute("SELECT reference FROM requests")]


def words_in_logs(system: System, word: str) -> list[str]:
    """Lines of any process's log, also of those put aside, with a word in them."""
    return [f"{path.name}: {line[:300]}" for path in sorted((system.data / "log").iterdir())
            for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if word in line.lower()]


def _children(parent: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
        except OSError:  # it has ended meanwhile
            continue
    return found


def _command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text() + "\0"
    except OSError:
        return ""

