"""What a trial of examples needs beside the gateway: the bot's Python, its model, and messages nobody trains with.

The gateway knows the bot over HTTP only, so a trial is a command of the bot's side, and what is looked at here are
files. Not every deployment has them: a container of the gateway's has none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from gateway.settings import ConsoleSettings

ROOT = Path(__file__).parents[2]
MODULE = "bench.understanding_trial"
MODEL = ROOT / "models" / "trained.json"
"""Written whenever the bot was trained; it names the model and what it was made of."""


def missing(settings: ConsoleSettings) -> str:
    """Which file is not there, as it stands in the settings; empty where a trial can be made."""
    needed = [settings.bot_python, Path(*MODULE.split(".")).with_suffix(".py"), *settings.held_out]
    return next((str(path) for path in [*needed, MODEL.relative_to(ROOT)] if not (ROOT / path).is_file()), "")


def command(settings: ConsoleSettings) -> list[str]:
    """What makes the trial of the examples on its standard input, to be run from ROOT."""
    files = [str(path) for path in settings.held_out]
    return [str(ROOT / settings.bot_python), "-m", MODULE, "--json", "-", "--held-out", *files]


def fingerprint(settings: ConsoleSettings) -> str:
    """A digest of the model and the held-out messages as they are now: figures of another one are out of date."""
    total = hashlib.sha256()
    for part in _parts(settings):
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _parts(settings: ConsoleSettings) -> Iterator[bytes]:
    for path in (MODEL, *settings.held_out):
        try:
            yield (ROOT / path).read_bytes()
        except OSError:
            yield b""
