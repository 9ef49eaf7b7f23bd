"""The stand-in bot with lines of a test's own: `scripted_bot.py PORT`.

`PUT /script {"text": [reply, ...]}` says what it answers to a text (or to a pressed button's title) from now on. A reply
names only what differs from a plain one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from aiohttp import web

sys.path.insert(0, str(Path(__file__).parents[1] / "gateway"))

import stand_in_bot

PLAIN = {"text": "…", "outcomes": ["answer:what_is_ldn"], "sources": [], "buttons": []}
BUTTON = {"outcome": None, "subject": None, "value": None, "href": None, "payload": {}}


class ScriptedBot(stand_in_bot.StandIn):
    """Answers from the script, else as the stand-in does."""

    def __init__(self) -> None:
        super().__init__()
        self.script: dict[str, list[dict[str, Any]]] = {}

    def _say(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["text"] not in self.script:
            return super()._say(asked)
        replies = [PLAIN | reply for reply in self.script[asked["text"]]]
        for reply in replies:
            reply["buttons"] = [BUTTON | button for button in reply["buttons"]]
        return {"replies": replies, "understood": {"outcomes": []}}

    async def set_script(self, request: web.Request) -> web.Response:
        """PUT /script"""
        self.script = await request.json()
        return web.Response(status=204)


def main(port: int) -> None:
    """Serves until it is killed."""
    bot = ScriptedBot()
    app = web.Application(client_max_size=8_000_000)
    app.router.add_post("/webhooks/loopback/turns", bot.turn)
    app.router.add_delete("/webhooks/loopback/conversations/{conversation}", bot.erase)
    app.router.add_get("/webhooks/loopback/ready", bot.ready)
    app.router.add_put("/control", bot.set_behaviour)
    app.router.add_get("/control", bot.tell)
    app.router.add_put("/script", bot.set_script)
    web.run_app(app, host="127.0.0.1", port=port, print=None, access_log=None)


if __name__ == "__main__":
    main(int(sys.argv[1]))
