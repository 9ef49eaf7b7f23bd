"""Copies what must not be lost while the system runs: `python -m run.backup FOLDER`.

The journal, the bot's state and the key that signs sessions. SQLite's own backup gives a whole copy of a database that
is being written to. To restore: stop the system, copy the files back into the data folder, start it.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

from gateway.settings import load_settings
from gateway.settings_errors import SettingsError

DATABASES = ("journal.sqlite3", "bot.sqlite3")
KEY = "session.key"


def back_up(data: Path, target: Path) -> list[Path]:
    """Copies the files of the data folder into `target`, readable by their owner alone, and returns the copies.

    Raises `FileNotFoundError` where there is no journal.
    """
    if not (data / DATABASES[0]).is_file():
        raise FileNotFoundError(data / DATABASES[0])
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.umask(0o077)
    copies = []
    for name in DATABASES:
        if (data / name).is_file():
            with closing(sqlite3.connect(data / name)) as source, closing(sqlite3.connect(target / name)) as copy:
                source.backup(copy)
            copies.append(target / name)
    if (data / KEY).is_file():
        copies.append(Path(shutil.copy2(data / KEY, target / KEY)))
    return copies


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m run.backup FOLDER")
    try:
        for written in back_up(load_settings().data_folder, Path(sys.argv[1])):
            print(written)
    except SettingsError as wrong:
        sys.exit(str(wrong))
    except FileNotFoundError as missing:
        sys.exit(f"{missing.args[0]}: there is no journal. Start in the repository, or set LDN_DATA_FOLDER.")
