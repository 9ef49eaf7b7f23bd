"""`python -m gateway.console.invite [reader|admin]`: prints a one-time sign-up link.

There is no default account. `make run` prints such a link as long as nobody has an account; this command makes one
at any time, for whoever may read the journal's files.
"""

from __future__ import annotations

import asyncio
import sys

from sqlalchemy import Connection

from gateway.console import accounts, trail
from gateway.console.trail import Entry
from gateway.journal.store import Journal, JournalDown
from gateway.settings import Settings, load_settings
from gateway.settings_errors import SettingsError


def link(settings: Settings, role: str = "admin", only_the_first: bool = False) -> str | None:
    """A new sign-up link; None where only the first account is to be made and there is one. Raises JournalDown."""
    return asyncio.run(_link(settings, role, only_the_first))


async def _link(settings: Settings, role: str, only_the_first: bool) -> str | None:
    journal = Journal(settings)

    def invite(connection: Connection) -> str | None:
        if only_the_first and accounts.anybody(connection):
            return None
        trail.add(connection, None, Entry("invited", detail={"role": role, "at": "the machine"}))
        return accounts.invite(connection, role)

    try:
        await journal.open()
        token = await journal.write(invite)
    finally:
        await journal.close()
    private = settings.private
    return token and f"http://{private.host}:{private.port}/sign-up/{token}"


def main() -> int:
    """Prints the link; exit code 2 where something is to be corrected first."""
    role = sys.argv[1] if len(sys.argv) > 1 else "admin"
    if role not in ("reader", "admin"):
        print("python -m gateway.console.invite [reader|admin]: there is no other role", file=sys.stderr)
        return 2
    try:
        print(link(load_settings(), role))
    except SettingsError as wrong:
        print(wrong, file=sys.stderr)
        return 2
    except JournalDown:
        print(
            "The journal cannot be written just now. Look at journal.url and data_folder, then try again.",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
