"""How much may be waited for: a burst is let in, more than can be done is turned away.

Up to `calm` requests at work or in line are always let in. More of them are a burst, and
let in too, up to `most`; but when there have been more for longer than `patience`, they
come faster than they are answered, and whoever comes then is told so at once, until the
line is short again. So the line, and with it the time in it, stays bounded under any load
(after CoDel, RFC 8289, which tells good queues from bad ones by how long they last).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import Unavailable

_STRICT_SECONDS = 1.0
"""After somebody was turned away, so long no burst is let in."""


class Gate:
    """Counts who is inside; `patience` is in seconds."""

    def __init__(self, *, calm: int, most: int = 512, patience: float = 0.25) -> None:
        self._calm = calm
        self._most = most
        self._patience = patience
        self._inside = 0
        self._crowded_since = 0.0
        """By the monotonic clock; 0 while it is calm."""
        self._strict_until = 0.0

    def full(self) -> bool:
        """Whether the next one is turned away."""
        if not self._crowded_since:
            return False
        now = time.monotonic()
        strict = now < self._strict_until or self._inside >= self._most
        if strict or now - self._crowded_since > self._patience:
            self._strict_until = now + _STRICT_SECONDS
            return True
        return False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """A place inside. Raises Unavailable when there is none."""
        if self.full():
            raise Unavailable("there is too much to do right now; try again in a moment")
        self._inside += 1
        if self._inside > self._calm and not self._crowded_since:
            self._crowded_since = time.monotonic()
        try:
            yield
        finally:
            self._inside -= 1
            if self._inside <= self._calm:
                self._crowded_since = 0.0
