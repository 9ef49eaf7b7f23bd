"""The console's one door: who is signed in, whether a form is ours, what a page may load, and the audit.

A page is made in three steps: a short look at who asks (and the newest conversations counted in), one reading
transaction, and one row in the audit; only then is it sent. A slow page keeps no patient waiting: the console has a
connection of its own, and holds the lock to write for the short steps only.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate
from urllib.parse import urlsplit

import structlog
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Request
from sanic.response import BaseHTTPResponse, HTTPResponse
from sqlalchemy import Connection

from gateway.console import accounts, overview, trail, words
from gateway.console.accounts import Staff
from gateway.console.calendar import Calendar
from gateway.console.trail import Entry
from gateway.erasing import Erasing
from gateway.journal.store import Journal, JournalDown
from gateway.logs import failure
from gateway.pages import HEADERS, App
from gateway.settings import Settings

log = structlog.get_logger()

HERE = Path(__file__).parent
COOKIE = "__Host-console"
STRANGERS_COOKIE = "__Host-console-form"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


class Refused(Exception):
    """A page that says why something was not done, in place of the one that was asked for."""

    def __init__(self, status: int, title: str, why: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.why = why


def not_found() -> Refused:
    """Nothing is there: erased meanwhile, or never was."""
    return Refused(404, "Not here", "There is nothing at this address. It may have been erased meanwhile.")


@dataclass(frozen=True)
class Console:
    """What the pages are made of."""

    settings: Settings
    journal: Journal
    erasing: Erasing
    calendar: Calendar
    templates: Environment


def console_of(settings: Settings, journal: Journal, erasing: Erasing) -> Console:
    """The console over this journal, which should have no other user: its pages may take their time."""
    calendar = Calendar(settings.clinic)
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    words.add_to(templates, calendar)
    return Console(settings, journal, erasing, calendar, templates)


class Visit:
    """One request of somebody's; `staff` is None where nobody is signed in."""

    def __init__(self, console: Console, request: Request, staff: Staff | None, key: str) -> None:
        self.console = console
        self.request = request
        self._staff = staff
        self._key = key

    @property
    def staff(self) -> Staff:
        """Who is signed in."""
        assert self._staff, "only pages for strangers come without"
        return self._staff

    @property
    def csrf(self) -> str:
        """What our own forms carry and nobody else's can."""
        return hmac.new(self._key.encode(), b"form", hashlib.sha256).hexdigest()

    def field(self, name: str, longest: int = 2_000) -> str:
        """What was typed into a form's field, without spaces around it; empty where there was nothing."""
        return self.secret(name).replace("\0", "").strip()[:longest]

    def secret(self, name: str) -> str:
        """What was typed into a field, as it was typed."""
        form = self.request.form
        return str(form.get(name) or "") if form else ""

    def asked(self, name: str, longest: int = 500) -> str:
        """A parameter of the address; empty where it is not there."""
        return str(self.request.args.get(name) or "").replace("\0", "").strip()[:longest]

    def number(self, name: str, source: Callable[[str], str] | None = None) -> int | None:
        """A parameter of the address (or of `source`) as a whole number; None where it is none."""
        text = (source or self.asked)(name)
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    async def read[**P, T](self, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` reads."""
        return await self.console.journal.read(work, *args, **kwargs)

    async def write[**P, T](
        self, entry: Entry, work: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """What `work` returns, once it and its row in the audit are on disk, both or neither."""

        def audited(connection: Connection) -> T:
            done = work(connection, *args, **kwargs)
            trail.add(connection, self._staff, entry)
            return done

        return await self.console.journal.write(audited)

    async def note(self, entry: Entry) -> None:
        """Adds a row to the audit."""
        await self.console.journal.write(trail.add, self._staff, entry)

    def page(self, template: str, status: int = 200, **context: Any) -> HTTPResponse:
        """A page as HTML."""
        text = self.console.templates.get_template(template).render(
            staff=self._staff,
            csrf=self.csrf,
            here=self.request.path,
            clinic=self.console.settings.clinic.name,
            **context,
        )
        return HTTPResponse(text, status=status, content_type="text/html; charset=utf-8")

    def file(self, name: str, body: str | bytes, content_type: str) -> HTTPResponse:
        """Something to be saved under this name."""
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        data = body if isinstance(body, bytes) else body.encode("utf-8")
        return HTTPResponse(data, headers=headers, content_type=content_type)

    def to(self, path: str) -> HTTPResponse:
        """Goes on at another of our pages."""
        return HTTPResponse(status=303, headers={"Location": path})


type Handler = Callable[..., Awaitable[HTTPResponse]]


class Door:
    """Lets handlers in front of people: each handler gets a Visit and the parts of its address."""

    def __init__(self, app: App, console: Console) -> None:
        self._app = app
        self._console = console
        hours = console.settings.console
        self._absolute_ms = int(hours.session_hours * 3_600_000)
        self._idle_ms = int(hours.idle_minutes * 60_000)

    def page(self, path: str, handler: Handler, *, admin: bool = False) -> None:
        """Answers GET, for those who are signed in."""
        self._add(path, "GET", self._for_staff(handler, admin))

    def form(self, path: str, handler: Handler, *, admin: bool = False) -> None:
        """Answers POST of one of our forms, for those who are signed in."""
        self._add(path, "POST", self._for_staff(handler, admin))

    def strangers_page(self, path: str, handler: Handler) -> None:
        """Answers GET, for anybody."""
        self._add(path, "GET", self._for_anybody(handler))

    def strangers_form(self, path: str, handler: Handler) -> None:
        """Answers POST of one of our forms, for anybody."""
        self._add(path, "POST", self._for_anybody(handler))

    def _add(self, path: str, method: str, handler: Handler) -> None:
        name = f"console {method} {path}".replace("<", "").replace(">", "").replace(".", "_")
        self._app.add_route(handler, path, methods=[method], name=name)  # type: ignore[arg-type]

    def _for_staff(self, handler: Handler, admin: bool) -> Handler:
        async def handle(request: Request, **parts: Any) -> HTTPResponse:
            async def answer() -> HTTPResponse:
                token = request.cookies.get(COOKIE) or ""
                staff = await self._who(token)
                if staff is None:
                    return _signed_out(request)
                visit = Visit(self._console, request, staff, token)
                return await self._answer(visit, handler, parts, admin)

            return await self._shielded(request, answer)

        return handle

    def _for_anybody(self, handler: Handler) -> Handler:
        async def handle(request: Request, **parts: Any) -> HTTPResponse:
            async def answer() -> HTTPResponse:
                known = request.cookies.get(STRANGERS_COOKIE)
                key = known or secrets.token_urlsafe(24)
                response = await self._answer(Visit(self._console, request, None, key), handler, parts, False)
                if known is None:
                    set_cookie(response, STRANGERS_COOKIE, key)
                return response

            return await self._shielded(request, answer)

        return handle

    async def _answer(self, visit: Visit, handler: Handler, parts: dict[str, Any], admin: bool) -> HTTPResponse:
        try:
            if visit.request.method == "POST":
                _require_own_form(visit)
            if admin and not visit.staff.is_admin:
                raise Refused(403, "For admins", "Ask an admin of the clinic to do this, or to change your role.")
            return await handler(visit, **parts)
        except Refused as refused:
            return visit.page("refused.html", refused.status, title=refused.title, why=refused.why)

    async def _shielded(self, request: Request, answer: Callable[[], Awaitable[HTTPResponse]]) -> HTTPResponse:
        try:
            response = await answer()
        except JournalDown:
            nobody = Visit(self._console, request, None, secrets.token_urlsafe(8))
            why = "The record cannot be read or written just now. Nothing was changed. Try again in a minute."
            response = nobody.page("refused.html", 503, title="The record is down", why=why)
        except Exception as wrong:
            log.error("console.failed", **failure(wrong))
            nobody = Visit(self._console, request, None, secrets.token_urlsafe(8))
            why = "This page failed, and the failure was noted in the gateway's log. Go back and try again."
            response = nobody.page("refused.html", 500, title="Something failed", why=why)
        _add_headers(response)
        return response

    async def _who(self, token: str) -> Staff | None:
        if not token:
            return None
        found, waits = await self._console.journal.read(self._look, token)
        if found is None:
            return None
        staff, touch = found
        if touch or waits:
            await self._console.journal.write(self._bring_up_to_date, staff, touch)
        return staff

    def _look(self, connection: Connection, token: str) -> tuple[tuple[Staff, bool] | None, bool]:
        found = accounts.signed_in(connection, token, self._absolute_ms, self._idle_ms)
        return found, found is not None and bool(overview.pending(connection, 1))

    def _bring_up_to_date(self, connection: Connection, staff: Staff, touch: bool) -> None:
        if touch:
            accounts.touch(connection, staff.session, self._absolute_ms)
        overview.catch_up(connection, self._console.calendar)


def set_cookie(response: BaseHTTPResponse, name: str, value: str) -> None:
    """A cookie for this address alone, that no script reads and no other website sends."""
    response.add_cookie(name, value, path="/", secure=True, httponly=True, samesite="Strict")


def drop_cookie(response: BaseHTTPResponse, name: str) -> None:
    """Takes a cookie back."""
    response.add_cookie(name, "", path="/", secure=True, httponly=True, samesite="Strict", max_age=0)


def _require_own_form(visit: Visit) -> None:
    request = visit.request
    origin = request.headers.get("origin")
    # A browser says "null" where it hides the origin; ours never has a reason to.
    foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    foreign = foreign or request.headers.get("sec-fetch-site", "same-origin") != "same-origin"
    if foreign or not secrets.compare_digest(visit.field("csrf").encode(), visit.csrf.encode()):
        why = "This form is too old or was not sent from one of our pages. Nothing was changed. Go back and try again."
        raise Refused(403, "Not done", why)


def _signed_out(request: Request) -> HTTPResponse:
    response = HTTPResponse(status=303, headers={"Location": "/sign-in"})
    if request.cookies.get(COOKIE):
        drop_cookie(response, COOKIE)
    return response


def _add_headers(response: BaseHTTPResponse) -> None:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers.setdefault("Cache-Control", "no-store")
    # With the public page's "no-referrer" a browser would hide where a form comes from, and we look at that.
    response.headers.setdefault("Referrer-Policy", "same-origin")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
