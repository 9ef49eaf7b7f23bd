"""A visitor of the chat API: starts a conversation, says things, presses buttons."""

from __future__ import annotations

import uuid
from typing import Any

import httpx

Reply = dict[str, Any]


class Visitor:
    """One conversation over HTTP."""

    def __init__(self, address: str, client: httpx.Client | None = None, save: bool = True) -> None:
        self._client = client or httpx.Client(base_url=address, timeout=30)
        answer = self._client.post("/api/v1/sessions", json={"save": save, "locale": "en-CA"})
        answer.raise_for_status()
        self.session = answer.json()
        self._headers = {"Authorization": f"Bearer {self.session['token']}"}

    def say(self, text: str) -> list[Reply]:
        """The replies to a typed message."""
        return self._send({"text": text})

    def press(self, button: Reply) -> list[Reply]:
        """The replies to a pressed button."""
        return self._send({"choice": button["id"]})

    def transcript(self) -> list[dict[str, Any]]:
        """All messages so far, the visitor's and the bot's."""
        answer = self._client.get("/api/v1/messages", params={"after": 0}, headers=self._headers)
        answer.raise_for_status()
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    def move_to(self, address: str) -> None:
        """Goes on with the same token at another address."""
        self._client = httpx.Client(base_url=address, timeout=30)

    def erase(self) -> None:
        """Deletes the conversation everywhere."""
        self._client.delete("/api/v1/sessions/current", headers=self._headers).raise_for_status()

    def _send(self, body: dict[str, Any]) -> list[Reply]:
        answer = self._client.post("/api/v1/messages", json={"id": str(uuid.uuid4()), **body}, headers=self._headers)
        answer.raise_for_status()
        replies: list[Reply] = answer.json()["replies"]
        return replies
