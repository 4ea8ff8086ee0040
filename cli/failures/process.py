"""Runs a command with its standard streams, signals and exit status as if nobody were watching."""

import errno
import os
import resource
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, NoReturn, Protocol

from cli.failures.streams import Pump, StreamKind, Tail, WrittenFile, kind_of
from cli.failures.terminal import PseudoTerminal, TerminalSession, is_foreground

STDIN, STDOUT, STDERR = 0, 1, 2
_LEFT_ALONE = {
    signal.SIGKILL, signal.SIGSTOP, signal.SIGTTIN, signal.SIGTTOU, signal.SIGSEGV, signal.SIGBUS,
    signal.SIGFPE, signal.SIGILL,
}  # fmt: skip
_HANDLED = signal.valid_signals() - _LEFT_ALONE
_IGNORED_BY_PYTHON = (signal.SIGPIPE, signal.SIGXFSZ)
_NOT_FOUND, _NOT_EXECUTABLE = 127, 126
"""Exit statuses of a shell for a command that cannot be started."""


class CommandResult(NamedTuple):  # dataclasses take longer to import than a command to run
    """How a command ended, as `waitpid` says, and the end of its output."""

    status: int
    output: bytes


class RunningCommand(Protocol):
    """A command that runs."""

    pid: int

    def poll(self) -> int | None:
        """The status with which the command has stopped or ended, if it has."""

    def resume(self) -> None:
        """Continues the command after a stop."""


class Child:
    """A command in our own session and process group: keys and job control reach it as well."""

    def __init__(self, become: Callable[[], NoReturn]) -> None:
        self.pid = os.fork()
        if not self.pid:
            become()

    def poll(self) -> int | None:
        pid, status = os.waitpid(self.pid, os.WNOHANG | os.WUNTRACED)
        return status if pid else None

    def resume(self) -> None:
        """Whoever continues us continues our process group."""


class StandardStreams:
    """What the standard streams of the command are connected to."""

    def __init__(self) -> None:
        self.tail = Tail()
        self.pumps: list[Pump] = []
        self.keyboard: Pump | None = None
        self.replaced: dict[int, int] = {}
        """Standard streams of the command, and what stands in for them."""
        self.closed: set[int] = set()
        self.files: list[WrittenFile] = []
        self.terminal: PseudoTerminal | None = None


def run_watched(command: list[str]) -> CommandResult:
    """Runs a command, and returns when it has ended; its background children may go on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, _HANDLED)
    streams = _standard_streams()
    ended, end = os.pipe()

    def become() -> NoReturn:
        _become(command, streams, mask)

    terminal = streams.terminal
    if terminal:
        terminal.take_over()
    is_session = terminal is not None and terminal.is_session
    running: RunningCommand = (
        TerminalSession(terminal, become) if terminal and is_session else Child(become)
    )
    for stand_in in set(streams.replaced.values()):
        os.close(stand_in)
    for pump in (*streams.pumps, *([streams.keyboard] if streams.keyboard else [])):
        pump.start(ended)
    status = _wait(running, terminal)
    os.close(end)
    for pump in streams.pumps:
        pump.wait()
    _leave_rest_behind(streams.pumps)
    if terminal:
        terminal.give_back()
    output = b"\n".join([*(file.end() for file in streams.files), streams.tail.content()])
    return CommandResult(status, output)


def end_as(status: int) -> NoReturn:
    """Ends this process as the command ended."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        with suppress(OSError, ValueError):
            signal.signal(number, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the command has dumped its own
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {number})
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) % 256)


def _standard_streams() -> StandardStreams:
    """Looks where our standard streams lead, and makes stand-ins for those that are watched."""
    streams = StandardStreams()
    kinds = {number: kind_of(number) for number in (STDIN, STDOUT, STDERR)}
    streams.closed = {number for number, kind in kinds.items() if kind is StreamKind.CLOSED}
    for _ in streams.closed:
        os.open(os.devnull, os.O_RDWR)  # takes its number, so that no pipe gets it
    outputs = [number for number in (STDOUT, STDERR) if kinds[number] is not StreamKind.CLOSED]
    terminals = [number for number in outputs if kinds[number] is StreamKind.TERMINAL]
    if terminals:
        _watch_terminal(streams, terminals, has_keyboard=kinds[STDIN] is StreamKind.TERMINAL)
    for number in outputs:
        if kinds[number] is StreamKind.PIPE:
            _watch_pipe(streams, number)
        elif kinds[number] is StreamKind.DIRECT and not (number == STDERR and _is_same_as_stdout()):
            streams.files.append(WrittenFile(number))
    return streams


