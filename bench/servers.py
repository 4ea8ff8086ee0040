"""The servers that are measured, each from its first answer to its end."""

import grp
import os
import pwd
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from bench import machine

ROOT = Path(__file__).resolve().parents[1]
FIXBOOK = str(Path(sys.executable).with_name("fixbook"))
_PATIENCE = 120.0
"""Seconds until a server must have answered."""
_NGINX = """
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log; user {user} {group};
events {{ worker_connections 1024; }}
http {{
    access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000;
    open_file_cache max=4000; default_type application/octet-stream;
    client_body_temp_path {folder}/a; proxy_temp_path {folder}/b; fastcgi_temp_path {folder}/c;
    uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{ listen 127.0.0.1:{port}; root {files}; }}
}}
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers."""

    url: str
    process: int
    start: float
    """Seconds to its first answer."""

    def get(self, path: str) -> tuple[bytes, str]:
        """The body and the ETag of an answer."""
        with urllib.request.urlopen(self.url + path) as answer:  # noqa: S310 - our own server
            return answer.read(), answer.headers.get("ETag", "")

    def ask(self, path: str, *body: str) -> bytes:
        """The answer to a request with or without a body of JSON."""
        data = body[0].encode() if body and body[0] else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers)  # noqa: S310 - as above
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
            found: bytes = answer.read()
            return found

    @property
    def memory_mb(self) -> float:
        """What its processes hold, in MB."""
        return sum(map(machine.memory_mb, _family(self.process)))


@contextmanager
def fixbook(
    environment: Mapping[str, str], *, workers: int = 1, pinned: bool = True
) -> Iterator[Server]:
    """Our own, over what was ingested."""
    port = _free_port()
    command = [FIXBOOK, "serve", "--no-ingest", "--port", str(port), "--workers", str(workers)]
    with _running(command, port, "/readyz", environment=environment, pinned=pinned) as server:
        yield server


@contextmanager
def bare(size: int) -> Iterator[Server]:
    """The least that can be done on the server that ours runs on; answers with so many bytes."""
    with _uvicorn("bench.bare:app", "/", {"BARE_BYTES": str(size)}) as server:
        yield server


@contextmanager
def datasette(database: Path) -> Iterator[Server]:
    """Datasette over a database."""
    with _uvicorn("bench.rows:app", "/-/versions.json", {"ROWS": str(database)}) as server:
        yield server


@contextmanager
def nginx(files: Path, folder: Path) -> Iterator[Server]:
    """nginx over files; the other folder is for what it writes."""
    port = _free_port()
    owner = pwd.getpwuid(os.getuid())
    folder.mkdir()
    configuration = _NGINX.format(
        folder=folder,
        files=files,
        port=port,
        user=owner.pw_name,
        group=grp.getgrgid(owner.pw_gid).gr_name,
    )
    (folder / "nginx.conf").write_text(configuration)
    command = ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]
    (files / "ready").touch()
    with _running(command, port, "/ready") as server:
        yield server


@contextmanager
def _uvicorn(app: str, ready: str, environment: Mapping[str, str]) -> Iterator[Server]:
    port = _free_port()
    command = [sys.executable, "-m", "uvicorn", app, "--port", str(port)]
    command += ["--no-access-log", "--log-level", "warning"]
    with _running(command, port, ready, environment=environment) as server:
        yield server


@contextmanager
def _running(
    command: Sequence[str],
    port: int,
    ready: str,
    *,
    environment: Mapping[str, str] | None = None,
    pinned: bool = True,
) -> Iterator[Server]:
    """On the first core, if `pinned`; the load is on the second."""
    url = f"http://127.0.0.1:{port}"
    begun = time.monotonic()
    with TemporaryFile() as log:
        started = subprocess.Popen(
            [*(machine.on_core(0) if pinned else ()), *command],
            env={**os.environ, **(environment or {})},
            stdout=subprocess.DEVNULL,
            stderr=log,
            cwd=ROOT,
        )
        try:
            _wait(url + ready, started, log)
            yield Server(url, started.pid, time.monotonic() - begun)
        finally:
            started.terminate()
            started.wait()


def _wait(url: str, started: "subprocess.Popen[bytes]", log: IO[bytes]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline and started.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    log.seek(0)
    raise RuntimeError(f"{url} did not answer: {log.read()[-2_000:].decode()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(process: int) -> list[int]:
    """A process and its children."""
    file = Path(f"/proc/{process}/task/{process}/children")
    return [process, *map(int, file.read_text().split())]
