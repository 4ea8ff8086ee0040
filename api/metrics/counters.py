"""The counters of one process: named rows of numbers that can be summed over processes.

Every response is counted, so counting is two additions to a list. Everything else is computed
when the metrics are requested.
"""

import time
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

CounterRows = dict[str, list[float]]
"""Rows by name, summed name by name and number by number."""

BOUNDS = (
    0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip
"""Upper bounds of the duration buckets in seconds; the last bucket has none."""

CACHED, COMPUTED = "kept", "made"
"""Where a response came from: the cache, or computed for the request."""
_REQUESTS, _DIAGNOSES, _CPU = "requests", "diagnoses", "cpu"
_NO_ROUTE = "none"
"""The label of requests without a route. A path is never a label: there are too many of them."""


class Meter:
    """Counts the responses of one route from one source, by status."""

    __slots__ = ("_name", "_rows", "_rows_by_name")

    def __init__(self, rows: CounterRows, name: str) -> None:
        self._rows_by_name = rows
        self._name = name
        self._rows: dict[int, list[float]] = {}

    @property
    def route(self) -> str:
        """The route, or `none`."""
        return self._name.partition(" ")[2]

    @property
    def is_cached(self) -> bool:
        """Whether it counts responses from the cache."""
        return self._name.startswith(CACHED)

    def add(self, status: int, seconds: float) -> None:
        """Counts a response that took so long."""
        row = self._rows.get(status) or self._row(status)
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds

    def _row(self, status: int) -> list[float]:
        how, _, route = self._name.partition(" ")
        row: list[float] = [0] * (len(BOUNDS) + 2)
        self._rows[status] = self._rows_by_name[f"{how} {status} {route}"] = row
        return row


class Counters:
    """The counters of this process."""

    def __init__(self) -> None:
        self.requests = 0
        self.rows: CounterRows = {}
        self.cached = _Meters(self.rows, CACHED)
        self.computed = _Meters(self.rows, COMPUTED)

    def count_diagnosis(self, outcome: str) -> None:
        """Counts a diagnosis by its outcome; nothing else about it is recorded."""
        self.rows.setdefault(f"{_DIAGNOSES} {outcome}", [0])[0] += 1

    def copy(self) -> CounterRows:
        """The current rows, with the requests and the CPU time of this process."""
        rows = {name: list(row) for name, row in list(self.rows.items())}
        return {**rows, _REQUESTS: [self.requests], _CPU: [time.process_time()]}


class _Meters(dict[str, Meter]):
    """The meter of each route, created on first use."""

    def __init__(self, rows: CounterRows, how: str) -> None:
        super().__init__()
        self._rows_by_name = rows
        self._how = how

    def __missing__(self, route: str) -> Meter:
        meter = self[route] = Meter(self._rows_by_name, f"{self._how} {route or _NO_ROUTE}")
        return meter


def sum_rows(*parts: CounterRows) -> CounterRows:
    """The sum. A row of another length was written by another version, and starts again."""
    total: CounterRows = {}
    for rows in parts:
        for name, row in rows.items():
            known = total.get(name)
            if known is None or len(known) != len(row):
                total[name] = list(row)
            else:
                total[name] = [one + other for one, other in zip(known, row, strict=True)]
    return total


@dataclass(frozen=True, slots=True)
class AnswerCounter:
    """The responses of one route with one status from one source."""

    how: str
    status: str
    route: str
    classes: list[float]
    """How many there are in each duration bucket."""
    seconds: float

    @property
    def number(self) -> int:
        """How many responses there are."""
        return int(sum(self.classes))


def answers(rows: CounterRows) -> Iterator[AnswerCounter]:
    """The responses that were counted, in the order of their names."""
    for name, row in sorted(rows.items()):
        how, _, rest = name.partition(" ")
        if how in (CACHED, COMPUTED) and len(row) == len(BOUNDS) + 2:
            status, _, route = rest.partition(" ")
            yield AnswerCounter(how, status, route, row[:-1], row[-1])


def diagnoses(rows: CounterRows) -> dict[str, int]:
    """The number of diagnoses with each outcome."""
    names = (name for name in sorted(rows) if name.startswith(f"{_DIAGNOSES} "))
    return {name.partition(" ")[2]: int(rows[name][0]) for name in names}


def requests(rows: CounterRows) -> int:
    """The number of requests."""
    return int(rows.get(_REQUESTS, [0])[0])


def cpu_seconds(rows: CounterRows) -> float:
    """The CPU time used, in seconds."""
    return rows.get(_CPU, [0.0])[0]
