"""No word of a visitor's is in any log."""

from __future__ import annotations

import json
import uuid

import pytest

from lengths import counts
from processes import Bot, Gateway, StartGateway, get


@pytest.mark.parametrize("words", counts(1, "FAULT_CANARIES", 1000))
def test_a_word_sent_through_every_surface_is_in_no_log_and_every_line_is_json(
    start_gateway: StartGateway, bot: Bot, words: int
) -> None:
    gateway = start_gateway(log__level="debug", journal__busy_seconds=1, limits__waiting_per_conversation=1)
    sent = [f"canary{uuid.uuid4().hex}" for _ in range(words)]
    for word in sent:
        send_through_every_surface(gateway, bot, word)
    visitor = gateway.visitor()
    with gateway.locked_journal():
        visitor.say(sent[0])
    metrics = get(f"{gateway.private_url}/metrics").text
    gateway.end()

    log = gateway.log.read_text()
    assert log
    assert "canary" not in log.lower()
    assert "canary" not in metrics.lower()
    for line in log.splitlines():
        assert json.loads(line)["event"]
    print(f"\n{words} words through every surface, {len(log.splitlines())} lines of log, in none of them")


def send_through_every_surface(gateway: Gateway, bot: Bot, word: str) -> None:
    """Wherever a visitor's word can come in, and wherever something can go wrong with it."""
    visitor = gateway.visitor()
    http = gateway.http

    reply = visitor.say(word).json()["replies"][0]
    visitor.say("/" + word)
    visitor.say(word * 40)
    visitor.press(word)
    visitor.press(reply["buttons"][0]["id"])
    visitor.think(reply["id"], False, word)
    visitor.think(word, True)
    visitor.send({"id": word, "text": word, word: word})
    visitor.send(word)
    for behaviour in ("error", "fail", "garbage", "empty", "cut"):
        bot.behave(behaviour)
        visitor.say(f"{word} {behaviour}")
    bot.behave("answer")
    headers = {**visitor.headers, "Content-Type": "application/json"}
    http.post("/api/v1/messages", content=f'{{"text": "{word}', headers=headers)
    http.get(f"/api/v1/messages?after={word}", headers=visitor.headers)
    http.get(f"/{word}?{word}={word}", headers={"Authorization": f"Bearer {word}", "X-Request-ID": word})
    http.post("/api/v1/sessions", json={"locale": word}, headers={"Origin": f"https://{word}.example"})
    http.request(word.upper(), f"/api/v1/{word}")
    http.post("/api/v1/messages", content=word * 700, headers=headers)
    visitor.erase()


def test_an_access_leaves_ids_and_event_names_in_the_log(start_gateway: StartGateway) -> None:
    gateway = start_gateway()
    visitor = gateway.visitor()
    visitor.say("hello")
    answered = [event for event in gateway.events() if event["event"] == "turn.answered"]
    assert answered[0]["conversation"] == visitor.conversation_id
    assert set(answered[0]) == {"event", "level", "at", "conversation", "message", "seq"}
