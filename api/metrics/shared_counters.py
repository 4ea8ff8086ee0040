"""The counters of all processes that share a data folder.

Each process writes its rows to a file of its own, twice a second, and holds a lock on it
that is released when the process ends. The total is the sum of all files. When a process
starts, the rows of those that have ended are merged into one file, so that no counter ever
decreases, not even after a restart, and the folder stays small.
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

from api.metrics.counters import CounterRows, sum_rows

_PAST = "past.json"
_ROWS, _LOCK = ".json", ".lock"


@dataclass(frozen=True, slots=True)
class CounterSnapshot:
    """What one process writes: its rows, and its gauges, which go up and down."""

    rows: CounterRows = field(default_factory=dict)
    gauges: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CounterTotal:
    """The sum of all rows, and of the gauges of the processes that are running."""

    rows: CounterRows
    processes: int
    gauges: dict[str, float]


class SharedCounters:
    """The folder with the files of all processes, and this process's file in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._lock: int | None = None

    def open(self) -> None:
        """Creates and locks this process's file, and merges those of ended ones. Raises OSError."""
        self._folder.mkdir(0o700, parents=True, exist_ok=True)
        with self._lock_folder(fcntl.LOCK_EX):
            self._lock = os.open(self._path(_LOCK), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._lock, fcntl.LOCK_EX)
            self._merge_ended()

    def write(self, snapshot: CounterSnapshot) -> None:
        """Writes this process's file, atomically. Raises OSError."""
        if self._lock is not None:
            content = {"sheet": snapshot.rows, "gauges": snapshot.gauges}
            _replace(self._path(_ROWS), json.dumps(content))

    def total(self, own: CounterSnapshot) -> CounterTotal:
        """All that was counted: by this process up to now, by others up to their last write.

        Raises OSError if the folder cannot be read.
        """
        with self._lock_folder(fcntl.LOCK_SH):
            past, merged = self._past()
            names = [name for name in self._names() if name not in {self._name, *merged}]
            others = {name: _snapshot(self._folder / f"{name}{_ROWS}") for name in names}
            running = [each for name, each in others.items() if not self._has_ended(name)]
        return CounterTotal(
            sum_rows(past, *(each.rows for each in others.values()), own.rows),
            processes=1 + len(running),
            gauges={
                name: value + sum(each.gauges.get(name, 0) for each in running)
                for name, value in own.gauges.items()
            },
        )

    def close(self, snapshot: CounterSnapshot) -> None:
        """Writes the last numbers and unlocks the file; the next process to start merges it."""
        if self._lock is not None:
            with suppress(OSError):
                self.write(snapshot)
            os.close(self._lock)
            self._lock = None

    def _merge_ended(self) -> None:
        past, merged = self._past()
        ended = [name for name in self._names() if name != self._name and self._has_ended(name)]
        new = [_snapshot(self._folder / f"{n}{_ROWS}").rows for n in ended if n not in merged]
        # If the process is killed after this line, the files remain, but are listed as merged.
        content = {"sheet": sum_rows(past, *new), "folded": ended}
        _replace(self._folder / _PAST, json.dumps(content))
        for name in ended:
            for ending in (_ROWS, _LOCK):
                (self._folder / f"{name}{ending}").unlink(missing_ok=True)

    def _past(self) -> tuple[CounterRows, list[str]]:
        found = _read(self._folder / _PAST)
        return found.get("sheet", {}), found.get("folded", [])

    def _names(self) -> list[str]:
        return sorted(path.stem for path in self._folder.glob(f"*{_LOCK}"))

    def _has_ended(self, name: str) -> bool:
        """Whether the process has released the lock of that file."""
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
    def _lock_folder(self, how: int) -> Iterator[None]:
        """Holds the folder's lock: shared to read, exclusive to merge."""
        with (self._folder / "folder").open("a") as file:
            fcntl.flock(file, how)
            yield


def _snapshot(path: Path) -> CounterSnapshot:
    found = _read(path)
    return CounterSnapshot(found.get("sheet", {}), found.get("gauges", {}))


def _read(path: Path) -> dict[str, Any]:
    """The content of a file; empty if it is missing or damaged."""
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _replace(path: Path, text: str) -> None:
    """Replaces a file atomically. It need not survive a power cut, so there is no fsync."""
    aside = path.with_suffix(".new")
    aside.write_text(text)
    aside.replace(path)
