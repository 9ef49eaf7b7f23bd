"""Puts the gateway together: the public app, the private one, and what starts and stops with them."""

from __future__ import annotations

import asyncio
import signal
import time
from functools import partial
from typing import Any

import structlog
from sanic import Request, Sanic
from sanic.config import Config
from sanic.exceptions import SanicException
from sanic.handlers import ErrorHandler
from sanic.response import BaseHTTPResponse, HTTPResponse
from sanic.response import json as json_response

from gateway import metrics, pages
from gateway.addresses import Addresses
from gateway.background import Background
from gateway.chat.api import Services, chat_api
from gateway.chat.bot_client import BotClient
from gateway.chat.limits import Limiter
from gateway.chat.notices import load_notices
from gateway.chat.sessions import Tokens
from gateway.chat.turns import Safety, Turns
from gateway.console.door import Console, console_of
from gateway.console.rooms import serve_console
from gateway.erasing import Erasing
from gateway.handoff.desk import Desk
from gateway.health import Health
from gateway.journal.store import Journal
from gateway.logs import failure, loop_failure
from gateway.origins import Origins
from gateway.pages import App
from gateway.problems import Problem, from_sanic
from gateway.settings import Settings

log = structlog.get_logger()

BODY_BYTES = 16_384
STOP_SECONDS = 9.0
STOP_AGAIN_SECONDS = 0.02


def create_app(settings: Settings, safety: Safety | None = None) -> tuple[App, App]:
    """The public and the private app. Raises NoticesError; nothing is opened before they start."""
    notices = load_notices(settings)
    journal = Journal(settings)
    bot = BotClient(settings.bot)
    erasing = Erasing(settings, journal, bot)
    turns = Turns(settings, journal, bot, notices, Desk(settings), safety)
    background = Background(settings, journal, erasing)
    # A journal of its own: its one connection may read for a second, and keeps no visitor waiting meanwhile.
    staff_journal = Journal(settings)
    console = console_of(settings, staff_journal, erasing)
    services = Services(
        settings=settings,
        journal=journal,
        tokens=Tokens(settings),
        turns=turns,
        notices=notices,
        limiter=Limiter(settings.limits),
        addresses=Addresses(settings.proxies.trusted),
        erasing=erasing,
        origins=Origins(settings.origins.allowed),
    )
    public = _public_app(services, Health(journal, bot))

    @public.before_server_start
    async def start(_app: App) -> None:
        asyncio.get_running_loop().set_exception_handler(loop_failure)
        await bot.open()
        await background.start()
        log.info("gateway.started", public=settings.public.port, private=settings.private.port)

    hears = asyncio.Event()

    @public.after_server_start
    async def hear(_app: App) -> None:
        _hear_signals(public)
        hears.set()

    async def answer_once_heard(_request: Request) -> None:
        # Sanic answers a moment before it hears signals, and whoever has an answer may tell us to stop.
        if not hears.is_set():
            await hears.wait()

    public.register_middleware(answer_once_heard, "request")

    @public.before_server_stop
    async def stop(_app: App) -> None:
        await turns.close(STOP_SECONDS)

    @public.after_server_stop
    async def stopped(_app: App) -> None:
        await background.stop()
        await bot.close()
        await staff_journal.close()
        await journal.close()
        log.info("gateway.stopped")

    return public, _private_app(console)


def _public_app(services: Services, health: Health) -> App:
    app = _app("gateway")
    app.blueprint(chat_api(services))
    pages.serve_pages(app, services.settings)

    @app.get("/healthz", name="healthz")
    async def healthz(_request: Request) -> HTTPResponse:
        return json_response({"status": "ok"})

    @app.get("/readyz", name="readyz")
    async def readyz(_request: Request) -> HTTPResponse:
        parts = await health.parts()
        if set(parts.values()) != {"ok"}:
            raise Problem("not-ready", more=parts)
        return json_response({"status": "ready", **parts})

    async def finish(request: Request, response: BaseHTTPResponse) -> None:
        pages.add_headers(request.path, response)
        if request.path.startswith("/api/") or pages.is_widget(request.path):
            services.origins.add_headers(request, response)

    app.register_middleware(finish, "response")
    return app


def _private_app(console: Console) -> App:
    app = _app("gateway-private")
    serve_console(app, console)

    @app.get("/metrics", name="metrics")
    async def read_metrics(_request: Request) -> HTTPResponse:
        return HTTPResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    return app


def _app(name: str) -> App:
    config = Config()
    config.ACCESS_LOG = False
    config.AUTO_EXTEND = False
    config.MOTD = False
    config.REQUEST_MAX_SIZE = BODY_BYTES
    config.REQUEST_TIMEOUT = 15
    config.GRACEFUL_SHUTDOWN_TIMEOUT = STOP_SECONDS
    app = _Listening(name, config=config, error_handler=_Errors(), configure_logging=False)

    async def start_clock(request: Request) -> None:
        request.ctx.started = time.perf_counter()

    app.register_middleware(start_clock, "request")

    async def count(request: Request, response: BaseHTTPResponse) -> None:
        call = request.route.name.rpartition(".")[2] if request.route else "none"
        metrics.requests.labels(call, str(response.status)).inc()
        if hasattr(request.ctx, "started"):
            metrics.request_seconds.labels(call).observe(time.perf_counter() - request.ctx.started)

    app.register_middleware(count, "response")

    return app


def _hear_signals(app: App) -> None:
    """From now on the app stops when it is told to. Sanic hears nothing between its start and the loop's last run."""
    loop = asyncio.get_running_loop()

    def told(number: int, _frame: Any) -> None:
        signal.signal(number, signal.SIG_DFL)  # told twice, it ends at once
        loop.call_soon_threadsafe(partial(app.stop, terminate=False))

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.remove_signal_handler(number)
        signal.signal(number, told)


class _Listening(Sanic[Any, Any]):
    """An app that can be told to stop at any moment: Sanic's own loses what it is told before it serves."""

    def stop(self, terminate: bool = True, unregister: bool = False) -> None:
        """Ends the process in good order, as soon as that can be done."""
        if self.state.is_running:
            super().stop(terminate, unregister)
        else:
            asyncio.get_running_loop().call_later(STOP_AGAIN_SECONDS, self.stop, terminate, unregister)


class _Errors(ErrorHandler):
    """Every error becomes a problem document; none is logged with its words."""

    def default(self, request: Request, exception: Exception) -> HTTPResponse:
        if isinstance(exception, Problem):
            return exception.response()
        if isinstance(exception, SanicException):
            return from_sanic(exception).response()
        log.error("request.failed", **failure(exception))
        return Problem("failed").response()

    @staticmethod
    def log(request: Any, exception: Exception) -> None:
        """Sanic would write the exception's words."""
