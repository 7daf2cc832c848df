"""Lets any number of requests wait for the next entry of the journal, while one task looks whether there is one."""

from __future__ import annotations

import asyncio

from starlette.concurrency import run_in_threadpool

from iso_qms.guard.source import Source

EVERY = 0.1
"""Seconds between two looks while somebody waits."""


class Bell:
    """Rings after every recorded change, by whichever process; it looks only while somebody waits."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._waiting = 0
        self._rung = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def wait(self, known: int, seconds: float) -> None:
        """Return when the generation is no longer `known`, or after some seconds."""
        self._waiting += 1
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look(known))
        rung = self._rung
        try:
            if await run_in_threadpool(self._source.generation) == known:
                await asyncio.wait_for(rung.wait(), seconds)
        except TimeoutError:
            pass
        finally:
            self._waiting -= 1

    async def _look(self, seen: int) -> None:
        while self._waiting:
            now = await run_in_threadpool(self._source.generation)
            if now != seen:
                seen = now
                self._rung.set()
                self._rung = asyncio.Event()
            await asyncio.sleep(EVERY)
