"""The demonstration page, the chat widget with the files beside it, and the headers that every answer carries."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from sanic import Request, Sanic
from sanic.response import BaseHTTPResponse, HTTPResponse

from gateway.document import Section, read_document
from gateway.handoff.hours import CLOSED, Hours
from gateway.settings import Settings

type App = Sanic[Any, Any]

PAGE_FOLDER = Path(__file__).parent / "page"
WIDGET_FOLDER = Path(__file__).parents[1] / "widget" / "dist"

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

ASK_AGAIN = "no-cache"
A_YEAR = "public, max-age=31536000, immutable"
CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".json": "application/json"}
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def serve_pages(app: App, settings: Settings) -> None:
    """Serves the page at `/`, the widget at `/widget.js` and `/widget/`. All of it is read once, here.

    Raises OSError where a file of the repository is missing.
    """
    document = read_document()
    files = {f"page/{path.name}": path.read_bytes() for path in PAGE_FOLDER.iterdir() if path.suffix in CONTENT_TYPES}
    files |= {f"widget/{path.name}": path.read_bytes() for path in WIDGET_FOLDER.iterdir()}
    files["widget.js"] = files.pop("widget/widget.js")
    files["widget/clinic.json"] = _json(_clinic(settings, document))
    files["widget/document.json"] = _json(_sections(document))
    page = _page(document)

    @app.get("/", name="page")
    async def show_page(request: Request) -> HTTPResponse:
        return _file(request, page, "text/html; charset=utf-8")

    for name, content in files.items():
        _serve(app, name, content)


def add_headers(path: str, response: BaseHTTPResponse) -> None:
    """Tells browsers to load nothing from elsewhere, guess nothing, and keep no copy of what was said."""
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY if path == "/" else DATA_POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


def is_widget(path: str) -> bool:
    """Whether another website's page may have to read the file: browsers ask that of modules and data."""
    return path == "/widget.js" or path.startswith("/widget/")


def _serve(app: App, name: str, content: bytes) -> None:
    content_type = f"{CONTENT_TYPES[Path(name).suffix]}; charset=utf-8"

    @app.get(f"/{name}", name=re.sub(r"\W", "_", name))
    async def show(request: Request) -> HTTPResponse:
        return _file(request, content, content_type)


def _file(request: Request, content: bytes, content_type: str) -> HTTPResponse:
    tag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
    # A name with a version in it never comes to mean anything else.
    headers = {"ETag": tag, "Cache-Control": A_YEAR if "v" in request.args else ASK_AGAIN}
    if request.headers.get("if-none-match") == tag:
        return HTTPResponse(status=304, headers=headers)
    return HTTPResponse(content, headers=headers, content_type=content_type)


def _clinic(settings: Settings, document: tuple[Section, ...]) -> Mapping[str, object]:
    return {
        "email": settings.clinic.email,
        "keeps_days": settings.retention.chat_days,
        "hours": opening_lines(Hours(settings.clinic)),
        "questions": [section.title for section in document if section.title.endswith("?")],
    }


def opening_lines(hours: Hours) -> list[str] | None:
    """The week in few lines, such as `Monday to Friday 9:00 to 17:00`; None where no hours are set."""
    if not hours.known:
        return None
    runs = ([day for day, _ in run] + [said] for said, run in groupby(hours.weekly(), key=itemgetter(1)))
    return [f"{_days(days)} {said}" for *days, said in runs if said != CLOSED]


def _days(days: list[str]) -> str:
    match days:
        case [day]:
            return day
        case [first, second]:
            return f"{first} and {second}"
    return f"{days[0]} to {days[-1]}"


def _sections(document: tuple[Section, ...]) -> Mapping[str, object]:
    return {section.anchor: {"title": section.title, "text": section.markdown} for section in document}


def _json(data: Mapping[str, object]) -> bytes:
    return json.dumps(data, ensure_ascii=False).encode()


def _page(document: tuple[Section, ...]) -> bytes:
    templates = Environment(loader=FileSystemLoader(PAGE_FOLDER), autoescape=True, undefined=StrictUndefined)
    templates.filters["linked"] = _linked
    title, *sections = document
    return templates.get_template("index.html").render(title=title, sections=sections).encode()


def _linked(line: str) -> Markup:
    """The line with its email addresses as links."""
    made, end = Markup(""), 0
    for found in _EMAIL.finditer(line):
        made += escape(line[end : found.start()])
        made += Markup('<a href="mailto:{0}">{0}</a>').format(found[0])
        end = found.end()
    return made + escape(line[end:])
