"""A limit to the CPU time that one document may cost.

What is known to be slow is counted and refused before it is read (`document.blocks`); this is for
what nobody has thought of. CPU time, so that a busy machine rejects nothing.
"""

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from corpus.errors import DocumentError

SECONDS = 30.0
"""CPU time of one document: a hundred times what the longest of 2,000 real ones takes."""
_AGAIN = 1.0
"""Seconds after which it is said again, should an exception have got lost."""


@contextmanager
def time_limit(seconds: float = SECONDS) -> Iterator[None]:
    """Raises DocumentError where the block takes longer.

    Signals reach the main thread only, so there is no limit in others; ingest uses none.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    end = time.thread_time() + seconds

    def ring(_number: int, _frame: FrameType | None) -> None:
        if time.thread_time() >= end:  # the timer counts what other threads do as well
            raise DocumentError(f"takes more than {seconds:g} s to read")

    before = signal.signal(signal.SIGVTALRM, ring)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
