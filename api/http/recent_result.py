"""What was found out a moment ago, for whoever asks just after.

Probes are always let in, so what they ask must cost the same however often they ask it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Result = TypeVar("Result")


class RecentResult(Generic[Result]):
    """One result, found out once a second at most, however many ask at the same time."""

    seconds = 1.0

    def __init__(self) -> None:
        self._found: Result | None = None
        self._until = 0.0
        self._turn = asyncio.Lock()

    async def get(self, find: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the last second, or a new one."""
        async with self._turn:
            if self._found is None or time.monotonic() > self._until:
                self._found = await find()
                self._until = time.monotonic() + self.seconds
            return self._found
