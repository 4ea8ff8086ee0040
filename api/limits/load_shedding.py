"""Load shedding: bursts are queued, but what exceeds the capacity is rejected at once.

Up to `steady` requests, running or queued, are always accepted. Beyond that it is a burst, which
is accepted up to `burst` requests. If the queue is still longer than `steady` after twice as many
requests have been answered, they arrive faster than they can be served, and new ones are rejected
until the queue is short again. So queue and waiting time stay bounded under any load and on a
machine of any speed (after CoDel, RFC 8289: a queue that drains is good, a standing queue is not).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from api.limits.tuning import BURST, STEADY, STRICT_SECONDS
from corpus.errors import Unavailable

OVERLOADED = "the service is overloaded; try again in a moment"


class LoadShedder:
    """Counts the requests that are running or queued."""

    def __init__(self, *, steady: int = STEADY, burst: int = BURST) -> None:
        self._steady = steady
        self._burst = burst
        self._inside = 0
        self._left = 0
        """Requests finished since the queue grew beyond `steady`."""
        self._strict_until = 0.0
        """By the monotonic clock, in seconds."""

    def is_full(self) -> bool:
        """Whether the next request is rejected."""
        if self._inside <= self._steady:
            return False
        now = time.monotonic()
        stays = self._left > 2 * self._steady or self._inside >= self._burst
        if stays or now < self._strict_until:
            self._strict_until = now + STRICT_SECONDS
            return True
        return False

    @contextmanager
    def slot(self) -> Iterator[None]:
        """A place for one request. Raises Unavailable if there is none."""
        if self.is_full():
            raise Unavailable(OVERLOADED)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._left = self._left + 1 if self._inside > self._steady else 0
