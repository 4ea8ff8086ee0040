"""`fixbook serve` as people start it, on a free port over content of its own."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

_FIXBOOK = Path(sys.executable).with_name("fixbook")
_PATIENCE = 240.0
"""Seconds for the ingest and the start."""


@contextmanager
def served(content: Path, data: Path) -> Iterator[str]:
    """The URL of a server over `content` that runs until the block ends; `data` is its own."""
    url = f"http://127.0.0.1:{free_port()}"
    data.mkdir(parents=True, exist_ok=True)
    with (data / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [_FIXBOOK, "serve", "--port", url.rpartition(":")[2]],
            env={
                **{k: v for k, v in os.environ.items() if not k.startswith("FIXBOOK_")},
                "FIXBOOK_CONTENT_DIR": str(content),
                "FIXBOOK_DATA_DIR": str(data),
                "FIXBOOK_RATE_LIMIT": "off",  # tests ask a lot
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(server, url, log=data / "server.log")
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)


def _wait(server: "subprocess.Popen[bytes]", url: str, *, log: Path) -> None:
    """Until it is ready; raises AssertionError with the server's own words if it is not."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError(f"no server at {url}:\n{log.read_text('utf-8', 'replace')[-2000:]}")
