"""Mails as `.eml` files, for as long as no relay is set. A mail program opens them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from email.message import EmailMessage
from pathlib import Path

from gateway.handoff.outbox import Due

_OURS = re.compile(r"LDN-[0-9A-Z]{4}-[0-9A-Z]{2}\.[a-z]+\.([A-Za-z0-9_-]+)\.eml")


class MailFolder:
    """One folder, readable to its owner alone."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, due: Due, message: EmailMessage) -> None:
        """Writes a mail durably, whole or not at all; the same one again takes its own place. Raises OSError."""
        self._path.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._path / f"{due.reference}.{due.kind}.{due.id}.eml"
        unfinished = place.with_suffix(".part")
        with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(message.as_bytes())
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(place)
        folder = os.open(self._path, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def rows(self) -> dict[str, Path]:
        """The files of ours, by their outbox rows."""
        if not self._path.is_dir():
            return {}
        found = ((_OURS.fullmatch(file.name), file) for file in self._path.iterdir())
        return {match[1]: file for match, file in found if match}

    def remove(self, files: Iterable[Path]) -> None:
        """Deletes files. Raises OSError."""
        for file in files:
            file.unlink(missing_ok=True)
