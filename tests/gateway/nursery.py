"""Starts one program again and again in a moment: its libraries are loaded once, and each start is a fork.

What costs a start its seconds is loading libraries; all that the program itself does, from its settings on, is done
anew each time. `nursery.py LIBRARY SCRIPT ARGUMENTS` is the process that forks: each line on its standard input is a
wish for a start, its standard output says the new process's id, and `ended` once that has ended.
"""

from __future__ import annotations

import importlib
import os
import runpy
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[2]

class Nursery:
    """The forking process as a test sees it. Its children's output goes to where its own goes."""

    def __init__(self, library: str, arguments: list[str], environment: Mapping[str, str], output: IO[bytes]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__, library, *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
        )

    def start(self) -> Child:
        """Starts the program. Its former process must have ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(b"start\n")
        self._process.stdin.flush()
        return Child(int(self._process.stdout.readline()), self._process.stdout)

    def close(self) -> None:
        """Lets go of the libraries."""
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


class Child:
    """One process of the program; what tests need of `subprocess.Popen`."""

    def __init__(self, pid: int, told: IO[bytes]) -> None:
        self.pid = pid
        self._told = told
        self._status: int | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._wait, daemon=True).start()

    def send_signal(self, number: signal.Signals) -> None:
        """Sends it a signal."""
        os.kill(self.pid, number)

    def kill(self) -> None:
        """Kills it as a power cut would."""
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        """Tells it to end."""
        self.send_signal(signal.SIGTERM)

    def poll(self) -> int | None:
        """Its exit code if it has ended."""
        return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code once it has ended."""
        if not self._ended.wait(timeout):
            raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
        assert self._status is not None
        return self._status

    def _wait(self) -> None:
        self._status = int(self._told.readline().split()[1])
        self._ended.set()


def main(library: str, script: str, *arguments: str) -> None:
    """The forking process."""
    importlib.import_module(library)
    while sys.stdin.readline():
        child = os.fork()
        if child == 0:
            sys.argv = [script, *arguments]
            sys.path.insert(0, str(Path(script).parent))
            runpy.run_path(script, run_name="__main__")
            return
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print("ended", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
