"""The servers that are measured, and the machine that they run on."""

import grp
import os
import platform
import pwd
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from starlette.types import Receive, Scope, Send

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[1]
FIXBOOK = str(Path(sys.executable).with_name("fixbook"))
_PACKAGES = ("fastapi", "uvicorn", "uvloop", "SQLAlchemy", "whoosh3", "tantivy", "datasette")
_BARE_BODY = b"x" * int(os.environ.get("BARE_BYTES", "0"))
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
        return sum(map(_memory_mb, _family(self.process)))


@contextmanager
def fixbook(
    environment: Mapping[str, str], *, workers: int = 1, pinned: bool = True
) -> Iterator[Server]:
    """Our own, over what was ingested."""
    port = free_port()
    command = [FIXBOOK, "serve", "--no-ingest", "--port", str(port), "--workers", str(workers)]
    with _running(command, port, "/readyz", environment=environment, pinned=pinned) as server:
        yield server


@contextmanager
def bare(size: int) -> Iterator[Server]:
    """The least that can be done on the server that ours runs on; answers with so many bytes."""
    with uvicorn("bench.servers:bare_app", "/", {"BARE_BYTES": str(size)}) as server:
        yield server


async def bare_app(scope: Scope, _receive: Receive, send: Send) -> None:
    """The least an ASGI application can do: send as many bytes as it is told."""
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"text/plain"), (b"content-length", b"%d" % len(_BARE_BODY))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _BARE_BODY})


@contextmanager
def nginx(files: Path, folder: Path) -> Iterator[Server]:
    """nginx over files; the other folder is for what it writes."""
    port = free_port()
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
def uvicorn(app: str, ready: str, environment: Mapping[str, str]) -> Iterator[Server]:
    """An ASGI application, by its address as uvicorn has it."""
    port = free_port()
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
            [*(on_core(0) if pinned else ()), *command],
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


def _family(process: int) -> list[int]:
    """A process and its children."""
    file = Path(f"/proc/{process}/task/{process}/children")
    return [process, *map(int, file.read_text().split())]


def describe() -> str:
    """Machine and versions, in one sentence."""
    packages = ", ".join(f"{package} {version(package)}" for package in _PACKAGES)
    return (
        f"{_processor()}, {len(_cores())} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {packages}, {_version('nginx', '-v')}, "
        f"{_version('wrk', '-v')}"
    )


def on_core(number: int) -> tuple[str, ...]:
    """What to put before a command so that it runs on one core; nothing where there is one."""
    cores = _cores()
    if len(cores) < 2 or shutil.which("taskset") is None:
        return ()
    return ("taskset", "-c", str(cores[number % len(cores)]))


def _memory_mb(process: int) -> float:
    """What a process holds, in MB; of memory that several share, its share (PSS)."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"process {process} does not say what it holds")


def size_mb(path: Path) -> float:
    """What a file takes on disk, or all files under a folder, in MB."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def _cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


def _processor() -> str:
    """The name of the processor, as far as the system tells it."""
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _version(program: str, option: str) -> str:
    if shutil.which(program) is None:
        return f"no {program}"
    ran = subprocess.run([program, option], capture_output=True, text=True, check=False)
    first = (ran.stdout + ran.stderr).splitlines()[0]
    return first.removeprefix("nginx version: ").replace("/", " ").partition(" [")[0]
