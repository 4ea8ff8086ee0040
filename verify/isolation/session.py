"""A session: commands that run one after the other in one sandbox, monitored.

The shell in the sandbox reads its commands from a socket and answers each there with a
number used once and the exit status. What commands print, on either stream, comes out on
standard error, in the order in which a terminal would show it. Any other answer than the
one that is due says that a step meddled, and ends the run.
"""

import os
import re
import secrets
import selectors
import time
from dataclasses import dataclass, field
from typing import IO

from verify.isolation.processes import descendants, usage
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import SandboxMissing, Shell
from verify.isolation.tracer import Trace

_LOOK = 0.1
"""Seconds between two checks of a run's resources."""
_CHUNK = 65_536
_LONGEST_ANSWER = 64
_STARTING_SECONDS = 60.0
"""How long a sandbox may take to start: it has a low priority, even on a busy machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """The result of a command."""

    status: int | None
    """Its exit status; None if it was ended, and everything in the sandbox with it."""
    seconds: float
    output: str
    limit: str | None = None
    """What ended it: `time`, `memory`, `files`, `output`; `answer`, if something else than the
    shell answered; or `shell`, if the shell itself is gone."""
    trace: Trace = field(default_factory=Trace)
    """What it executed and wrote; nothing without a sandbox."""


class Session:
    """The shell of one run. After a limit it is of no use: whoever made it ends it."""

    def __init__(self, shell: Shell, limits: ResourceLimits) -> None:
        """Raises SandboxMissing if limits cannot be set: without them nothing must run."""
        self._shell = shell
        self._limits = limits
        told = self._ask(limits.prelude(), seconds=_STARTING_SECONDS, watched=False)
        if told.status != 0:
            raise SandboxMissing(
                f"the sandbox does not start ({told.limit or told.status}): {told.output.strip()}"
            )
        if shell.group is not None:  # so far there is only the shell, which waits
            shell.group.add([shell.process.pid, *descendants(shell.process.pid)])

    def run(self, command: str, *, seconds: float) -> Execution:
        """Runs a command in a child of the shell; its background processes stay until the end."""
        return self._ask(f"( {command}\n) </dev/null >&2\n", seconds=seconds)

    def _ask(self, script: str, *, seconds: float, watched: bool = True) -> Execution:
        """Asks the shell. While the sandbox is being made (not `watched`) what it holds says
        nothing: its first process may still see the files of this machine.
        """
        began = time.monotonic()
        self._trace()  # what ran before is not this command's
        talk = _Talk(self._shell, script, self._limits, watched=watched)
        limit = None
        while not talk.answered and limit is None:
            limit = talk.go_on()
            if limit is None and time.monotonic() - began > seconds:
                limit = "time"
        output = talk.output()
        limit = limit or talk.last_look()
        return Execution(
            status=talk.status if limit is None else None,
            seconds=time.monotonic() - began,
            output=output,
            limit=limit,
            trace=self._trace(),
        )

    def _trace(self) -> Trace:
        """What was executed and written since the last call."""
        tracer = self._shell.tracer
        return tracer.take() if tracer is not None else Trace()


class _Talk:
    """One request to the shell, its answer, and the output meanwhile."""

    def __init__(self, shell: Shell, script: str, limits: ResourceLimits, *, watched: bool) -> None:
        self._shell = shell
        self._limits = limits
        self._watched = watched
        self._printed = _descriptor(shell.process.stderr)
        shell.control.setblocking(False)
        nonce = secrets.token_hex(16)
        self._unsent = f"{script}echo {nonce} $?\n".encode("utf-8", "surrogateescape")
        self._expected = re.compile(rb"%b (\d{1,3})\n" % nonce.encode())
        self._answer = b""
        self._head = bytearray()
        self._tail = bytearray()
        self._amount = 0
        self._looked = time.monotonic()

    @property
    def answered(self) -> bool:
        return b"\n" in self._answer or len(self._answer) > _LONGEST_ANSWER

    @property
    def status(self) -> int | None:
        """The exit status; None if that is not what was answered, and nothing else."""
        found = self._expected.fullmatch(self._answer)
        status = int(found[1]) if found else None
        return status if status is not None and status < 256 else None

    def go_on(self) -> str | None:
        """Waits briefly for an event; returns the limit that was hit, if any."""
        for ready, events in self._ready():
            if ready == self._printed:
                self._take()
            elif events & selectors.EVENT_READ and not self._hear():
                self._drain()
                return self._why_gone()
            elif events & selectors.EVENT_WRITE:
                self._send()
        if self._amount > self._limits.output:
            return "output"
        is_due = self._watched and time.monotonic() - self._looked > _LOOK
        return self._exceeded() if is_due else None

    def last_look(self) -> str | None:
        """The limit that was hit at the end; or `answer`, if there was no proper one."""
        if self.status is None:
            return "answer"
        return "output" if self._amount > self._limits.output else self._exceeded()

    def output(self) -> str:
        """The output so far, shortened in the middle."""
        self._drain()
        gap = self._amount - len(self._head) - len(self._tail)
        middle = b"\n[...]\n" if gap > 0 else b""
        return (bytes(self._head) + middle + bytes(self._tail)).decode(errors="replace")

    def _ready(self) -> list[tuple[int, int]]:
        control = selectors.EVENT_READ | (selectors.EVENT_WRITE if self._unsent else 0)
        with selectors.DefaultSelector() as selector:
            selector.register(self._shell.control, control)
            selector.register(self._printed, selectors.EVENT_READ)
            return [(key.fd, events) for key, events in selector.select(_LOOK)]

    def _send(self) -> None:
        try:
            sent = self._shell.control.send(self._unsent)
        except BlockingIOError:
            sent = 0
        except (BrokenPipeError, ConnectionResetError):
            sent = len(self._unsent)  # its end is heard
        self._unsent = self._unsent[sent:]

    def _hear(self) -> bool:
        """Reads the answer; False if there will be none."""
        try:
            heard = self._shell.control.recv(_CHUNK)
        except ConnectionResetError:
            return False
        self._answer += heard
        return bool(heard)

    def _take(self) -> bool:
        """Reads output; False if there is no more for now."""
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

    def _why_gone(self) -> str:
        group = self._shell.group
        return "memory" if group is not None and group.ran_out_of_memory() else "shell"

    def _exceeded(self) -> str | None:
        """The limit that the run exceeds, if any."""
        self._looked = time.monotonic()
        held = usage(self._shell.process.pid, self._shell.first, self._shell.folders)
        if held.memory > self._limits.memory:
            return "memory"
        return "files" if held.inodes > self._limits.inodes else None


def _descriptor(pipe: IO[bytes] | None) -> int:
    if pipe is None:
        raise ValueError("the shell was started without pipes")
    os.set_blocking(pipe.fileno(), False)
    return pipe.fileno()
