"""How much may be waited for."""

import asyncio
import time
from contextlib import ExitStack

import pytest

from api.limits.load_shedding import LoadShedder
from corpus.errors import Unavailable


def filled(gate: LoadShedder, stack: ExitStack, number: int) -> int:
    """Lets so many in, or as many as may; how many that were."""
    for let_in in range(number):
        try:
            stack.enter_context(gate.slot())
        except Unavailable:
            return let_in
    return number


def test_a_burst_is_let_in() -> None:
    with ExitStack() as inside:
        assert filled(LoadShedder(steady=4, burst=100), inside, 60) == 60


def test_a_burst_has_an_end() -> None:
    with ExitStack() as inside:
        assert filled(LoadShedder(steady=4, burst=100), inside, 200) == 100


def come_and_go(gate: LoadShedder, number: int) -> None:
    """So many are let in and leave, one after the other."""
    for _ in range(number):
        with gate.slot():
            pass


def test_a_crowd_that_stays_is_no_burst() -> None:
    gate = LoadShedder(steady=2)
    with ExitStack() as inside:
        assert filled(gate, inside, 3) == 3
        come_and_go(gate, 5)
        assert gate.is_full()
        with pytest.raises(Unavailable):
            inside.enter_context(gate.slot())
    assert not gate.is_full()
    with ExitStack() as inside:  # while it is that busy, no burst either
        assert filled(gate, inside, 60) == 3


def test_in_the_end_a_burst_is_let_in_again() -> None:
    gate = LoadShedder(steady=2)
    with ExitStack() as inside:
        filled(gate, inside, 3)
        come_and_go(gate, 5)
        assert filled(gate, inside, 1) == 0
    time.sleep(1.05)
    with ExitStack() as inside:
        assert filled(gate, inside, 60) == 60


def test_up_to_calm_it_may_last() -> None:
    gate = LoadShedder(steady=2)
    with ExitStack() as inside:
        assert filled(gate, inside, 1) == 1
        come_and_go(gate, 100)
        assert not gate.is_full()


def test_a_place_is_free_again_whatever_happens() -> None:
    gate = LoadShedder(steady=1, burst=2)

    async def fail() -> None:
        with gate.slot():
            raise asyncio.CancelledError

    for _ in range(5):
        with pytest.raises(asyncio.CancelledError):
            asyncio.run(fail())
    assert not gate.is_full()
