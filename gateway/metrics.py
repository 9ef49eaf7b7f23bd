"""What Prometheus may read on the private listener: counts and times, no ids and no words."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.process_collector import ProcessCollector

registry = CollectorRegistry()
ProcessCollector(registry=registry)
GCCollector(registry=registry)

_FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Counter(
    "ldn_http_requests_total", "Answers by call and status.", ["call", "status"], registry=registry
)
request_seconds = Histogram(
    "ldn_http_request_seconds", "Time to answer, by call.", ["call"], buckets=_FAST, registry=registry
)
outcomes = Counter("ldn_outcomes_total", "Outcomes that visitors saw.", ["outcome"], registry=registry)
bot_seconds = Histogram(
    "ldn_bot_seconds", "Time until the bot answered.", buckets=(*_FAST, 20, 60), registry=registry
)
bot_failures = Counter(
    "ldn_bot_failures_total", "Turns that the bot did not answer.", ["reason"], registry=registry
)
late_turns = Counter(
    "ldn_late_turns_total", "Turns written down after the visitor was told to wait.", registry=registry
)
journal_seconds = Histogram(
    "ldn_journal_seconds",
    "Time until the journal had done a piece of work.",
    buckets=_FAST,
    registry=registry,
)
turns_running = Gauge("ldn_turns_running", "Messages being handled now.", registry=registry)
erased = Counter(
    "ldn_conversations_erased_total", "Conversations erased, by reason.", ["reason"], registry=registry
)
refused = Counter("ldn_refused_total", "Requests over a limit, by limit.", ["limit"], registry=registry)


def text() -> bytes:
    """All of it in Prometheus' text format."""
    return generate_latest(registry)
