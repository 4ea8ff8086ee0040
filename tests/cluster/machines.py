"""A machine that serves: a process with a data folder of its own, which may be killed."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.api.process import ROOT, wait_for_answer
from tests.ports import free_port

PATIENCE = 120.0
"""Seconds, on two cores that run all machines of a cluster and the load."""


class Machine:
    """`fixbook serve` on a port that stays the same from one start to the next."""

    def __init__(self, *, env: Mapping[str, str], log: Path) -> None:
        self.port = free_port()
        self._env = env
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, program: Path = ROOT) -> None:
        """Starts it, perhaps another version of the program, and waits until it answers."""
        command = [sys.executable, "-m", "cli", "serve", "--no-ingest", "--port", str(self.port)]
        env = {**self._env, "PYTHONPATH": str(program)}
        with self._log.open("ab") as output:
            self._process = subprocess.Popen(
                command, env=env, stdout=output, stderr=output, cwd=self._log.parent
            )
        wait_for_answer(self.port, self._process, self._log, patience=PATIENCE)

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends it as an administrator does: what has begun is finished."""
        self._end(signal.SIGTERM)

    def answered(self) -> int:
        """How many requests for the API its access log tells of."""
        return self._log.read_text().count(" GET /api/v1/")

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE)


def ingest(env: Mapping[str, str]) -> None:
    """`fixbook ingest`, which must be good."""
    command = [sys.executable, "-m", "cli", "ingest"]
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def ask(
    port: int, target: str, *, source: str = "127.0.0.1", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own, from an address of this machine."""
    connection = http.client.HTTPConnection(
        "127.0.0.1", port, timeout=PATIENCE, source_address=(source, 0)
    )
    try:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", target, headers=named)
        answer = connection.getresponse()
        fields = {name.lower(): value for name, value in answer.getheaders()}
        return answer.status, fields, answer.read()
    finally:
        connection.close()
