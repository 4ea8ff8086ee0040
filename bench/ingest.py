"""Ingest as a whole process: the first time, unchanged, and how soon a server answers."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from bench.corpora import corpus, generated
from bench.machine import table

PORT = 18_211
_RUNS = 3
_HEAD = ("engine", "files", "first ingest", "files/s", "peak memory", "unchanged", "answers in")
_FIXBOOK = str(Path(sys.executable).with_name("fixbook"))


def measure() -> None:
    """Prints the table."""
    rows = []
    for engine in ("whoosh", "tantivy"):
        with tempfile.TemporaryDirectory() as folder:
            rows.append(_row(engine, Path(folder), corpus(Path(folder) / "content")))
    table("Ingest and start, whole processes", _HEAD, rows)


def measure_large() -> None:
    """Prints the same for 10,000 articles of 4 KB."""
    rows = []
    with tempfile.TemporaryDirectory() as content:
        source = generated(Path(content), articles=10_000, paragraphs=12)
        for engine in ("whoosh", "tantivy"):
            with tempfile.TemporaryDirectory() as folder:
                rows.append(_row(engine, Path(folder), source))
    table("10,000 articles of 4 KB", _HEAD, rows)


def _row(engine: str, folder: Path, source: Path) -> tuple[str, ...]:
    files = sum(1 for _ in source.rglob("*.md"))
    environment = _environment(engine, folder)
    first, memory = _ingest(source, environment)
    again = statistics.median(_ingest(source, environment)[0] for _ in range(_RUNS))
    answers = statistics.median(_time_to_answer(environment) for _ in range(_RUNS))
    return (
        engine,
        str(files),
        f"{first:.2f} s",
        f"{files / first:.0f}",
        f"{memory:.0f} MB",
        f"{again:.2f} s",
        f"{answers:.2f} s",
    )


def _environment(engine: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "FIXBOOK_DATA_DIR": str(folder / "data"),
        "FIXBOOK_SEARCH_URL": engine,
        "FIXBOOK_PORT": str(PORT),
        "FIXBOOK_LOG_LEVEL": "warning",
    }


def _ingest(source: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds of wall-clock time, and the peak memory of the largest process in MB."""
    started = time.monotonic()
    process = subprocess.Popen(
        [_FIXBOOK, "ingest", str(source)], env=environment, stdout=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"bench: ingest ended with {process.returncode}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def _time_to_answer(environment: dict[str, str]) -> float:
    """Seconds from the start of `fixbook serve --no-ingest` to its first answer."""
    started = time.monotonic()
    server = subprocess.Popen([_FIXBOOK, "serve", "--no-ingest"], env=environment)
    try:
        wait_until_ready(f"http://127.0.0.1:{PORT}/readyz")
        return time.monotonic() - started
    finally:
        server.terminate()
        server.wait()


def wait_until_ready(url: str, seconds: float = 30.0) -> None:
    """Returns when the URL answers with success."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.01)
    sys.exit(f"bench: {url} did not answer")
