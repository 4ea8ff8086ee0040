"""Stopping: what has begun is finished, what waits is let go, and then the process ends."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.process import PATH, PATIENCE, edition, environment, wait_for_answer
from tests.conftest import Ingested
from tests.ports import free_port

pytestmark = pytest.mark.slow

SLOW = b'{"text": "connect ECONNREFUSED 127.0.0.1:3000"}'


@contextmanager
def started(
    settings: Settings, log: Path, workers: int
) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A server that the test stops."""
    port = free_port()
    command = [sys.executable, "-m", "cli", "serve", "--no-ingest", "--port", str(port),
               "--workers", str(workers)]  # fmt: skip
    with log.open("wb") as output:
        server = subprocess.Popen(
            command, env=environment(settings), stdout=output, stderr=output, cwd=log.parent
        )
        try:
            wait_for_answer(port, server, log)
            yield port, server
        finally:
            server.kill()
            server.wait()


def logged(log: Path, line: str, times: int) -> None:
    """Returns when the log has said it so many times: once by each worker."""
    deadline = time.monotonic() + PATIENCE
    while log.read_text().count(line) < times:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.02)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_slow_request_is_finished_and_idle_connections_are_closed(
    settings: Settings, ingested: Ingested, tmp_path: Path, workers: int
) -> None:
    ingested(edition(1)).close()
    log = tmp_path / "log.txt"
    with started(settings, log, workers) as (port, server):
        logged(log, "Application startup complete", workers)
        with (
            closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)) as idle,
            socket.create_connection(("127.0.0.1", port), PATIENCE) as slow,
        ):
            idle.request("GET", PATH)
            assert idle.getresponse().read()
            head = f"POST /api/v1/diagnose HTTP/1.1\r\nHost: x\r\nContent-Length: {len(SLOW)}"
            slow.sendall(head.encode() + b"\r\n\r\n" + SLOW[:10])
            time.sleep(0.5)
            server.send_signal(signal.SIGTERM)
            assert idle.sock.recv(1) == b""  # closed at once
            logged(log, "Shutting down", workers)
            slow.sendall(SLOW[10:])
            with closing(http.client.HTTPResponse(slow)) as answer:
                answer.begin()
                assert answer.status == 200
                assert json.loads(answer.read())["success"] is True
                assert answer.headers["connection"] == "close"
            assert server.wait(PATIENCE) in (0, -signal.SIGTERM)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), PATIENCE)
    assert " POST /api/v1/diagnose 200 " in log.read_text()


def test_one_that_never_ends_is_cut_off(
    settings: Settings, ingested: Ingested, tmp_path: Path
) -> None:
    ingested(edition(1)).close()
    with (
        started(settings, tmp_path / "log.txt", 1) as (port, server),
        socket.create_connection(("127.0.0.1", port), PATIENCE) as stuck,
    ):
        stuck.sendall(b"POST /api/v1/diagnose HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
        time.sleep(0.5)
        before = time.monotonic()
        server.send_signal(signal.SIGTERM)
        assert server.wait(PATIENCE) in (0, -signal.SIGTERM)
        assert time.monotonic() - before > 5  # it was given time


def workers_of(server: subprocess.Popen[bytes]) -> list[int]:
    """The processes that serve, by what the system says of them."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    return [int(pid) for pid in children if b"spawn_main" in cmdline(int(pid))]


def cmdline(pid: int) -> bytes:
    """Its command line; nothing of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_workers_end_with_their_parent_however_it_ends(
    settings: Settings, ingested: Ingested, tmp_path: Path
) -> None:
    ingested(edition(1)).close()
    log = tmp_path / "log.txt"
    with started(settings, log, 2) as (port, server):
        logged(log, "Application startup complete", 2)
        workers = workers_of(server)
        assert len(workers) == 2
        server.kill()
        server.wait()
        deadline = time.monotonic() + PATIENCE
        while any(map(cmdline, workers)):
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        with socket.socket() as again:
            again.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            again.bind(("127.0.0.1", port))
            again.listen()
