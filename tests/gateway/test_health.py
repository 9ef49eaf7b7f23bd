"""Health and metrics."""

from __future__ import annotations

from processes import Bot, Gateway, Visitor, get, until


def test_the_process_lives_and_is_ready(gateway: Gateway) -> None:
    assert gateway.http.get("/healthz").json() == {"status": "ok"}
    until(lambda: gateway.http.get("/readyz").status_code == 200, "the gateway to be ready")


def test_a_bot_that_hangs_or_has_no_model_makes_the_gateway_not_ready(gateway: Gateway, bot: Bot) -> None:
    for behaviour in ("hold", "error"):
        bot.behave(behaviour)
        until(lambda: gateway.http.get("/readyz").status_code == 503, "the gateway to be not ready")
        bot.behave("answer")
        until(lambda: gateway.http.get("/readyz").status_code == 200, "the gateway to be ready again")


def test_metrics_are_on_the_private_listener_only(gateway: Gateway, visitor: Visitor) -> None:
    visitor.say("hello")
    assert gateway.http.get("/metrics").status_code == 404
    metrics = get(f"{gateway.private_url}/metrics")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert 'ldn_http_requests_total{call="send_message",status="200"}' in metrics.text
    assert 'ldn_outcomes_total{outcome="answer:how_it_works"}' in metrics.text
    assert visitor.conversation_id not in metrics.text


def test_the_private_listener_serves_nothing_of_the_chat_api(gateway: Gateway) -> None:
    assert get(f"{gateway.private_url}/api/v1/openapi.json").status_code == 404
