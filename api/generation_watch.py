"""Noticing new generations: for free where the notice is raised, by news or a look elsewhere."""

import asyncio
import logging
import time
from contextlib import suppress

from corpus.errors import FixbookError
from corpus.library import Library

_LOOK_SECONDS = 0.5
_LISTENING_LOOK_SECONDS = 2.0
"""PostgreSQL tells of new generations; looking is for what it cannot tell, such as a lost index."""
_AWAITING_LOOK_SECONDS = 0.1
_AWAITING_SECONDS = 60.0
"""How long a generation that was told of is expected every moment: replicas come after."""

_LOG = logging.getLogger(__name__)


class GenerationWatch:
    """Knows when kept answers have become old."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._awaited = 0
        self._awaited_until = 0.0
        self._news = asyncio.Event()

    def epoch(self) -> int:
        """A number that differs from the last one if anything was published since.

        The notice tells at once. The count of changes that were seen in the database is
        the safety net for a notice that never came, since its writer died after the commit
        or was on another machine.
        """
        return (self._library.notice.value() << 20) + self._library.changes

    async def check(self) -> None:
        """Looks once, and mends the index where it is broken; in a thread, for both may take."""
        try:
            number = (await asyncio.to_thread(self._library.mend)).number
        except FixbookError as error:
            _LOG.debug("cannot look for new generations: %r", error)
            self._library.mark_unavailable()
        except Exception:  # noqa: BLE001 - whatever it meets, it must go on looking
            _LOG.exception("cannot look for new generations")
            self._library.mark_unavailable()
        else:
            if number >= self._awaited:
                self._awaited_until = 0.0

    async def run(self) -> None:
        """Looks when there is news, and now and then, for as long as the application lives."""
        loop = asyncio.get_running_loop()

        def notify(number: int) -> None:
            loop.call_soon_threadsafe(self._on_notice, number)

        listener = self._library.database.listen(notify)
        try:
            while True:
                await self._pause(listening=listener is not None and listener.alive)
                await self.check()
        finally:
            if listener is not None:
                await asyncio.to_thread(listener.close)

    def _on_notice(self, number: int) -> None:
        self._awaited, self._awaited_until = number, time.monotonic() + _AWAITING_SECONDS
        self._news.set()

    async def _pause(self, *, listening: bool) -> None:
        """Until there is news, but not for long."""
        seconds = _LISTENING_LOOK_SECONDS if listening else _LOOK_SECONDS
        if time.monotonic() < self._awaited_until:
            seconds = _AWAITING_LOOK_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for may lose a cancellation
                await self._news.wait()
        self._news.clear()
