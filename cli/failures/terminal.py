"""A pseudo-terminal between a command and the terminal that it was started in.

Where the command also reads from the terminal, it gets a session of its own on the
pseudo-terminal, so that keys, job control and full-screen programs work. The leader of that
session is a monitor process, because the command must be stoppable (Ctrl-Z), and its background
children must survive it: both need a living parent in the session.
"""

import fcntl
import os
import signal
import termios
import tty
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

_OUTPUT_FLAGS = 1
"""Where `termios.tcgetattr` has the flags of output."""


class PseudoTerminal:
    """A pseudo-terminal with size and settings of the real one."""

    def __init__(self, real: int, *, is_session: bool) -> None:
        self.is_session = is_session
        self._real = real
        self.master, self.slave = os.openpty()
        self.resize()
        self._settings = termios.tcgetattr(real)
        copied = termios.tcgetattr(real)
        if not is_session:  # the real one turns \n into \r\n, once
            copied[_OUTPUT_FLAGS] &= ~termios.OPOST
        termios.tcsetattr(self.slave, termios.TCSANOW, copied)

    def resize(self) -> None:
        """Takes the size of the real one, about which the kernel tells the command."""
        with suppress(OSError, termios.error):
            termios.tcsetwinsize(self.master, termios.tcgetwinsize(self._real))

    def take_over(self) -> None:
        """Makes the real one pass on every byte."""
        if self.is_session:
            tty.setraw(self._real, termios.TCSADRAIN)

    def give_back(self) -> None:
        """Restores the real one, with what the command has set."""
        if self.is_session:
            with suppress(termios.error):
                termios.tcsetattr(self._real, termios.TCSADRAIN, termios.tcgetattr(self.master))


class TerminalSession:
    """A command in a session of its own, watched over by the monitor."""

    def __init__(self, terminal: PseudoTerminal, become: Callable[[], NoReturn]) -> None:
        self._statuses, theirs = os.pipe()
        alive, self._alive = os.pipe()  # closed with the last of our processes
        if not os.fork():
            _monitor(terminal.slave, become, statuses=theirs, alive=alive)
        os.close(theirs)
        os.close(alive)
        self.pid = int.from_bytes(os.read(self._statuses, 4), "big")
        os.set_blocking(self._statuses, False)

    def poll(self) -> int | None:
        """The status with which the command has stopped or ended, if it has."""
        try:
            status = os.read(self._statuses, 4)
        except BlockingIOError:
            return None
        return int.from_bytes(status, "big") if status else int(signal.SIGKILL)

    def resume(self) -> None:
        """Continues the command after a stop."""
        with suppress(OSError):
            os.killpg(self.pid, signal.SIGCONT)


def is_foreground() -> bool:
    """Whether standard input is our terminal, and keys typed there are for us."""
    try:
        return os.tcgetpgrp(0) == os.getpgrp()
    except OSError:
        return False


def _monitor(slave: int, become: Callable[[], NoReturn], *, statuses: int, alive: int) -> NoReturn:
    """Starts the command as the foreground of a new session, and reports how it fares."""
    parent = os.getppid()
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    if not (child := os.fork()):
        os.setpgid(0, 0)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
        os.tcsetpgrp(slave, os.getpid())
        become()
    os.write(statuses, child.to_bytes(4, "big"))
    for start, end in ((0, min(statuses, alive)), (min(statuses, alive) + 1, max(statuses, alive))):
        os.closerange(start, end)
    os.closerange(max(statuses, alive) + 1, 256)
    stopped = True
    while stopped:
        _, status = os.waitpid(child, os.WUNTRACED)
        stopped = os.WIFSTOPPED(status)
        with suppress(OSError):
            os.write(statuses, status.to_bytes(4, "big"))
            os.kill(parent, signal.SIGCHLD)
    os.read(alive, 1)
    os._exit(0)
