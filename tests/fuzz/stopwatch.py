"""Whether a regular expression is slow, told beside a plain one on the same text.

CPU time is measured, which other programs disturb little, and never in favour of a slow pattern:
one good measurement is enough.
"""

import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

LIMIT = 0.050
"""Seconds that any pattern may take for the largest text that a reader can send, 64 KiB."""
TIMES = 20
"""How many times the plainest pattern that is on a slow machine: there it takes 2.5 ms."""
_PLAIN = re.compile(r"[^\0]")
_LONGEST = 2.0
"""Seconds after which a search is ended; it may be one that never ends."""


class TookTooLong(Exception):
    """The time is over."""


def is_slow(ask: Callable[[str], object], text: str) -> bool:
    """Whether every one of some attempts took longer than `LIMIT` and `TIMES` allow."""
    for _ in range(3):
        took = seconds(ask, text)
        if took < LIMIT or took < TIMES * seconds(_PLAIN.findall, text):
            return False
    return True


def plain_seconds(text: str) -> float:
    """CPU time that the plainest pattern takes for a text."""
    start = time.process_time()
    _PLAIN.findall(text)
    return time.process_time() - start


def seconds(ask: Callable[[str], object], text: str) -> float:
    """The CPU time that it took until it was done or was stopped."""
    start = time.process_time()
    try:
        with _stopped():
            ask(text)
    except TookTooLong:
        pass
    return time.process_time() - start


@contextmanager
def _stopped() -> Iterator[None]:
    """`re` looks for signals while it searches, so that even an endless search can be ended."""
    before = signal.signal(signal.SIGVTALRM, _ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, _LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise TookTooLong
