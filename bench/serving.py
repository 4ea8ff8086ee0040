"""Requests per second as ratios to a bare ASGI application that sends as many bytes.

`wrk` makes the load (Debian: `apt-get install wrk`). Runs of both servers alternate, and
the ratio is that of the medians.
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.ingest import wait_until_ready
from bench.machine import table

_ROOT = Path(__file__).resolve().parents[1]
_FIXBOOK_URL, _BARE_URL = "http://127.0.0.1:18212", "http://127.0.0.1:18213"
_ARTICLE = "/api/v1/articles/troubleshoot-mcp-connection-refused-or-timeout-errors"
_ROUNDS = 5
_SECONDS = 2
_REQUESTS: Sequence[tuple[str, str, bool]] = (
    ("article, Markdown", f"{_ARTICLE}?format=markdown", False),
    ("article, JSON", f"{_ARTICLE}?format=json", False),
    ("article, summary", _ARTICLE, False),
    ("article, .md", f"{_ARTICLE}.md", False),
    ("not modified (304)", f"{_ARTICLE}?format=markdown", True),
    ("repeated search", "/api/v1/search?q=ECONNRESET", False),
)


def measure() -> None:
    """Prints the table."""
    if shutil.which("wrk") is None:
        print("\nserving: left out, for `wrk` is not installed (apt-get install wrk)")
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder, _fixbook(Path(folder)):
        for name, path, conditional in _REQUESTS:
            rows.append(_row(name, path, conditional=conditional))
    head = ("request", "bytes", "requests/s", "bare ASGI", "ratio")
    table("Serving, one worker, 16 connections", head, rows)


def _row(name: str, path: str, *, conditional: bool) -> tuple[str, ...]:
    with urllib.request.urlopen(_FIXBOOK_URL + path) as answer:  # noqa: S310 - our own server
        size, etag = len(answer.read()), answer.headers["ETag"]
    headers = ["-H", f"If-None-Match: {etag}"] if conditional else []
    ours, bare = [], []
    with _bare(0 if conditional else size):
        for _ in range(_ROUNDS):
            bare.append(_load(_BARE_URL + "/", []))
            ours.append(_load(_FIXBOOK_URL + path, headers))
    fast, reference = statistics.median(ours), statistics.median(bare)
    return name, str(size), f"{fast:.0f}", f"{reference:.0f}", f"{fast / reference:.2f}"


def _load(url: str, headers: list[str]) -> float:
    command = ["wrk", "-t1", "-c16", f"-d{_SECONDS}", *headers, url]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in output and not headers:
        sys.exit(f"bench: {url} answered with errors")
    match = re.search(r"Requests/sec:\s+([\d.]+)", output)
    return float(match[1]) if match else 0.0


@contextmanager
def _fixbook(folder: Path) -> Iterator[None]:
    environment = {
        **os.environ,
        "FIXBOOK_CONTENT_DIR": str(_ROOT / "content"),
        "FIXBOOK_DATA_DIR": str(folder),
        "FIXBOOK_PORT": _FIXBOOK_URL.rpartition(":")[2],
    }
    command = [str(Path(sys.executable).with_name("fixbook")), "serve"]
    with _running(command, environment, f"{_FIXBOOK_URL}/readyz"):
        yield


@contextmanager
def _bare(size: int) -> Iterator[None]:
    environment = {**os.environ, "BARE_BYTES": str(size)}
    port = _BARE_URL.rpartition(":")[2]
    command = [sys.executable, "-m", "uvicorn", "bench.bare:app", "--port", port]
    command += ["--no-access-log", "--log-level", "warning"]
    with _running(command, environment, _BARE_URL):
        yield


@contextmanager
def _running(command: list[str], environment: dict[str, str], url: str) -> Iterator[None]:
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, cwd=_ROOT)
    try:
        wait_until_ready(url)
        yield
    finally:
        server.terminate()
        server.wait()
