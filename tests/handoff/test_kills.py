"""Gateway, mailer and mail server are killed at random moments: no shown reference is lost, on disk or by mail."""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from clinic import Mailer, MailServer, states
from conftest import MakeGateway, StartMailer
from processes import Gateway, Process, Visitor, outcomes, until

SHORT = (40, 9)
UNDISTURBED = 0.9
LONG = (int(os.environ.get("HANDOFF_REQUESTS", "10000")), int(os.environ.get("HANDOFF_KILLS", "1000")))


@pytest.mark.parametrize(
    ("requests", "kills"), [SHORT, pytest.param(*LONG, marks=pytest.mark.faults)], ids=["short", "long"]
)
def test_no_acknowledged_request_is_lost_whatever_is_killed(
    make_gateway: MakeGateway, server: MailServer, start_mailer: StartMailer, requests: int, kills: int
) -> None:
    gateway = make_gateway()
    server.behave("slow")  # so that kills fall into the gap between the server's taking and its yes
    mailer = start_mailer(gateway, server)
    acknowledged: dict[str, str] = {}
    visitors = [gateway.visitor() for _ in range(4)]
    all_done = threading.Event()
    with ThreadPoolExecutor(5) as tabs:
        asking = [tabs.submit(ask, visitors[one], acknowledged, requests // 4) for one in range(4)]
        killing = tabs.submit(kill_again_and_again, gateway, mailer, server, kills, all_done)
        for one in asking:
            one.result()
        all_done.set()
        mail_kills, killed = killing.result()
    until_sent(gateway, requests)

    on_disk = {reference for (reference,) in gateway.rows("SELECT reference FROM requests")}
    copies = server.copies()
    mailed = {message_id[1:].split(".")[0] for message_id in copies}
    doubles = sum(copies.values()) - len(copies)
    print(
        f"\n{len(acknowledged)} acknowledged, {killed} kills ({mail_kills} of mailer or server): "
        f"{len(set(acknowledged.values()) - on_disk)} lost on disk, {len(set(acknowledged.values()) - mailed)} not mailed, "
        f"{doubles} mails twice"
    )
    assert len(acknowledged) == len(set(acknowledged.values())) == requests
    assert set(acknowledged.values()) == on_disk == mailed
    assert doubles <= mail_kills
    assert states(gateway) == {"sent": len(copies)}


def ask(visitor: Visitor, acknowledged: dict[str, str], requests: int) -> None:
    """Confirms requests as a page does: the same message again until its reference is shown."""
    for _ in range(requests):
        message_id = str(uuid.uuid4())
        while message_id not in acknowledged:
            try:
                answer = visitor.say("confirm", message_id)
            except httpx.HTTPError:
                time.sleep(0.05)
                continue
            if "handoff:requested" in outcomes(answer):
                acknowledged[message_id] = answer.json()["replies"][-1]["reference"]


def kill_again_and_again(
    gateway: Gateway, mailer: Mailer, server: MailServer, kills: int, all_done: threading.Event
) -> tuple[int, int]:
    """Kills one of the three, waits a moment, and so on, also after the last request; how many of mailer or server."""
    draw = random.Random(os.environ.get("HANDOFF_SEED", "7"))
    of_mail = killed = 0
    while killed < kills or not all_done.is_set():
        time.sleep(draw.uniform(0.0, 1.0))
        one: Process = draw.choice([gateway, mailer, mailer, server])
        started = mailer.starts()
        one.kill()
        Process.start(one)
        of_mail += one is not gateway
        killed += 1
        # Mostly it gets to its work again; where starting is slow, nothing would be done between kills otherwise.
        if draw.random() < UNDISTURBED:
            if one is gateway:
                gateway.wait_until_it_lives()
            elif one is mailer:
                until(lambda started=started: mailer.starts() > started, "the mailer to work")  # type: ignore[misc]
    return of_mail, killed


def until_sent(gateway: Gateway, requests: int) -> None:
    """Until every mail has left; longer than other waits."""
    give_up = time.monotonic() + 120 + requests / 5
    while time.monotonic() < give_up and set(states(gateway)) != {"sent"}:
        time.sleep(0.2)
    until(lambda: set(states(gateway)) == {"sent"}, "all mails to leave")
