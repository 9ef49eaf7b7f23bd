"""Puts the console's pages on the private app."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from sanic import Request
from sanic.response import HTTPResponse

from gateway.console.door import Console, Door
from gateway.console.pages import (
    audit,
    conversation,
    conversations,
    figures,
    inbox,
    learning,
    questions,
    requests,
    signing_in,
    staff,
)
from gateway.pages import HEADERS, PAGE_FOLDER, App

HERE = Path(__file__).parent
FILES = {
    "console.css": (HERE / "console.css", "text/css; charset=utf-8"),
    "console.js": (HERE / "console.js", "text/javascript; charset=utf-8"),
    "icon.svg": (PAGE_FOLDER / "icon.svg", "image/svg+xml"),
}


def serve_console(app: App, console: Console) -> None:
    """Adds every page, and the two files that they load."""
    door = Door(app, console)
    for room in (signing_in, staff, inbox, conversation, conversations, figures, requests, questions, learning, audit):
        room.register(door)
    for name, (path, content_type) in FILES.items():
        app.add_route(_file(path, content_type), f"/{name}", name=f"console file {name.replace('.', '_')}")


def _file(path: Path, content_type: str) -> Callable[..., Coroutine[Any, Any, HTTPResponse]]:
    body = path.read_bytes()

    async def serve(_request: Request) -> HTTPResponse:
        return HTTPResponse(body, content_type=content_type, headers={"Cache-Control": "no-cache", **HEADERS})

    return serve
