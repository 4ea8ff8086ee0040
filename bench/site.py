"""A corpus on disk with the database and the index that ingest made of it, and how long it took."""

import os
import statistics
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from bench import corpora, servers
from bench.servers import Server

_UNCHANGED_RUNS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What ingest made."""

    articles: int
    engine: str
    content: Path
    data: Path
    seconds: float
    """Of the first ingest, the whole process."""
    peak_mb: float
    """Of the largest of its processes."""
    unchanged_seconds: float
    """Of the same again."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What `fixbook` is told."""
        return _environment(self.engine, self.data)

    @contextmanager
    def serving(self, *, workers: int = 1, pinned: bool = True) -> Iterator[Server]:
        """A server over it."""
        with servers.fixbook(self.environment, workers=workers, pinned=pinned) as server:
            yield server

    @property
    def ingesting(self) -> tuple[str, ...]:
        """The command that makes it what the content now is."""
        return _command(self.content)


class Sites:
    """Makes each site once, in a folder that is removed at the end."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="fixbook-bench-")
        self.folder = Path(self._folder.name)
        self._made: dict[tuple[int, str], Site] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def of(self, articles: int, engine: str = "tantivy") -> Site:
        """The site of so many articles."""
        if (articles, engine) not in self._made:
            self._made[articles, engine] = self.fresh(articles, engine)
        return self._made[articles, engine]

    def fresh(self, articles: int, engine: str = "tantivy", *, name: str = "") -> Site:
        """The same, of its own content; for who wants to change it."""
        content = self.folder / f"content{name}-{articles}"
        if not content.is_dir():
            corpora.fill(content, articles)
        data = self.folder / f"data{name}-{articles}-{engine}"
        environment = _environment(engine, data)
        seconds, peak = _ingest(content, environment)
        again = [_ingest(content, environment)[0] for _ in range(_UNCHANGED_RUNS)]
        return Site(
            articles=articles,
            engine=engine,
            content=content,
            data=data,
            seconds=seconds,
            peak_mb=peak,
            unchanged_seconds=statistics.median(again),
        )


def _environment(engine: str, data: Path) -> Mapping[str, str]:
    return {
        **os.environ,
        "FIXBOOK_DATA_DIR": str(data),
        "FIXBOOK_DATABASE_URL": "",
        "FIXBOOK_SEARCH_URL": engine,
        "FIXBOOK_RATE_LIMIT": "off",
    }


def _command(content: Path) -> tuple[str, ...]:
    return (servers.FIXBOOK, "ingest", str(content))


def _ingest(content: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of wall-clock time, and the peak memory of the largest process in MB."""
    started = time.monotonic()
    process = subprocess.Popen(_command(content), env=environment, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"fixbook ingest ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_maxrss / 1024
