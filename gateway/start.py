"""The gateway's start: one process with the settings of `settings.toml`."""

from __future__ import annotations

import gc
import socket
import sys

from sanic import Sanic

from gateway import logs
from gateway.app import create_app
from gateway.chat.notices import NoticesError
from gateway.chat.turns import Safety
from gateway.journal.migrate import SchemaTooNew
from gateway.safety import RuleFileError, Screen
from gateway.settings import Listener, load_settings
from gateway.settings_errors import SettingsError

BACKLOG = 1024


def run(safety: Safety | None = None) -> int:
    """Runs until it is told to stop. The exit code is 2 where a mistake to be corrected stops the start."""
    try:
        settings = load_settings()
        public_door = _door("public", settings.public)
        private_door = _door("private", settings.private)
        logs.configure(settings.log.level)
        public, private = create_app(settings, safety or Screen.load())
    except (SettingsError, NoticesError, RuleFileError) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    public.prepare(sock=public_door, single_process=True, access_log=False)
    private.prepare(sock=private_door, single_process=True, access_log=False)
    logs.configure(settings.log.level)  # again: preparing brought Sanic's own loggers
    # What is there now stays: it is never again looked through for garbage, which made answers wait.
    gc.freeze()
    gc.enable()
    try:
        Sanic.serve_single(primary=public)
    except SchemaTooNew as wrong:
        print(wrong, file=sys.stderr)
        return 2
    return 0


def _door(name: str, listener: Listener) -> socket.socket:
    """A socket that listens already: visitors who come while we start wait instead of being refused."""
    family = socket.AF_INET6 if ":" in listener.host else socket.AF_INET
    door = socket.socket(family, socket.SOCK_STREAM)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((listener.host, listener.port))
    except OSError as wrong:
        door.close()
        raise SettingsError(
            f"port {listener.port} on {listener.host} cannot be used ({wrong.strerror}); stop what uses it, "
            f"or set {name}.port in settings.toml or LDN_{name.upper()}__PORT"
        ) from None
    door.listen(BACKLOG)
    return door
