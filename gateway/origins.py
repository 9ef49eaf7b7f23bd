"""Which websites' pages may use the chat API: our own, and those in `origins.allowed`."""

from __future__ import annotations

from collections.abc import Sequence

from sanic import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

METHODS = "GET, POST, DELETE"
HEADERS = "Authorization, Content-Type"
REMEMBER_SECONDS = "600"


class Origins:
    """Says the CORS headers of an answer."""

    def __init__(self, allowed: Sequence[str]) -> None:
        self._allowed = frozenset(allowed)

    def add_headers(self, request: Request, response: BaseHTTPResponse) -> None:
        """Lets an allowed website's page read the answer."""
        response.headers["Vary"] = "Origin"
        origin = request.headers.get("origin")
        if origin in self._allowed:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = "Retry-After"

    def preflight(self, request: Request) -> HTTPResponse:
        """The answer to a browser that asks before it calls."""
        response = HTTPResponse(status=204)
        if request.headers.get("origin") in self._allowed:
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = HEADERS
            response.headers["Access-Control-Max-Age"] = REMEMBER_SECONDS
        return response


def is_own(request: Request) -> bool:
    """Whether the request's page came from this very server."""
    origin = request.headers.get("origin")
    return origin is not None and origin.partition("://")[2] == request.headers.get("host", "")
