"""Promise 5: bounded. Loopback is exempt unless a trusted proxy forwards for it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address

import pytest

from gateway.addresses import Addresses
from processes import Bot, Gateway, outcomes


@pytest.fixture(scope="module")
def limited(shared_bot: Bot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    """A gateway behind a trusted proxy on loopback, with tight limits."""
    gateway = Gateway(
        tmp_path_factory.mktemp("limited"),
        shared_bot,
        limits__messages_per_conversation="3/hour",
        limits__messages_per_address="5/hour",
        limits__sessions_per_address="2/hour",
        limits__other_calls_per_address="4/hour",
        proxies__trusted=["127.0.0.1"],
    )
    gateway.start()
    yield gateway
    gateway.end()


@pytest.fixture
def gateway(limited: Gateway, bot: Bot) -> Gateway:
    """The limited gateway, its bot answering."""
    return limited


def test_a_conversation_over_its_limit_gets_429_with_the_seconds_to_wait(gateway: Gateway) -> None:
    visitor = gateway.visitor(headers={"X-Forwarded-For": "198.51.100.1"})
    assert [visitor.say("hello").status_code for _ in range(3)] == [200, 200, 200]
    refused = visitor.say("hello")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert (
        len(
            visitor.gateway.rows(
                f"SELECT 1 FROM messages WHERE conversation_id = '{visitor.conversation_id}'"
            )
        )
        == 7
    )


def test_an_address_over_its_limit_gets_429_and_its_neighbour_does_not(gateway: Gateway) -> None:
    flood = {"X-Forwarded-For": "198.51.100.2"}
    one, two = gateway.visitor(headers=flood), gateway.visitor(headers=flood)
    sent = [visitor.say("hello").status_code for visitor in (one, two, one, two, one, two)]
    assert sent == [200, 200, 200, 200, 200, 429]
    neighbour = gateway.visitor(headers={"X-Forwarded-For": "198.51.100.3"})
    assert outcomes(neighbour.say("hello"))


def test_sessions_and_other_calls_have_limits_of_their_own(gateway: Gateway) -> None:
    headers = {"X-Forwarded-For": "198.51.100.4"}
    visitor = gateway.visitor(headers=headers)
    gateway.visitor(headers=headers)
    assert gateway.http.post("/api/v1/sessions", json={}, headers=headers).status_code == 429
    statuses = [gateway.http.get("/api/v1/messages", headers=visitor.headers).status_code for _ in range(5)]
    assert statuses == [200, 200, 200, 200, 429]
    assert visitor.erase().status_code == 429


def test_all_addresses_of_one_ipv6_household_count_together(gateway: Gateway) -> None:
    for last in ("1", "2"):
        gateway.visitor(headers={"X-Forwarded-For": f"2001:db8:1:2::{last}"})
    headers = {"X-Forwarded-For": "2001:db8:1:2:ffff::3"}
    assert gateway.http.post("/api/v1/sessions", json={}, headers=headers).status_code == 429


def test_loopback_without_a_proxy_is_exempt(gateway: Gateway) -> None:
    visitor = gateway.visitor()
    assert {visitor.say("hello").status_code for _ in range(8)} == {200}


def test_a_forwarded_address_that_no_trusted_proxy_names_is_not_believed(
    shared_gateway: Gateway, bot: Bot
) -> None:
    visitor = shared_gateway.visitor(headers={"X-Forwarded-For": "198.51.100.5"})
    assert {visitor.say("hello").status_code for _ in range(25)} == {200}


def test_a_flood_of_one_visitor_leaves_another_one_served(shared_gateway: Gateway, bot: Bot) -> None:
    flood, bystander = shared_gateway.visitor(), shared_gateway.visitor()
    with ThreadPoolExecutor(12) as tabs:
        sent = [tabs.submit(flood.say, f"flood {number}") for number in range(200)]
        answers = [bystander.say(f"quiet {number}") for number in range(5)]
        assert all(outcomes(answer)[0] == "answer:how_it_works" for answer in answers)
        assert {one.result().status_code for one in sent} <= {200, 429}


@pytest.mark.parametrize(
    ("peer", "forwarded", "limited"),
    [
        ("203.0.113.1", [], "203.0.113.1"),
        ("203.0.113.1", ["198.51.100.9"], "203.0.113.1"),
        ("127.0.0.1", [], None),
        ("::1", [], None),
        ("127.0.0.1", ["198.51.100.9"], None),
        ("10.0.0.1", ["198.51.100.9"], "198.51.100.9"),
        ("10.0.0.1", ["127.0.0.1"], "127.0.0.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.9, 10.0.0.2"], "198.51.100.9"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.9"], "198.51.100.9"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.9:5123"], "198.51.100.9"),
        ("10.0.0.1", ["[2001:db8::9]:5123"], "2001:db8::9"),
        ("::ffff:203.0.113.1", [], "203.0.113.1"),
        ("10.0.0.1", [], "10.0.0.1"),
    ],
)
def test_limits_count_for_the_address_nearest_to_us_that_we_do_not_trust(
    peer: str, forwarded: list[str], limited: str | None
) -> None:
    expected = ip_address(limited) if limited else None
    assert Addresses(["10.0.0.0/24"]).limited(peer, forwarded) == expected
