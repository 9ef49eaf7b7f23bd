"""A stand-in for the bot on its loopback channel: behaves as a test chooses, badly too.

The real bot cannot be made to hang, to say nothing or to speak garbage on command. This one is a process of
its own: `stand_in_bot.py PORT`. Tests choose its behaviour with `PUT /control`, read what it was asked with
`GET /control`. Like the real one it says again what it said to a repeated message id.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections import Counter
from typing import Any

from aiohttp import web

PAYLOAD = {"outcome": "answer:safety"}
CONFIRMED: dict[str, Any] = {
    "kind": "email",
    "name": "Jane Roe",
    "contact_kind": "phone",
    "contact": "+16135550123",
    "times": "weekday mornings",
    "question": "Do you see people online?",
    "note": None,
    "screening": None,
    "consent": True,
}


class StandIn:
    """Its memory, which is gone when the process is."""

    def __init__(self) -> None:
        self.behaviour = "answer"
        self.asked: list[dict[str, Any]] = []
        self.runs: Counter[str] = Counter()
        self.erased: list[str] = []
        self.said: dict[str, dict[str, Any]] = {}
        self.at_once = 0
        self.most_at_once_in_one = 0
        self._now: Counter[str] = Counter()
        self.go_on = asyncio.Event()

    async def turn(self, request: web.Request) -> web.StreamResponse:
        """One turn, in the behaviour of the moment."""
        asked = await request.json()
        self.asked.append(asked)
        conversation = asked["conversation_id"]
        self._now[conversation] += 1
        self.most_at_once_in_one = max(self.most_at_once_in_one, self._now[conversation])
        try:
            return await self._behave(request, asked)
        finally:
            self._now[conversation] -= 1

    async def _behave(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        match self.behaviour:
            case "hold":
                await self.go_on.wait()
            case "error":
                return web.json_response({"error": "action_failed"}, status=503)
            case "fail":
                return web.Response(text="Internal Server Error", status=500)
            case "empty":
                return web.json_response({"replies": [], "understood": {}})
            case "silent":
                return web.Response(text="")
            case "list":
                return web.json_response([])
            case "garbage":
                return web.Response(body=b"\xff\x00<html>not json", content_type="application/json")
            case "wordless":
                return web.json_response({"replies": [{"text": "  ", "outcomes": ["answer:safety"]}]})
            case "endless":
                return web.json_response(
                    {"replies": [{"text": "x" * 3_000_000, "outcomes": ["answer:safety"]}]}
                )
            case "script":
                button = {"title": "Press", "payload": {}, "href": "javascript:alert(1)"}
                reply = {"text": "Hi", "outcomes": ["answer:safety"], "buttons": [button]}
                return web.json_response({"replies": [reply], "understood": {}})
            case "cut":
                assert request.transport
                request.transport.abort()
                return web.Response()
            case "die":
                os._exit(9)
        if asked["message_id"] not in self.said:
            self.runs[asked["message_id"]] += 1
            self.said[asked["message_id"]] = self._say(asked)
        return web.json_response(self.said[asked["message_id"]])

    def _say(self, asked: dict[str, Any]) -> dict[str, Any]:
        question: dict[str, Any] = {
            "text": f"You said: {asked['text']}",
            "outcomes": ["answer:how_it_works"],
            "sources": [{"section": "how-does-ldn-work", "title": "How Does LDN Work?"}],
            "subject": None,
            "condition": None,
            "buttons": [
                {
                    "title": "Is it safe?",
                    "outcome": "answer:safety",
                    "subject": None,
                    "value": None,
                    "href": None,
                    "payload": PAYLOAD,
                },
                {
                    "title": "Book a consult",
                    "outcome": None,
                    "subject": None,
                    "value": None,
                    "href": "https://clinic.example/book",
                    "payload": {},
                },
            ],
            "screening": None,
            "handoff": None,
            "reference": None,
        }
        second = {
            **question,
            "text": "And a second thing.",
            "outcomes": ["not_covered"],
            "subject": "other_medicine",
            "sources": [],
            "buttons": [],
        }
        if asked["text"].startswith("request"):
            second |= {"outcomes": ["handoff:requested"], "subject": None, "handoff": CONFIRMED}
        turn = {"replies": [question, second], "understood": {"outcomes": []}}
        return turn | {"save": False} if asked["text"].startswith("without saving") else turn

    async def erase(self, request: web.Request) -> web.Response:
        """Forgets a conversation."""
        if self.behaviour in ("error", "fail"):
            return web.json_response({"error": "busy"}, status=503)
        self.erased.append(request.match_info["conversation"])
        return web.Response(status=204)

    async def ready(self, _request: web.Request) -> web.Response:
        """Answers as the behaviour of the moment has it."""
        if self.behaviour == "hold":
            await self.go_on.wait()
        if self.behaviour != "answer":
            return web.json_response({"error": "no_model"}, status=503)
        return web.json_response({"model_id": "stand-in"})

    async def set_behaviour(self, request: web.Request) -> web.Response:
        """PUT /control {"behaviour": ...}; leaving `hold` lets what is held go on. `forget`: a new test begins."""
        wanted = await request.json()
        self.behaviour = wanted["behaviour"]
        if wanted.get("forget"):
            self.asked.clear()
            self.most_at_once_in_one = 0
        if self.behaviour == "hold":
            self.go_on = asyncio.Event()
        else:
            self.go_on.set()
        return web.Response(status=204)

    async def tell(self, _request: web.Request) -> web.Response:
        """GET /control: what it was asked so far."""
        return web.json_response(
            {
                "asked": self.asked,
                "runs": self.runs,
                "erased": self.erased,
                "most_at_once_in_one": self.most_at_once_in_one,
            }
        )


def main(port: int) -> None:
    """Serves until it is killed."""
    bot = StandIn()
    app = web.Application()
    app.router.add_post("/webhooks/loopback/turns", bot.turn)
    app.router.add_delete("/webhooks/loopback/conversations/{conversation}", bot.erase)
    app.router.add_get("/webhooks/loopback/ready", bot.ready)
    app.router.add_put("/control", bot.set_behaviour)
    app.router.add_get("/control", bot.tell)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
