"""Counts errors that were asked about and not found, where FIXBOOK_GAPS=on.

No answer waits for it: questions are put aside, and masked and written in a thread once a second.
If they come faster than that, or the database is away, some are not counted.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable

from starlette.types import Scope

from api.limits.admission import caller_of
from corpus.diagnosis.matching.match import SURE, MatchOutcome
from corpus.errors import FixbookError
from corpus.feedback import gaps
from corpus.feedback.gaps import UnansweredQuestion
from corpus.library import Library

_SECONDS = 1.0
_MOST_WAITING = 200
_LARGEST_WAITING = 4 * 1024 * 1024
"""Characters of questions that wait."""

_LOG = logging.getLogger(__name__)


_Question = tuple[str, str, str | None]
"""The text, who asked it, and the slug of the nearest article."""


class GapRecorder:
    """The questions that were not surely answered and are yet to be counted."""

    def __init__(self, library: Library, *, is_on: bool) -> None:
        self._library = library
        self.is_on = is_on
        self._waiting: deque[_Question] = deque()
        self._size = 0
        self._writing = asyncio.Lock()

    def note(
        self,
        text: str,
        outcome: MatchOutcome | None,
        scope: Scope | None,
        *,
        found: Iterable[str],
    ) -> bool:
        """Puts a question aside unless it was surely answered, and says whether it may be counted:
        then its answer must not be cached, or who asks the same next would not be.

        `found` are the slugs of what it was answered with, best first.
        """
        if not self.is_on or outcome is None or outcome in SURE or scope is None:
            return False
        if len(self._waiting) < _MOST_WAITING and self._size + len(text) <= _LARGEST_WAITING:
            self._waiting.append((text, caller_of(scope), next(iter(found), None)))
            self._size += len(text)
        return True

    async def run(self) -> None:
        """Counts for as long as the application runs."""
        while self.is_on:
            await asyncio.sleep(_SECONDS)
            await self.flush()

    async def flush(self) -> None:
        """Counts what waits; afterwards everything is counted that was noted before."""
        async with self._writing:
            asked, self._waiting, self._size = self._waiting, deque(), 0
            try:
                await asyncio.to_thread(self._write, asked)
            except FixbookError as error:
                _LOG.debug("gaps cannot be counted: %r", error)

    def _write(self, asked: deque[_Question]) -> None:
        askings = [
            UnansweredQuestion(signature=signature, caller=caller, nearest=nearest)
            for text, caller, nearest in asked
            if (signature := gaps.gap_signature(text)) is not None  # it is about an error
        ]
        if askings:
            with self._library.database.recording() as connection:
                gaps.record(connection, askings)
