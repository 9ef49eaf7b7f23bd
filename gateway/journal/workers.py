"""The threads on which the journal works.

`ThreadPoolExecutor` behind asyncio does the same by way of two futures, a semaphore and a condition for each piece of
work; beside a few statements of SQLite that is not little.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple


class _Job(NamedTuple):
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    work: Callable[[], Any]


class Workers:
    """`count` threads that take what comes, first come first served. They start with the first piece of work."""

    def __init__(self, count: int, name: str) -> None:
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._threads = [
            threading.Thread(target=self._run, name=f"{name}-{number}", daemon=True) for number in range(count)
        ]
        self._started = False

    def submit[T](self, work: Callable[[], T]) -> asyncio.Future[T]:
        """What `work` returns or raises, on the event loop that runs now."""
        if not self._started:
            self._started = True
            for thread in self._threads:
                thread.start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(loop, future, work))
        return future

    def close(self) -> None:
        """Gives up what was not begun, and waits for what was."""
        with contextlib.suppress(Empty):
            while True:
                job = self._jobs.get_nowait()
                if job:
                    job.loop.call_soon_threadsafe(job.future.cancel)
        if not self._started:
            return
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while job := self._jobs.get():
            _do(job)


def _do(job: _Job) -> None:
    result, wrong = None, None
    try:
        result = job.work()
    except BaseException as raised:  # whoever waits gets it, whatever it is
        wrong = raised
    with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
        job.loop.call_soon_threadsafe(_settle, job.future, result, wrong)


def _settle(future: asyncio.Future[Any], result: Any, wrong: BaseException | None) -> None:
    if future.done():
        return
    if wrong is None:
        future.set_result(result)
    else:
        future.set_exception(wrong)
