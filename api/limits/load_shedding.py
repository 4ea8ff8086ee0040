"""How much may be waited for: a burst is let in, more than can be done is turned away.

Up to `calm` requests at work or in line are always let in. More of them are a burst, and
let in too, up to `most`; but when the line has not become short again while twice as many
were answered, they come faster than that, and whoever comes then is told so at once, until
the line is short. So the line, and with it the time in it, stays bounded under any load, on
a machine of any speed (after CoDel, RFC 8289: a queue that drains is good, one that stays is
not).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from corpus.errors import Unavailable

_STRICT_SECONDS = 1.0
"""After somebody was turned away, so long no burst is let in."""
TOO_MUCH = "there is too much to do right now; try again in a moment"


class LoadShedder:
    """Counts who is inside."""

    def __init__(self, *, calm: int, most: int = 512) -> None:
        self._calm = calm
        self._most = most
        self._inside = 0
        self._left = 0
        """How many have left since there were more than `calm`."""
        self._strict_until = 0.0
        """By the monotonic clock, in seconds."""

    def full(self) -> bool:
        """Whether the next one is turned away."""
        if self._inside <= self._calm:
            return False
        now = time.monotonic()
        stays = self._left > 2 * self._calm or self._inside >= self._most
        if stays or now < self._strict_until:
            self._strict_until = now + _STRICT_SECONDS
            return True
        return False

    @contextmanager
    def entered(self) -> Iterator[None]:
        """A place inside. Raises Unavailable when there is none."""
        if self.full():
            raise Unavailable(TOO_MUCH)
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1
            self._left = self._left + 1 if self._inside > self._calm else 0