def _watch_terminal(streams: StandardStreams, outputs: list[int], *, has_keyboard: bool) -> None:
    is_session = has_keyboard and is_foreground()
    terminal = PseudoTerminal(outputs[0], is_session=is_session)
    streams.terminal = terminal
    streams.replaced |= dict.fromkeys(outputs, terminal.slave)
    streams.pumps.append(Pump(terminal.master, outputs[0], tail=streams.tail, is_terminal=True))
    if is_session:
        streams.replaced[STDIN] = terminal.slave
        streams.keyboard = Pump(STDIN, terminal.master, tail=None)


def _watch_pipe(streams: StandardStreams, number: int) -> None:
    if number == STDERR and STDOUT in streams.replaced and _is_same_as_stdout():
        streams.replaced[STDERR] = streams.replaced[STDOUT]  # in one order, as it was written
        return
    source, streams.replaced[number] = os.pipe()
    streams.pumps.append(Pump(source, number, tail=streams.tail))


def _is_same_as_stdout() -> bool:
    return os.path.sameopenfile(STDOUT, STDERR)


def _become(
    command: list[str], streams: StandardStreams, mask: set[int | signal.Signals]
) -> NoReturn:
    """Replaces this process, which was just forked, by the command."""
    try:
        for number, stand_in in streams.replaced.items():
            os.dup2(stand_in, number)
        for number in streams.closed:
            os.close(number)
        for ignored in _IGNORED_BY_PYTHON:
            signal.signal(ignored, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        _execute(command)
    except OSError as error:
        with suppress(OSError):
            os.write(STDERR, f"fixbook: {command[0]}: {error.strerror}\n".encode())
        os._exit(_NOT_FOUND if isinstance(error, FileNotFoundError) else _NOT_EXECUTABLE)
    finally:
        os._exit(_NOT_EXECUTABLE)


def _execute(command: list[str]) -> None:
    folders = [""] if "/" in command[0] else os.get_exec_path()
    problem: OSError = FileNotFoundError(errno.ENOENT, "command not found")
    for folder in folders:
        path = os.path.join(folder, command[0])  # noqa: PTH118 - pathlib is slow to import
        try:
            os.execv(path, command)  # noqa: S606 - the very point
        except (FileNotFoundError, NotADirectoryError) as error:
            problem = error if folder == "" else problem
        except PermissionError as error:
            problem = error
        except OSError as error:
            if error.errno != errno.ENOEXEC:
                raise
            os.execv("/bin/sh", ["sh", path, *command[1:]])  # noqa: S606 - a script without #!
    raise problem


def _wait(running: RunningCommand, terminal: PseudoTerminal | None) -> int:
    """Passes signals on until the command has ended, and returns its status."""
    is_session = terminal is not None and terminal.is_session
    while True:
        number, is_from_keyboard = _next_signal()
        if number == signal.SIGCHLD:
            status = running.poll()
            if status is not None and not os.WIFSTOPPED(status):
                return status
            if status is not None:
                _stop(running, terminal)
            continue
        if number == signal.SIGWINCH and terminal:
            terminal.resize()
        if is_session or not is_from_keyboard:
            with suppress(OSError):
                os.kill(running.pid, number)


def _next_signal() -> tuple[int, bool]:
    """A signal, and whether the terminal sent it, to the command as well."""
    if sys.platform == "darwin":
        return signal.sigwait(_HANDLED), False
    info = signal.sigwaitinfo(_HANDLED)
    return info.si_signo, info.si_code > 0


def _stop(running: RunningCommand, terminal: PseudoTerminal | None) -> None:
    """Stops as the command did, and goes on with it."""
    if terminal:
        terminal.give_back()
    os.kill(os.getpid(), signal.SIGSTOP)
    if terminal:
        terminal.take_over()
    running.resume()


def _leave_rest_behind(pumps: Sequence[Pump]) -> None:
    """Lets a process go on copying what background children of the command may write."""
    rest = [pump for pump in pumps if not pump.is_at_end]
    if not rest or os.fork():
        return
    if any(pump.is_terminal for pump in rest):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGHUP})  # the terminal may be closed
    for pump in rest:
        pump.start(None)
    for pump in rest:
        pump.wait()
    os._exit(0)
