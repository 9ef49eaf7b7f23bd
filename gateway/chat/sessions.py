"""Session tokens: signed by us, for one conversation, from one origin, until one moment."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from itsdangerous import BadData, URLSafeSerializer

from gateway.clock import now_ms
from gateway.settings import Settings
from gateway.settings_errors import SettingsError

KEY_FILE = "session.key"
TOKENS_REMEMBERED = 10_000


class TokenRefused(Exception):
    """The token is `missing`, `forged`, `expired`, or used from an `origin` other than its own."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Caller:
    """Where a request says it comes from."""

    origin: str | None
    own_origin: bool
    reads_only: bool


class Tokens:
    """Makes tokens and reads them back."""

    def __init__(self, settings: Settings) -> None:
        key = settings.sessions.secret.get_secret_value() or _kept_key(settings.data_folder)
        self._signer = URLSafeSerializer(
            key,
            salt="ldn-gateway.session",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
        # What a genuine token says never changes, so a conversation's signature is looked at once; time and origin
        # are looked at with every request. A forged one raises, and what raises is not remembered.
        self._said_by = lru_cache(maxsize=TOKENS_REMEMBERED)(self._verified)

    def make(self, conversation_id: str, expires_at: int, caller: Caller) -> str:
        """A token for this conversation, good until `expires_at` and from the caller's origin only."""
        return str(self._signer.dumps([conversation_id, expires_at, caller.origin, caller.own_origin]))

    def read(self, header: str | None, caller: Caller) -> str:
        """The conversation's id. Raises TokenRefused."""
        scheme, _, token = (header or "").partition(" ")
        if not header or scheme.lower() != "bearer" or not token.strip():
            raise TokenRefused("missing")
        try:
            conversation_id, expires_at, origin, own_origin = self._said_by(token.strip())
        except (BadData, ValueError, TypeError):
            raise TokenRefused("forged") from None
        if expires_at <= now_ms():
            raise TokenRefused("expired")
        # A browser leaves the origin out where our own page reads from us; elsewhere it always names it.
        silent = caller.origin is None and caller.reads_only and own_origin
        if caller.origin != origin and not silent:
            raise TokenRefused("origin")
        return conversation_id

    def _verified(self, token: str) -> tuple[str, int, str | None, bool]:
        """What `make` put into the token. Raises BadData where it was not made with our key."""
        conversation_id, expires_at, origin, own_origin = self._signer.loads(token)
        return str(conversation_id), expires_at, origin, own_origin


def _kept_key(folder: Path) -> str:
    """The key in the data folder, made on the first start and readable by its owner only."""
    file = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            _write_whole(file, secrets.token_hex(32))
        return file.read_text(encoding="ascii").strip()
    except OSError as wrong:
        raise SettingsError(
            f"data_folder = {str(folder)!r} cannot be used ({wrong.strerror}); name a folder that this user "
            "may write to, in settings.toml or LDN_DATA_FOLDER"
        ) from None


def _write_whole(file: Path, text: str) -> None:
    """Writes a file whole or not at all; where two gateways start at once, the first one's stays."""
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as draft:
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(name, file)
    finally:
        os.unlink(name)
