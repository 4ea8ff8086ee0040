"""What all processes over one data folder have counted, together.

Each process writes its sheet to a file of its own, twice a second, and holds a lock on it
that dies with the process. Who wants the total adds up all files. Sheets of processes that
have ended go into one sum when the next process starts, so that nothing ever counts down,
not even after a restart, and the folder stays small.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.metrics.counters import Sheet, added

_PAST = "past.json"
_SHEET, _LOCK = ".json", ".lock"


@dataclass(frozen=True, slots=True)
class CounterPage:
    """What one process writes: its sheet, and its gauges, which go up and down."""

    sheet: Sheet = field(default_factory=dict)
    gauges: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CounterTotal:
    """The sum of all sheets, and of the gauges of the processes that are alive."""

    sheet: Sheet
    processes: int
    gauges: dict[str, float]


class SharedCounters:
    """The folder of all sheets, and this process's place in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock: int | None = None

    def open(self) -> None:
        """Takes a place, and adds up those who have ended. Raises OSError where it cannot."""
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        with self._alone(fcntl.LOCK_EX):
            self._lock = os.open(self._path(_LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._fold()

    def write(self, page: CounterPage) -> None:
        """Writes this process's page, all of it or nothing. Raises OSError where it cannot."""
        if self._lock is not None:
            shown = {"sheet": page.sheet, "gauges": page.gauges}
            _replace(self._path(_SHEET), json.dumps(shown))

    def total(self, own: CounterPage) -> CounterTotal:
        """Everything that was counted, by this process up to now, by others up to their last page.

        Raises OSError where the folder cannot be read.
        """
        with self._alone(fcntl.LOCK_SH):
            past, folded = self._past()
            others = [name for name in self._names() if name not in {self._name, *folded}]
            pages = {name: _page(self._folder / f"{name}{_SHEET}") for name in others}
            living = [page for name, page in pages.items() if not self._has_ended(name)]
        return CounterTotal(
            added(past, *(page.sheet for page in pages.values()), own.sheet),
            processes=1 + len(living),
            gauges={
                name: value + sum(page.gauges.get(name, 0) for page in living)
                for name, value in own.gauges.items()
            },
        )

    def close(self, page: CounterPage) -> None:
        """Writes the last page and lets go of the place; who comes next adds it up."""
        if self._lock is not None:
            with suppress(OSError):
                self.write(page)
            os.close(self._lock)
            self._lock = None

    def _fold(self) -> None:
        past, folded = self._past()
        ended = [name for name in self._names() if name != self._name and self._has_ended(name)]
        new = [_page(self._folder / f"{n}{_SHEET}").sheet for n in ended if n not in folded]
        # Killed after this line, the files are still there, but named as counted already.
        shown = {"sheet": added(past, *new), "folded": ended}
        _replace(self._folder / _PAST, json.dumps(shown))
        for name in ended:
            for ending in (_SHEET, _LOCK):
                (self._folder / f"{name}{ending}").unlink(missing_ok=True)

    def _past(self) -> tuple[Sheet, list[str]]:
        found = _read(self._folder / _PAST)
        return found.get("sheet", {}), found.get("folded", [])

    def _names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob(f"*{_LOCK}"))

    def _has_ended(self, name: str) -> bool:
        """Whether nobody holds the lock of that page any more."""
        try:
            descriptor = os.open(self._folder / f"{name}{_LOCK}", os.O_RDONLY)
        except OSError:
            return True
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return False
        finally:
            os.close(descriptor)
        return True

    def _path(self, ending: str) -> Path:
        return self._folder / f"{self._name}{ending}"

    @contextmanager
    def _alone(self, how: int) -> Iterator[None]:
        """While nobody adds up, or nobody reads."""
        with (self._folder / "folder").open("a") as file:
            fcntl.flock(file, how)
            yield


def _page(path: Path) -> CounterPage:
    found = _read(path)
    return CounterPage(found.get("sheet", {}), found.get("gauges", {}))


def _read(path: Path) -> dict[str, Any]:
    """What is in the file; nothing if it is not there yet, or was damaged from outside."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _replace(path: Path, text: str) -> None:
    """Never shows half of it; it need not survive a power cut, so nothing waits for the disk."""
    aside = path.with_suffix(".new")
    aside.write_text(text)
    aside.replace(path)
