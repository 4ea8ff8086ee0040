"""A session: commands run one after the other in one sandbox, each watched.

The shell in the sandbox reads its commands from a pipe and answers each with its exit
status on standard output. What commands print, on either stream, comes out on standard
error, in the order in which a terminal would show it.
"""

import os
import selectors
import time
from dataclasses import dataclass
from typing import IO

from verify.limits import Limits
from verify.processes import resident
from verify.sandbox import SandboxMissing, Shell

_LOOK = 0.1
"""Seconds between two looks at the clock and at the memory of a run."""
_CHUNK = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What became of a command."""

    status: int | None
    """Its exit status; None if it was ended, and everything in the sandbox with it."""
    seconds: float
    output: str
    limit: str | None = None
    """What ended it: `time`, `memory`, `output`; or `shell`, if the shell itself is gone."""


class Session:
    """The shell of one run. After a limit it is of no use: whoever made it ends it."""

    def __init__(self, shell: Shell, limits: Limits) -> None:
        """Raises SandboxMissing if limits cannot be set: without them nothing must run."""
        self._shell = shell
        self._limits = limits
        told = self._ask(f"{limits.prelude()}echo $?\n", seconds=limits.step_seconds)
        if told.status != 0:
            raise SandboxMissing(f"the sandbox does not start: {told.output.strip()}")

    def run(self, command: str, *, seconds: float) -> Ran:
        """Runs a command in a child of the shell; what it leaves running stays until the end."""
        return self._ask(f"( {command}\n) </dev/null >&2\necho $?\n", seconds=seconds)

    def _ask(self, script: str, *, seconds: float) -> Ran:
        began = time.monotonic()
        talk = _Talk(self._shell, script, self._limits)
        limit = None
        while not talk.answered and limit is None:
            limit = talk.go_on()
            if limit is None and time.monotonic() - began > seconds:
                limit = "time"
        return Ran(
            status=talk.status if limit is None else None,
            seconds=time.monotonic() - began,
            output=talk.output(),
            limit=limit,
        )


class _Talk:
    """One question to the shell, one answer, and what is printed meanwhile."""

    def __init__(self, shell: Shell, script: str, limits: Limits) -> None:
        self._pid = shell.pid
        self._limits = limits
        self._commands, self._answers, self._printed = map(
            _descriptor, (shell.stdin, shell.stdout, shell.stderr)
        )
        self._unsent = script.encode("utf-8", "surrogateescape")
        self._answer = b""
        self._head = bytearray()
        self._tail = bytearray()
        self._amount = 0
        self._looked = time.monotonic()

    @property
    def answered(self) -> bool:
        return self._answer.endswith(b"\n")

    @property
    def status(self) -> int:
        return int(self._answer)

    def go_on(self) -> str | None:
        """Waits for something to happen, for a moment; says which limit was hit, if any."""
        for descriptor in self._ready():
            if descriptor == self._commands:
                self._send()
            elif descriptor == self._printed:
                self._take()
            elif not self._hear():
                self._drain()
                return "shell"
        if self._amount > self._limits.output:
            return "output"
        return "memory" if self._is_too_large() else None

    def output(self) -> str:
        """What was printed so far, shortened in the middle."""
        self._drain()
        gap = self._amount - len(self._head) - len(self._tail)
        middle = b"\n[...]\n" if gap > 0 else b""
        return (bytes(self._head) + middle + bytes(self._tail)).decode(errors="replace")

    def _ready(self) -> list[int]:
        with selectors.DefaultSelector() as selector:
            selector.register(self._answers, selectors.EVENT_READ)
            selector.register(self._printed, selectors.EVENT_READ)
            if self._unsent:
                selector.register(self._commands, selectors.EVENT_WRITE)
            return [key.fd for key, _ in selector.select(_LOOK)]

    def _send(self) -> None:
        try:
            sent = os.write(self._commands, self._unsent)
        except BlockingIOError:
            sent = 0
        except BrokenPipeError:
            sent = len(self._unsent)  # its end is heard on the other pipe
        self._unsent = self._unsent[sent:]

    def _hear(self) -> bool:
        """Reads the answer; False if there will be none."""
        heard = os.read(self._answers, _CHUNK)
        self._answer += heard
        return bool(heard)

    def _take(self) -> bool:
        """Reads what was printed; False if that was all for now."""
        try:
            chunk = os.read(self._printed, _CHUNK)
        except BlockingIOError:
            return False
        self._amount += len(chunk)
        room = self._limits.kept // 3 - len(self._head)
        self._head += chunk[: max(room, 0)]
        self._tail += chunk[max(room, 0) :]
        del self._tail[: -(self._limits.kept - self._limits.kept // 3)]
        return bool(chunk)

    def _drain(self) -> None:
        while self._amount <= self._limits.output and self._take():
            pass

    def _is_too_large(self) -> bool:
        now = time.monotonic()
        if now - self._looked < _LOOK:
            return False
        self._looked = now
        return resident(self._pid) > self._limits.memory


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError("the shell was started without pipes")
    os.set_blocking(pipe.fileno(), False)
    return pipe.fileno()
