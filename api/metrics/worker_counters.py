"""What this process has counted, written down for all others to add up."""

import asyncio
import logging
import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

from api.metrics.counters import Traffic
from api.metrics.shared_counters import CounterPage, CounterTotal, SharedCounters

_EVERY_SECONDS = 0.5
MEMORY, KEPT_BYTES = "memory", "kept"
"""The names of gauges: bytes that the process holds, and those of them that are kept answers."""

_LOG = logging.getLogger(__name__)


class WorkerCounters:
    """Writes the counts of a process into the data folder for as long as it serves.

    Counting never fails a request: where the folder cannot be written or read, the process
    knows its own numbers only.
    """

    def __init__(self, data_dir: Path, traffic: Traffic) -> None:
        self._ledger = SharedCounters(data_dir / "metrics")
        self._traffic = traffic
        self._gauges: dict[str, Callable[[], float]] = {MEMORY: resident_bytes}
        self._written = -1

    def watch(self, name: str, gauge: Callable[[], float]) -> None:
        """Has a number that goes up and down written down too."""
        self._gauges[name] = gauge

    def open(self) -> None:
        """Takes this process's place among the others."""
        try:
            self._ledger.open()
        except OSError as error:
            _LOG.warning("requests are counted for this process alone: %s", error.strerror)

    async def run(self) -> None:
        """Writes what has changed, twice a second."""
        while True:
            await asyncio.sleep(_EVERY_SECONDS)
            if self._traffic.requests != self._written:
                await asyncio.to_thread(self._write)

    def close(self) -> None:
        """Writes the last numbers."""
        self._ledger.close(self._page())

    def total(self) -> CounterTotal:
        """The numbers of all processes over this data folder."""
        own = self._page()
        try:
            return self._ledger.total(own)
        except OSError:
            return CounterTotal(own.sheet, processes=1, gauges=own.gauges)

    def _write(self) -> None:
        requests = self._traffic.requests
        try:
            self._ledger.write(self._page())
        except OSError as error:
            _LOG.debug("the counts cannot be written: %s", error.strerror)
        self._written = requests

    def _page(self) -> CounterPage:
        sheet = self._traffic.counts.copy(
            requests=self._traffic.requests, cpu_seconds=time.process_time()
        )
        return CounterPage(sheet, {name: gauge() for name, gauge in self._gauges.items()})


def resident_bytes() -> float:
    """The memory that this process holds; the most that it ever held where that is all one knows.

    `/proc/self/statm` as in proc(5); `ru_maxrss` is in bytes on macOS, in KiB elsewhere.
    """
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
    return pages * os.sysconf("SC_PAGE_SIZE")
