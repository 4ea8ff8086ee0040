"""Noticing new generations: for free where the notice is raised, in half a second elsewhere."""

import asyncio

from corpus.errors import FixbookError
from corpus.library import Library

_EVERY_SECONDS = 0.5


class Watch:
    """Knows when kept answers have become old."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen = 0
        self._changes = 0

    def epoch(self) -> int:
        """A number that differs from the last one if anything was published since.

        The notice tells at once. The count of changes that were seen in the database is
        the safety net for a notice that never came, since its writer died after the commit.
        """
        return (self._library.notice.value() << 20) + self._changes

    async def look(self) -> None:
        """Looks once, and mends the index where it is broken; in a thread, for both may take."""
        try:
            number = (await asyncio.to_thread(self._library.mend)).number
        except FixbookError:
            number = -1
        if number != self._seen:
            self._seen = number
            self._changes += 1

    async def run(self) -> None:
        """Looks twice a second, for as long as the application lives."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            await self.look()
