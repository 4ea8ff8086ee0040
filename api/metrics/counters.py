"""What a process counts while it serves: rows of numbers that add up over processes.

Counting is on the way of every answer, so it is two additions to a list; everything that is
shown is worked out when somebody asks.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

Sheet = dict[str, list[float]]
"""Rows by name. Two sheets are added name by name, number by number."""

BOUNDS = (
    0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
    0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
)  # fmt: skip
"""Seconds, the upper ends of the classes of durations; one more class is for what is longer."""

KEPT, MADE = "kept", "made"
"""How an answer came to be: taken from those that are kept, or made for the request."""
_REQUESTS, _DIAGNOSES, _CPU = "requests", "diagnoses", "cpu"
_NO_ROUTE = "none"
"""The label of requests that no route took. A path is never a label: there is no end of them."""


class Meter:
    """Counts the answers of one route that came to be in one way, by status."""

    __slots__ = ("_name", "_rows", "_sheet")

    def __init__(self, sheet: Sheet, name: str) -> None:
        self._sheet = sheet
        self._name = name
        self._rows: dict[int, list[float]] = {}

    def add(self, status: int, seconds: float) -> None:
        """Counts an answer that took so long."""
        row = self._rows.get(status) or self._row(status)
        row[bisect_left(BOUNDS, seconds)] += 1
        row[-1] += seconds

    def _row(self, status: int) -> list[float]:
        how, _, route = self._name.partition(" ")
        row: list[float] = [0] * (len(BOUNDS) + 2)
        self._rows[status] = self._sheet[f"{how} {status} {route}"] = row
        return row


class Counters:
    """Everything that this process has counted."""

    def __init__(self) -> None:
        self.sheet: Sheet = {}
        self.kept = _Meters(self.sheet, KEPT)
        self.made = _Meters(self.sheet, MADE)

    def diagnosed(self, outcome: str) -> None:
        """Counts a diagnosis by its outcome: nothing else of it is noted."""
        self.sheet.setdefault(f"{_DIAGNOSES} {outcome}", [0])[0] += 1

    def copy(self, *, requests: int, cpu_seconds: float) -> Sheet:
        """The numbers as they are now, with two that are counted elsewhere."""
        rows = {name: list(row) for name, row in list(self.sheet.items())}
        return {**rows, _REQUESTS: [requests], _CPU: [cpu_seconds]}


class _Meters(dict[str, Meter]):
    """The meter of each route, made when it is first needed."""

    def __init__(self, sheet: Sheet, how: str) -> None:
        super().__init__()
        self._sheet = sheet
        self._how = how

    def __missing__(self, route: str) -> Meter:
        meter = self[route] = Meter(self._sheet, f"{self._how} {route or _NO_ROUTE}")
        return meter


@dataclass(slots=True)
class Traffic:
    """What this process has been asked, and how it answered."""

    requests: int = 0
    counts: Counters = field(default_factory=Counters)


def added(*sheets: Sheet) -> Sheet:
    """The sum; a row that has another length than before is of another version, and starts anew."""
    total: Sheet = {}
    for sheet in sheets:
        for name, row in sheet.items():
            known = total.get(name)
            if known is None or len(known) != len(row):
                total[name] = list(row)
            else:
                total[name] = [one + other for one, other in zip(known, row, strict=True)]
    return total


@dataclass(frozen=True, slots=True)
class AnswerCounter:
    """The answers of one route with one status that came to be in one way."""

    how: str
    status: str
    route: str
    classes: list[float]
    """How many there are in each class of durations."""
    seconds: float

    @property
    def number(self) -> int:
        """How many answers there are."""
        return int(sum(self.classes))


def answers(sheet: Sheet) -> Iterator[AnswerCounter]:
    """What a sheet says of answers, in the order of their names."""
    for name, row in sorted(sheet.items()):
        how, _, rest = name.partition(" ")
        if how in (KEPT, MADE) and len(row) == len(BOUNDS) + 2:
            status, _, route = rest.partition(" ")
            yield AnswerCounter(how, status, route, row[:-1], row[-1])


def diagnoses(sheet: Sheet) -> dict[str, int]:
    """How many diagnoses came to each outcome."""
    names = (name for name in sorted(sheet) if name.startswith(f"{_DIAGNOSES} "))
    return {name.partition(" ")[2]: int(sheet[name][0]) for name in names}


def requests(sheet: Sheet) -> int:
    """How many requests there were."""
    return int(sheet.get(_REQUESTS, [0])[0])


def cpu_seconds(sheet: Sheet) -> float:
    """How much time of processors was used."""
    return sheet.get(_CPU, [0.0])[0]
