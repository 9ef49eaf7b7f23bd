"""Thumbs."""

from __future__ import annotations

from processes import Gateway, Visitor


def test_feedback_is_written_down_and_the_last_word_counts(gateway: Gateway, visitor: Visitor) -> None:
    reply_id = visitor.say("hello").json()["replies"][0]["id"]
    assert visitor.think(reply_id, True).status_code == 204
    assert visitor.think(reply_id, False, "too long").status_code == 204
    given = gateway.rows(f"SELECT helpful, comment FROM feedback WHERE reply_id = '{reply_id}'")
    assert given == [(0, "too long")]


def test_the_greeting_can_be_judged_too(visitor: Visitor) -> None:
    assert visitor.think(visitor.session["greeting"][0]["id"], True).status_code == 204


def test_feedback_on_a_reply_of_another_conversation_is_refused(gateway: Gateway, visitor: Visitor) -> None:
    other = gateway.visitor().session["greeting"][0]["id"]
    assert visitor.think(other, True).status_code == 404
    assert visitor.think("no-such-reply", True).status_code == 404
