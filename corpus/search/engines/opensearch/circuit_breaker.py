"""A circuit breaker: after repeated failures, a server gets no requests for a while.

Nygard, "Release It!" (2007): closed, open after so many failures in a row, and after a
pause half open, when one request probes whether the server is back.
"""

import random
import time
from collections.abc import Callable
from threading import Lock

from corpus.errors import Unavailable

FAILURES = 5
"""Consecutive failures that open it."""
PAUSE = 2.0
"""Seconds until the next probe, half as many again at most, so that servers take turns."""


class CircuitBreaker:
    """Decides whether to send a request. Thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = Lock()
        self._failures = 0
        self._closed_from = 0.0

    def check(self) -> None:
        """Raises Unavailable while it is open; who passes when it opens again is the probe."""
        with self._lock:
            if self._failures < FAILURES:
                return
            if self._clock() < self._closed_from:
                raise Unavailable("the search server does not answer")
            self._pause()  # the others wait for what the probe finds

    def record_success(self) -> None:
        """Records a success."""
        with self._lock:
            self._failures = 0

    def record_failure(self) -> None:
        """Records a failure."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._pause()

    def _pause(self) -> None:
        jitter = random.uniform(1.0, 1.5)  # noqa: S311 - spreads load, guards nothing
        self._closed_from = self._clock() + PAUSE * jitter
