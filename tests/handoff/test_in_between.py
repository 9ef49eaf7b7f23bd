"""PostgreSQL lets two transactions work at once, and each statement see what was written until then.

Each test stops one piece of work halfway, lets another begin, and sees that it waits for the first or finds its
result. SQLite has one writer at a time, so nothing can come in between there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from confirming_bot import REQUEST
from postgresql import Cluster
from processes import until
from sqlalchemy import Connection, Engine, create_engine

from gateway.chat.replies import BotReply, issue
from gateway.clock import now_ms
from gateway.handoff import answers, outbox, withdrawal
from gateway.handoff.answers import Prepared
from gateway.handoff.opening import Opening
from gateway.handoff.requests import Confirmed, NewRequest
from gateway.journal import conversations, messages, migrate
from gateway.journal.conversations import Beginning, ConversationOver
from gateway.journal.messages import Turn, VisitorMessage

HOUR_MS = 3_600_000
DOMAIN = "clinic.example"


@pytest.fixture(scope="module")
def journal(postgresql: Cluster) -> Iterator[Engine]:
    """One journal for all."""
    engine = create_engine(postgresql.new_database())
    migrate.to_head(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def chat(journal: Engine) -> Engine:
    """The journal with one chat, whose message `m` confirms a request and waits for its answer."""
    until_ = now_ms() + HOUR_MS
    with journal.begin() as connection:
        for table in ("requests", "conversations", "tombstones"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
        conversations.begin(connection, Beginning("c", until_, True, "en", "one"))
        assert messages.admit(connection, "c", VisitorMessage("m", "yes", None), HOUR_MS, Turn("one", until_))
    return journal


def answer(connection: Connection, gateway: str = "one") -> Any:
    """What a gateway writes once the bot has confirmed the request."""
    reply = BotReply(text="{reference}", outcomes=["handoff:requested"])
    request = NewRequest(Confirmed.model_validate(REQUEST), Opening("", None, None), DOMAIN)
    return answers.answer(connection, "c", "m", Prepared(issue([reply]), request=request), gateway)


def erase(connection: Connection) -> int:
    """What the visitor's DELETE does."""
    return withdrawal.erase(connection, ["c"], "visitor", 0, DOMAIN)


def lease(connection: Connection) -> outbox.Due | None:
    """What a mailer does first."""
    return outbox.lease(connection, "mailer", HOUR_MS, False)


def rows(journal: Engine, query: str) -> list[tuple[Any, ...]]:
    """What a query finds."""
    with journal.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def halfway(journal: Engine, first: Callable[[Connection], Any], second: Callable[[Connection], Any]) -> Future[Any]:
    """Does `first`, lets `second` begin elsewhere, and commits `first` once `second` waits for it or is done."""

    def elsewhere() -> Any:
        with journal.begin() as there:
            return second(there)

    with ThreadPoolExecutor(1) as thread:
        with journal.begin() as here:
            first(here)
            other = thread.submit(elsewhere)
            waits = "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            until(lambda: other.done() or rows(journal, waits), "the other to wait")
        other.exception()
    return other


def test_an_erasure_that_began_during_the_answer_takes_the_request_with_it(chat: Engine) -> None:
    assert halfway(chat, answer, erase).result() == 1
    assert rows(chat, "SELECT 1 FROM requests UNION ALL SELECT 1 FROM outbox") == []


def test_an_answer_that_comes_during_the_erasure_writes_no_request(chat: Engine) -> None:
    assert isinstance(halfway(chat, erase, answer).exception(), ConversationOver)
    assert rows(chat, "SELECT 1 FROM requests") == []


def test_a_mail_that_a_mailer_takes_during_the_erasure_is_followed_by_the_word_of_it(chat: Engine) -> None:
    with chat.begin() as connection:
        answer(connection)
        connection.exec_driver_sql("UPDATE outbox SET next_try_at = 0 WHERE kind = 'clinic'")
    halfway(chat, lease, erase).result()
    assert rows(chat, "SELECT kind, state FROM outbox ORDER BY kind") == [("clinic", "sending"), ("withdrawn", "waiting")]
    assert rows(chat, "SELECT name, contact FROM requests") == [(None, None)]


def test_a_mail_that_is_being_erased_is_not_taken(chat: Engine) -> None:
    with chat.begin() as connection:
        answer(connection)
    assert halfway(chat, erase, lease).result() is None
    assert rows(chat, "SELECT 1 FROM outbox") == []


def test_the_answer_of_two_gateways_at_once_is_one_and_so_is_the_request(chat: Engine) -> None:
    first: list[Any] = []
    second = halfway(chat, lambda here: first.append(answer(here)), lambda there: answer(there, "two")).result()
    [[reference]] = rows(chat, "SELECT reference FROM requests")
    assert first[0].replies == second.replies
    assert second.replies[0]["reference"] == reference


def test_no_request_is_written_for_a_message_that_another_gateway_has_answered_otherwise(chat: Engine) -> None:
    def otherwise(connection: Connection) -> None:
        messages.answer(connection, "c", "m", issue([BotReply(text="Hi", outcomes=["crisis"])]), "one")

    second = halfway(chat, otherwise, answer).result()
    assert [reply["outcomes"] for reply in second.replies] == [["crisis"]]
    assert rows(chat, "SELECT 1 FROM requests") == []
