"""A service that faults happen to: a real server over real files, and what it wrote in its log."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.settings import Settings
from tests.api.process import PATIENCE, edition, environment, get, wait_for_answer
from tests.conftest import write_files
from tests.faults.reader import Reader, leaks, until
from tests.ports import free_port


@dataclass(frozen=True)
class Service:
    """`fixbook serve` over the articles of an edition."""

    settings: Settings
    port: int
    env: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes]

    def reader(self, *secrets: object, key: str = "") -> Reader:
        """Somebody who asks it, and is not to be shown these secrets."""
        return Reader(self.port, self.log.parent, *secrets, key=key)

    def publish(self, number: int) -> None:
        """Publishes an edition, from another process."""
        write_files(self.settings.content_dir, edition(number))
        done = run("ingest", env=self.env)
        assert done.returncode == 0, done.stderr

    def index(self) -> Path:
        """The folder of the index that is served, as soon as it is there."""
        body = json.loads(get(self.port, "/api/v1/stats")[2])
        number = body["data"]["generation"]["number"]
        engine = self.env.get("FIXBOOK_SEARCH_URL", "whoosh")
        pattern = f"{engine}-{number:08}-????????/seal.json"
        until(lambda: any(self.settings.index_dir.glob(pattern)))
        (seal,) = self.settings.index_dir.glob(pattern)
        return seal.parent

    def workers(self) -> list[int]:
        """The processes that answer, if there are several."""
        main = self.process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        lines = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
        return sorted(pid for pid, line in lines.items() if b"spawn_main" in line)


def run(*command: str, env: Mapping[str, str]) -> "subprocess.CompletedProcess[str]":
    """`fixbook` with these arguments, to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *command],
        env=env, capture_output=True, text=True, timeout=2 * PATIENCE, check=False,
    )  # fmt: skip


@contextmanager
def serving(
    settings: Settings, *arguments: str, ingest: bool = True, **more: str
) -> Iterator[Service]:
    """The service, until it is stopped; then it is seen that its log gives nothing away."""
    folder = settings.data_dir.parent
    env = environment(settings, **more)
    if ingest:
        write_files(settings.content_dir, edition(1))
        done = run("ingest", env=env)
        assert done.returncode == 0, done.stderr
    port, log = free_port(), folder / "log.txt"
    command = [sys.executable, "-m", "cli", "serve", "--no-ingest", "--port", str(port)]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*command, *arguments], env=env, stdout=output, stderr=output, cwd=folder
        )
    try:
        wait_for_answer(port, process, log)
        yield Service(settings, port, env, log, process)
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) in (0, -signal.SIGTERM), log.read_text()
        assert leaks(log.read_text(), folder) == []
    finally:
        _end(process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Ends a process and those that it started."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    started = children.read_text().split() if children.exists() else []
    process.kill()
    process.wait()
    for pid in map(int, started):
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            time.sleep(0)
