"""A real PostgreSQL of Debian's packages: a cluster of a test's own, in a temporary folder, on a loopback port."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import psycopg

from processes import free_port, until

USER = "ldn"


class Cluster:
    """One server; it refuses to run as root, so then it runs as `postgres`, which Debian's package makes."""

    def __init__(self) -> None:
        self._programs = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="ldn-postgresql-"))
        self._port = free_port()
        self._databases = 0
        self._as: list[str] = []
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
            self._as = ["runuser", "-u", owner.pw_name, "--"]

    def start(self) -> None:
        """Makes the cluster and starts its server."""
        data = self._folder / "data"
        self._run("initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--no-sync", "--encoding", "UTF8",
                  "--locale", "C.UTF-8")
        with (self._folder / "log").open("wb") as log:
            self._server = subprocess.Popen(
                [*self._as, self._programs / "postgres", "-D", data, "-k", self._folder, "-p", str(self._port),
                 "-c", "listen_addresses=127.0.0.1", "-c", "max_connections=200"],
                cwd=self._folder, stdout=log, stderr=log,
            )  # fmt: skip
        until(self._answers, "PostgreSQL to answer")

    def end(self) -> None:
        """Stops the server and removes the cluster."""
        self._run("pg_ctl", "stop", "--pgdata", self._folder / "data", "--mode", "immediate")
        self._server.wait()
        shutil.rmtree(self._folder)

    def new_database(self) -> str:
        """The address of an empty database, as `journal.url` wants it."""
        self._databases += 1
        name = f"journal{self._databases}"
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self._address(name).replace("://", "+psycopg://")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self._address("postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def _address(self, database: str) -> str:
        return f"postgresql://{USER}@127.0.0.1:{self._port}/{database}"

    def _run(self, program: str, *arguments: object) -> None:
        command = [*self._as, str(self._programs / program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self._folder, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, "PostgreSQL is not installed. Debian: apt-get install postgresql."
    return found[-1].parent
