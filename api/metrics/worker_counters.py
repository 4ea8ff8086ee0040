"""Publishes this process's counters, so that every process can report the total."""

import asyncio
import logging
import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from api.metrics.counters import Counters
from api.metrics.shared_counters import CounterSnapshot, CounterTotal, SharedCounters

_EVERY_SECONDS = 0.5
MEMORY, CACHE_BYTES = "memory", "kept"
"""The names of gauges: bytes of memory of the process, and of its response cache."""

_LOG = logging.getLogger(__name__)


class WorkerCounters:
    """Writes the counters of a process into the data folder for as long as it serves.

    Counting never fails a request: if the folder cannot be used, the process reports only its
    own numbers.
    """

    def __init__(self, data_dir: Path, counters: Counters) -> None:
        self._shared = SharedCounters(data_dir / "metrics")
        self._counters = counters
        self._gauges: dict[str, Callable[[], float]] = {MEMORY: resident_bytes}
        self._written = -1

    def watch(self, name: str, gauge: Callable[[], float]) -> None:
        """Adds a gauge."""
        self._gauges[name] = gauge

    def open(self) -> None:
        """Registers this process among the others."""
        try:
            self._shared.open()
        except OSError as error:
            _LOG.warning("metrics cover only this process: %s", error.strerror)

    async def run(self) -> None:
        """Writes the numbers twice a second, if they have changed."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            if self._counters.requests != self._written:
                await asyncio.to_thread(self._write)

    def close(self) -> None:
        """Writes the last numbers."""
        self._shared.close(self._snapshot())

    def total(self) -> CounterTotal:
        """The numbers of all processes that share this data folder."""
        own = self._snapshot()
        try:
            return self._shared.total(own)
        except OSError:
            return CounterTotal(own.rows, processes=1, gauges=own.gauges)

    def _write(self) -> None:
        requests = self._counters.requests
        try:
            self._shared.write(self._snapshot())
        except OSError as error:
            _LOG.debug("the metrics cannot be written: %s", error.strerror)
        self._written = requests

    def _snapshot(self) -> CounterSnapshot:
        gauges = {name: gauge() for name, gauge in self._gauges.items()}
        return CounterSnapshot(self._counters.copy(), gauges)


def resident_bytes() -> float:
    """The memory of this process; its peak on systems that report only that.

    `/proc/self/statm` as in proc(5); `ru_maxrss` is in bytes on macOS, in KiB elsewhere.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return pages * os.sysconf("SC_PAGE_SIZE")
