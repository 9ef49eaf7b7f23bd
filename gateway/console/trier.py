"""Makes the trials that staff ask for, one at a time, each in a process of the bot's own Python.

The examples go in by standard input and the figures come back by standard output; neither a log nor a command line
has a word of them. What the process says on standard error is dropped, since a traceback may quote what it read.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from typing import Any

import structlog

from gateway.console import held_out, learning, trials
from gateway.journal.store import Journal, JournalDown
from gateway.logs import failure
from gateway.settings import ENVIRONMENT_PREFIX, Settings

log = structlog.get_logger()

LOOK_SECONDS = 5.0
SAY_SECONDS = 3.0
LONGEST_SECONDS = 3_600.0
LONGEST_LINE = 1 << 24
KEEP_TRIES = 12
STOPPED = "It was stopped before its end, with the process that makes trials."


class TrialFailed(Exception):
    """The trial came to no end; the text says why, for the page."""


class Trier:
    """Looks for a trial to make again and again."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings.console
        self._journal = Journal(settings)
        self._progress: tuple[str, int, int] = ("", 0, 0)

    async def run(self) -> None:
        """Until it is cancelled; a trial under way is ended then, and says so."""
        try:
            while True:
                with contextlib.suppress(JournalDown):  # the journal's own line in the log says it
                    await self._look()
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            await self._journal.close()

    async def _look(self) -> None:
        measured_with = held_out.fingerprint(self._settings)
        taken = await self._journal.write(trials.take_up, measured_with)
        if taken is None:
            return
        trial, examples = taken
        try:
            result = await self._measured(trial, examples)
            if held_out.fingerprint(self._settings) != measured_with:
                raise TrialFailed("Model or held-out messages changed while it ran. Try again.")
            await self._keep(trial, result)
            log.info("trial.done", trial=trial, examples=len(examples), seconds=result["seconds"])
        except asyncio.CancelledError:
            await self._journal.write(trials.fail, trial, STOPPED)
            raise
        except JournalDown:
            raise
        except TrialFailed as failed:
            log.warning("trial.failed", trial=trial, **failure(failed))
            await self._journal.write(trials.fail, trial, str(failed))
        except Exception as wrong:
            log.error("trial.failed", trial=trial, **failure(wrong))
            await self._journal.write(trials.fail, trial, f"It failed on the console's side ({type(wrong).__name__}).")

    async def _keep(self, trial: int, result: dict[str, Any]) -> None:
        """Minutes of work outlive a journal that is down for a moment."""
        for _ in range(KEEP_TRIES - 1):
            with contextlib.suppress(JournalDown):
                return await self._journal.write(trials.keep, trial, result)
            await asyncio.sleep(LOOK_SECONDS)
        await self._journal.write(trials.keep, trial, result)

    async def _measured(self, trial: int, examples: Sequence[tuple[str, str]]) -> dict[str, Any]:
        if not examples:
            raise TrialFailed("No example was ready any more.")
        missing = held_out.missing(self._settings)
        if missing:
            raise TrialFailed(f"{missing} is not beside the process that makes trials.")
        self._progress = ("starting", 0, 0)
        process = await asyncio.create_subprocess_exec(
            *held_out.command(self._settings), cwd=held_out.ROOT, env=_environment(),
            stdin=PIPE, stdout=PIPE, stderr=DEVNULL, limit=LONGEST_LINE,
        )  # fmt: skip
        saying = asyncio.create_task(self._say(trial))
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                return await self._heard(process, learning.as_nlu(examples))
        except TimeoutError:
            raise TrialFailed(f"It took longer than {LONGEST_SECONDS / 60:.0f} minutes and was ended.") from None
        finally:
            saying.cancel()
            if process.returncode is None:
                process.kill()
            await process.wait()

    async def _heard(self, process: Process, examples: str) -> dict[str, Any]:
        assert process.stdin
        assert process.stdout
        with contextlib.suppress(ConnectionError):  # it died at once; its exit code says more
            process.stdin.write(examples.encode())
            await process.stdin.drain()
            process.stdin.close()
        result: dict[str, Any] | None = None
        async for line in process.stdout:
            said = _object(line)
            if "refused" in said:
                raise TrialFailed(str(said["refused"]))
            if "result" in said:
                result = said["result"]
            elif "step" in said:
                self._progress = (said["step"], said["done"], said["total"])
        code = await process.wait()
        if code == 0 and result is not None:
            return result
        ended = f"was killed (signal {-code})" if code < 0 else f"failed (exit code {code})"
        raise TrialFailed(f"Its process {ended}.")

    async def _say(self, trial: int) -> None:
        while True:
            with contextlib.suppress(JournalDown):
                await self._journal.write(trials.say, trial, *self._progress)
            await asyncio.sleep(SAY_SECONDS)


def _object(line: bytes) -> dict[str, Any]:
    """A line of the process's; whatever a library prints in between says nothing to us."""
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _environment() -> dict[str, str]:
    """Ours without the settings, whose passwords are none of its business; one thread, as the bot has."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(ENVIRONMENT_PREFIX)}
    return {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore", **ours}
