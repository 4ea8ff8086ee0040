"""Detects new outcome reports, so that what shows their counts is rendered anew.

A generation does not change with them, and neither do most cached responses. So every other second
the articles are looked up that were reported about lately, by whichever process, and only their
responses are dropped.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Container
from datetime import UTC, datetime, timedelta

from corpus.errors import FixbookError
from corpus.feedback.reports import articles_reported_since
from corpus.library import Library
from corpus.text.timestamps import iso_text

_POLL_SECONDS = 2.0
_LATELY_SECONDS = 30.0
"""How far to look back: replicas lag behind, clocks differ, and a response may be rendered from
what was read just before."""

_LOG = logging.getLogger(__name__)


class ReportWatch:
    """Calls `forget` with the ids of articles that were reported about."""

    def __init__(self, library: Library, forget: Callable[[Container[str]], None]) -> None:
        self._library = library
        self._forget = forget
        self._looked = time.monotonic()

    async def run(self) -> None:
        """Looks for as long as the application runs."""
        while True:
            await asyncio.sleep(_POLL_SECONDS)
            await self.check()

    async def check(self) -> None:
        """Looks once. While the database is unavailable, the next look goes further back."""
        looked, before = time.monotonic(), self._looked
        back = timedelta(seconds=looked - before + _LATELY_SECONDS)
        try:
            reported = await asyncio.to_thread(self._since, iso_text(datetime.now(UTC) - back))
        except FixbookError as error:
            _LOG.debug("cannot look for new reports: %r", error)
            return
        self._looked = looked
        if reported:
            self._forget(reported)

    def _since(self, moment: str) -> set[str]:
        with self._library.database.reading() as connection:
            return articles_reported_since(connection, moment)
