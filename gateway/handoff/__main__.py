"""`python -m gateway.handoff`: the mailer, one process beside the gateways, with the same `settings.toml`."""

from __future__ import annotations

import asyncio
import fcntl
import signal
import sys
from pathlib import Path
from typing import IO

from gateway import logs
from gateway.handoff.mailer import Mailer
from gateway.journal.migrate import SchemaTooNew
from gateway.journal.store import Journal
from gateway.settings import Settings, load_settings
from gateway.settings_errors import SettingsError


def main() -> int:
    """Runs until it is told to stop. The exit code is 2 where a mistake to be corrected stops the start."""
    try:
        settings = load_settings()
        logs.configure(settings.log.level)
        with _alone(settings.data_folder):
            asyncio.run(_run(settings))
    except (SettingsError, SchemaTooNew) as wrong:
        print(wrong, file=sys.stderr)
        return 2
    return 0


async def _run(settings: Settings) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logs.loop_failure)
    journal = Journal(settings)
    mailer = Mailer(settings, journal)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, mailer.stop)
    try:
        await mailer.run()
    finally:
        await journal.close()


def _alone(data_folder: Path) -> IO[bytes]:
    """A lock that dies with the process: a second mailer of one name would take this one's mails for a dead one's."""
    data_folder.mkdir(parents=True, exist_ok=True)
    lock = (data_folder / "mailer.lock").open("ab")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise SettingsError(f"{data_folder}: a mailer is running on this data folder already; stop that one") from None
    return lock


if __name__ == "__main__":
    sys.exit(main())
