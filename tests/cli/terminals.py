"""Runs a command the way a person does: in a terminal of its own, or in a pipe."""

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = [sys.executable, "-m", "cli", "run", "--"]
PATIENCE = 120.0


def environment(folder: Path, **more: str) -> dict[str, str]:
    """An environment without a corpus and without a server."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FIXBOOK_")}
    none = str(folder / "none")
    return {**clean, "PYTHONPATH": str(ROOT), "FIXBOOK_DATA_DIR": none, "TERM": "dumb", **more}


Result = tuple[int, bytes, bytes]
"""Exit status (negative: a signal), standard output, standard error."""


def in_pipes(
    command: Sequence[str],
    *,
    folder: Path,
    stdin: bytes = b"",
    env: Mapping[str, str] | None = None,
) -> Result:
    """A command whose streams are pipes."""
    ended = subprocess.run(
        command, cwd=folder, input=stdin, capture_output=True, timeout=PATIENCE, check=False,
        env=env or environment(folder),
    )  # fmt: skip
    return ended.returncode, ended.stdout, ended.stderr


def in_terminal(
    command: list[str], *, folder: Path, typed: Sequence[tuple[bytes, bytes]] = ()
) -> tuple[int, bytes]:
    """A command in a terminal: its exit status, and what the screen was sent.

    Each of `typed` is what to wait for on the screen, and what is typed then.
    """
    pid, screen = pty.fork()
    if not pid:
        os.chdir(folder)
        os.execve(command[0], command, environment(folder))  # noqa: S606 - what is tested
    fcntl.ioctl(screen, termios.TIOCSWINSZ, struct.pack("HHHH", 33, 101, 0, 0))
    seen, waiting, read_to = b"", list(typed), 0
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if waiting and waiting[0][0] in seen[read_to:]:
            read_to = len(seen)
            os.write(screen, waiting.pop(0)[1])
        if not select.select([screen], [], [], 0.05)[0]:
            continue
        try:
            chunk = os.read(screen, 65536)
        except OSError:
            break
        if not chunk:
            break
        seen += chunk
    else:
        os.kill(pid, signal.SIGKILL)
        raise AssertionError(f"no end after {seen!r}")
    os.close(screen)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), seen
