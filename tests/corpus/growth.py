"""How the time of a function grows with its text: a ratio, so that it holds on any machine."""

import time
from collections.abc import Callable


def is_linear(function: Callable[[str], object], unit: str, size: int = 16_384) -> bool:
    """Whether twice as many units take less than about three times as long.

    A quadratic function takes four times as long. Other programs disturb even the time on
    the processor, so the best of several runs counts, one good measurement is enough, and
    what takes less than two milliseconds is no trouble.
    """
    small, large = (unit * size)[:size], (unit * size)[: 2 * size]
    return any(
        _fastest(function, large) < 3.2 * max(_fastest(function, small), 0.002) for _ in range(4)
    )


def _fastest(function: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(4):
        start = time.thread_time()
        function(text)
        times.append(time.thread_time() - start)
    return min(times)
