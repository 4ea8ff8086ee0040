"""Detects new generations: by a shared notice on this machine, else by notification or polling."""

import asyncio
import logging
import time
from contextlib import suppress

from corpus.errors import FixbookError
from corpus.library import Library

_POLL_SECONDS = 0.5
_LISTENING_POLL_SECONDS = 2.0
"""While PostgreSQL notifies of new generations; polling still finds other things, such as a lost
index."""
_AWAITING_POLL_SECONDS = 0.1
_AWAITING_SECONDS = 60.0
"""How long to poll fast for a generation after its notification, since replicas lag behind."""

_LOG = logging.getLogger(__name__)


class GenerationWatch:
    """Tells when cached responses are outdated."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._awaited = 0
        self._awaited_until = 0.0
        self._news = asyncio.Event()

    def epoch(self) -> int:
        """A number that changes whenever something is published.

        The notice changes at once. The number of changes seen in the database covers publishers
        that died between commit and notice, or ran on another machine.
        """
        return (self._library.notice.value() << 20) + self._library.changes

    async def check(self) -> None:
        """Reads the newest generation, and rebuilds its index if necessary, in a thread."""
        try:
            number = (await asyncio.to_thread(self._library.mend)).number
        except FixbookError as error:
            _LOG.debug("cannot look for new generations: %r", error)
            self._library.mark_unavailable()
        except Exception:  # noqa: BLE001 - polling must never stop
            _LOG.exception("cannot look for new generations")
            self._library.mark_unavailable()
        else:
            if number >= self._awaited:
                self._awaited_until = 0.0

    async def run(self) -> None:
        """Checks on every notification, and regularly, for as long as the application runs."""
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
        """Waits for a notification, or until it is time to poll."""
        seconds = _LISTENING_POLL_SECONDS if listening else _POLL_SECONDS
        if time.monotonic() < self._awaited_until:
            seconds = _AWAITING_POLL_SECONDS
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # wait_for may lose a cancellation
                await self._news.wait()
        self._news.clear()
