"""The circuit breaker: when it opens, who probes, and when it closes."""

import pytest

from corpus.errors import Unavailable
from corpus.search.engines.opensearch.circuit_breaker import FAILURES, PAUSE, CircuitBreaker


class Clock:
    """Tells the time that it was given."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def opened(clock: Clock) -> CircuitBreaker:
    breaker = CircuitBreaker(clock)
    for _ in range(FAILURES):
        breaker.record_failure()
    return breaker


def test_it_is_closed_until_enough_failures_in_a_row() -> None:
    breaker = CircuitBreaker(Clock())
    for _ in range(3):
        for _ in range(FAILURES - 1):
            breaker.record_failure()
        breaker.check()
        breaker.record_success()
    breaker.check()


def test_it_opens_for_a_while() -> None:
    clock = Clock()
    breaker = opened(clock)
    for passed in (0.0, PAUSE * 0.99):
        clock.now = 100.0 + passed
        with pytest.raises(Unavailable, match=r"^the search server does not answer$"):
            breaker.check()


def test_one_request_probes_whether_the_server_is_back() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += PAUSE * 1.5
    breaker.check()
    with pytest.raises(Unavailable):
        breaker.check()


def test_a_probe_that_fails_opens_it_again() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += PAUSE * 1.5
    breaker.check()
    breaker.record_failure()
    clock.now += PAUSE * 0.99
    with pytest.raises(Unavailable):
        breaker.check()


def test_a_probe_that_succeeds_closes_it() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += PAUSE * 1.5
    breaker.check()
    breaker.record_success()
    for _ in range(3):
        breaker.check()


def test_a_probe_that_never_came_back_does_not_keep_it_open_for_ever() -> None:
    clock = Clock()
    breaker = opened(clock)
    clock.now += PAUSE * 1.5
    breaker.check()
    clock.now += PAUSE * 1.5
    breaker.check()
