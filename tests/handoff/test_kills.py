"""Gateway, mailer and mail server are killed at random moments: no shown reference is lost, on disk or by mail."""

from __future__ import annotations

import os
import random
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest
from clinic import Mailer, MailServer, states
from conftest import MakeGateway, StartMailer
from processes import Gateway, Process, Visitor, outcomes, until
from records import on_both_databases

SHORT = (40, 9)
UNDISTURBED = 0.9
IN_REQUESTS_SECONDS = 0.4
"""Within so long a gateway has its share of the requests at hand."""
IN_MAILS_SECONDS = 1.0
"""Likewise the mailer and the mail server."""
LONG = (int(os.environ.get("HANDOFF_REQUESTS", "10000")), int(os.environ.get("HANDOFF_KILLS", "1000")))


@pytest.mark.parametrize(
    ("requests", "kills"), [SHORT, pytest.param(*LONG, marks=pytest.mark.faults)], ids=["short", "long"]
)
@on_both_databases
def test_no_acknowledged_request_is_lost_whatever_is_killed(
    make_gateway: MakeGateway, server: MailServer, start_mailer: StartMailer, requests: int, kills: int
) -> None:
    gateway = make_gateway()
    server.behave("slow")  # so that kills fall into the gap between the server's taking and its yes
    mailer = start_mailer(gateway, server)
    acknowledged: dict[str, str] = {}
    visitors = [gateway.visitor() for _ in range(4)]
    wanted, all_done = threading.Semaphore(0), threading.Event()
    with ThreadPoolExecutor(5) as tabs:
        asking = [tabs.submit(ask, visitors[one], acknowledged, requests // 4, wanted) for one in range(4)]
        killing = tabs.submit(kill_again_and_again, gateway, mailer, server, requests, kills, wanted, all_done)
        # Where killing ends before its time, something is wrong, and nobody must wait for ever to be asked.
        killing.add_done_callback(lambda _: wanted.release(requests))
        wait(asking)
        all_done.set()
        mail_kills, killed = killing.result()
        cut_off = sum(one.result() for one in asking)
    until_sent(gateway, requests)

    on_disk = {reference for (reference,) in gateway.rows("SELECT reference FROM requests")}
    copies = server.copies()
    mailed = {message_id[1:].split(".")[0] for message_id in copies}
    doubles = sum(copies.values()) - len(copies)
    print(
        f"\n{len(acknowledged)} acknowledged, {killed} kills ({mail_kills} of mailer or server), "
        f"{cut_off} answers cut off or refused: "
        f"{len(set(acknowledged.values()) - on_disk)} lost on disk, {len(set(acknowledged.values()) - mailed)} not mailed, "
        f"{doubles} mails twice"
    )
    assert len(acknowledged) == len(set(acknowledged.values())) == requests
    assert set(acknowledged.values()) == on_disk == mailed
    assert doubles <= mail_kills
    assert states(gateway) == {"sent": len(copies)}


def ask(visitor: Visitor, acknowledged: dict[str, str], requests: int, wanted: threading.Semaphore) -> int:
    """Confirms requests as a page does: the same message again until its reference is shown. How many tries failed."""
    failed = 0
    for _ in range(requests):
        wanted.acquire()
        message_id = str(uuid.uuid4())
        while message_id not in acknowledged:
            try:
                answer = visitor.say("confirm", message_id)
            except httpx.ConnectError:  # it is starting again
                time.sleep(0.05)
                continue
            except httpx.HTTPError:  # it died while it was asked
                failed += 1
                continue
            if "handoff:requested" in outcomes(answer):
                acknowledged[message_id] = answer.json()["replies"][-1]["reference"]
            else:
                failed += 1
    return failed


def kill_again_and_again(
    gateway: Gateway,
    mailer: Mailer,
    server: MailServer,
    requests: int,
    kills: int,
    wanted: threading.Semaphore,
    all_done: threading.Event,
) -> tuple[int, int]:
    """Has its share of the requests made, kills one of the three meanwhile, and so on; how many of mailer or server.

    So every kill meets work, the thousandth as the first; and while one starts again, another may die.
    """
    draw = random.Random(os.environ.get("HANDOFF_SEED", "7"))
    of_mail = killed = 0
    works_again: dict[Process, Callable[[], bool]] = {}
    while killed < kills or not all_done.is_set():
        one: Process = draw.choice([gateway, mailer, mailer, server])
        # Mostly it got to its work since it died last; where starting is slow, nothing would be done otherwise.
        if draw.random() < UNDISTURBED and one in works_again:
            until(works_again[one], "what was killed to work again")
        if killed < kills:
            wanted.release(requests * (killed + 1) // kills - requests * killed // kills)
        time.sleep(draw.uniform(0.0, IN_REQUESTS_SECONDS if one is gateway else IN_MAILS_SECONDS))
        one.kill()
        works_again[one] = gateway.lives if one is gateway else server.listens if one is server else mailer.next_start()
        Process.start(one)
        of_mail += one is not gateway
        killed += 1
    return of_mail, killed


def until_sent(gateway: Gateway, requests: int) -> None:
    """Until every mail has left; longer than other waits."""
    give_up = time.monotonic() + 120 + requests / 5
    while time.monotonic() < give_up and set(states(gateway)) != {"sent"}:
        time.sleep(0.2)
    until(lambda: set(states(gateway)) == {"sent"}, "all mails to leave")
