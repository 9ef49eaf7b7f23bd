"""The visitor's page, served as it lies in `gateway/page/`, and the headers that every answer carries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sanic import Sanic
from sanic.response import BaseHTTPResponse

type App = Sanic[Any, Any]

FOLDER = Path(__file__).parent / "page"

PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
DATA_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def serve_pages(app: App) -> None:
    """Serves the page at `/` and its files under `/page/`, if the folder is there."""
    if (FOLDER / "index.html").is_file():
        app.static("/", FOLDER / "index.html", name="page")
        app.static("/page", FOLDER, name="page_files")


def add_headers(path: str, response: BaseHTTPResponse) -> None:
    """Tells browsers to load nothing from elsewhere, guess nothing, and keep no copy of what was said."""
    page = path == "/" or path.startswith("/page/")
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY if page else DATA_POLICY)
    response.headers.setdefault("Cache-Control", "no-cache" if page else "no-store")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
