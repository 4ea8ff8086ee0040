"""Tracing: which programs the processes of a sandbox execute, and what each of them writes.

The kernel stops a traced process when it executes a program and, as the seccomp filter asks for,
when it writes (ptrace(2)). What it executes is then read from the kernel, not from what it says of
itself: the path that `execve` was given, which for a script is the script (AT_EXECFN, see
getauxval(3)), and the file that is mapped (`/proc/PID/exe`). Children are traced from their first
instruction on, and all are killed if the tracer ends.
"""

import ctypes
import json
import os
import signal
import socket
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Self

from corpus.checks.utilities import FILTERS, INTERPRETERS, SHELLS
from verify.isolation.seccomp import system_call_number

_CONT, _SEIZE, _LISTEN, _GET_SYSCALL_INFO = 7, 0x4206, 0x4208, 0x420E
_FORK, _VFORK, _CLONE, _EXEC, _SECCOMP, _STOP = 1, 2, 3, 4, 7, 128
"""Requests and events of `linux/ptrace.h`."""
_EXIT_KILL = 1 << 20
_OPTIONS = sum(1 << event for event in (_FORK, _VFORK, _CLONE, _EXEC, _SECCOMP)) | _EXIT_KILL
_OF_THIS_THREAD, _ALL_KINDS = 0x2000_0000, 0x4000_0000
"""__WNOTHREAD, __WALL: only what this thread traces, and all of it."""
_STOPPING = {signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}
_CALL = struct.Struct("=24xQ6Q8x")
"""`struct ptrace_syscall_info` at a stop by seccomp: the number and the arguments of a call."""
_EXECFN = 31
_LONGEST_PATH = 4096
_FOLDERS = {
    f"{parent}{name}" for parent in ("/usr/local/", "/usr/", "/") for name in ("bin", "sbin")
}
_ENV = "env"
_STREAMS = 1_000
"""What is written, by process and descriptor, that is kept of one command."""
_KEPT = 1024 * 1024
"""Bytes that are kept of each: as many as a block may print."""
_ALL = 8 * 1024 * 1024
"""Bytes that are kept of one command."""
_VECTORS = 64
_MOST = 0.8
"""The share of the words of a line that a filter leaves of it."""
_CHUNK = 1024
_LOADING = frozenset(
    "BASH_ENV ENV JAVA_TOOL_OPTIONS LD_AUDIT LD_PRELOAD NODE_OPTIONS PERL5OPT PYTHONPATH"
    " RUBYOPT".split()
)
"""Variables by which a program loads code that it was not called with."""
_ARGUMENTS = 16
_LONGEST_ARGUMENT = 1024


@dataclass(frozen=True, slots=True)
class Program:
    """A program that was executed, by paths in the sandbox."""

    file: str
    """As it was called: for a script, the script."""
    executable: str
    """What ran: for a script, its interpreter."""
    is_script: bool = False

    @property
    def commands(self) -> list[str]:
        """The names under which the system has it: the one that was called, and of a script the
        interpreter's."""
        paths = [self.file, self.executable] if self.is_script else [self.file]
        return [name for path in paths if (name := _command(path))]

    @property
    def name(self) -> str:
        """The name under which the system has it, also behind a link of the check's own; or that of
        its file."""
        own = PurePosixPath(self.file).name
        linked = "" if self.is_script else _command(self.executable)
        return next(iter(self.commands), linked or own)


@dataclass(slots=True, eq=False)
class Process:
    """A process, from when it executed a program on."""

    task: int
    program: Program
    arguments: tuple[str, ...] = ()
    """The first ones, that by which it was called at their head."""
    parent: "Process | None" = None
    """What started it, where that executed a program itself."""
    loading: Mapping[str, str] = field(default_factory=dict)
    """The variables by which it loads code."""
    status: int | None = None
    """Its exit status, or the signal that killed it as a negative number; None while it runs."""
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    """How long it ran."""


@dataclass(slots=True)
class _Stream:
    process: Process
    content: bytearray = field(default_factory=bytearray)


@dataclass(slots=True)
class Trace:
    """What was executed and written in a time."""

    commands: set[str] = field(default_factory=set)
    """The programs of the system that were executed."""
    processes: list[Process] = field(default_factory=list)
    """Those that executed a program, in order; of many, the first."""
    streams: dict[tuple[int, int, Process], _Stream] = field(default_factory=dict)
    size: int = 0
    """Bytes that are kept of what was written."""

    def add(self, other: "Trace") -> None:
        """Puts what came later behind what is there."""
        self.commands |= other.commands
        self.processes += other.processes
        self.streams |= other.streams
        self.size += other.size

    def ended_with(self, status: int) -> bool:
        """Whether a program ended with a status; 127 and 126 are the shell's own."""
        return status in (126, 127) or bool(self.ending_with(status))

    def ending_with(self, status: int) -> list[Process]:
        """What ended with a status and is neither a shell nor an interpreter, or was killed so that
        a shell gives it."""
        own = SHELLS | INTERPRETERS
        return [
            each
            for each in self.processes
            if each.status == 128 - status
            or (each.status == status < 128 and each.program.name not in own)
        ]

    def written(self) -> Iterator[str]:
        """What each process wrote to one descriptor, seen or not."""
        for each in self.streams.values():
            yield each.content.decode("utf-8", "replace")

    def writer(self, text: str) -> str:
        """The name of the program that wrote a text first; "" if none was seen to."""
        process = self.writing(text)
        return process.program.name if process is not None else ""

    def writing(self, text: str) -> Process | None:
        """The process that wrote a text first; None if none was seen to.

        Where a filter did, the one which wrote most of its words in a line before.
        """
        first, source = self._origin(text)
        return source[0] if source is not None else first

    def reworded(self, text: str) -> set[str]:
        """The words that a filter has put into what another program wrote, and those that it took
        out for them; none where it only shortens that."""
        _, source = self._origin(text)
        if source is None:
            return set()
        words, before = {*text.split()}, {*source[1].decode("utf-8", "replace").split()}
        return words ^ before if words - before else set()

    def _origin(self, text: str) -> tuple[Process | None, tuple[Process, bytes] | None]:
        """The process that wrote a text first; and, where that is a filter, the one that wrote most
        of its words, with the line."""
        wanted = text.strip().encode("utf-8", "surrogateescape")
        whole = (each for each in self.streams.values() if wanted and wanted in each.content)
        first = next((each.process for each in whole), None)
        is_filter = first is not None and first.program.name in FILTERS
        return first, self._source(wanted) if is_filter else None

    def _source(self, text: bytes) -> tuple[Process, bytes] | None:
        words = {*text.split()}
        for each in self.streams.values():
            if each.process.program.name in FILTERS:
                continue
            for line in bytes(each.content).split(b"\n"):
                if len(words & {*line.split()}) >= _MOST * len(words):
                    return each.process, line
        return None


class Tracer:
    """A thread that traces the processes of one sandbox."""

    def __init__(self, pid: int) -> None:
        """Attaches to the first process. Raises OSError if the kernel does not let it."""
        self.first = pid
        self._trace = Trace()
        self._processes: dict[int, Process] = {}
        self._info = ctypes.create_string_buffer(_CALL.size)
        self._writing = {system_call_number("write"): False, system_call_number("writev"): True}
        self._refused: OSError | None = None
        attached = threading.Event()
        self._thread = threading.Thread(target=self._follow, args=(pid, attached), daemon=True)
        self._thread.start()
        attached.wait()
        if self._refused is not None:
            raise self._refused

    def take(self) -> Trace:
        """What was executed and written since the last call."""
        trace, self._trace = self._trace, Trace()
        return trace

    def close(self) -> None:
        """Waits until the last process is gone."""
        self._thread.join()

    def _follow(self, pid: int, attached: threading.Event) -> None:
        """Whoever attaches has to wait for the stops, so both are this thread's."""
        try:
            _ptrace(_SEIZE, pid, data=_OPTIONS)
        except OSError as error:
            self._refused = error
            return
        finally:
            attached.set()
        for task, status in _stops():
            if not os.WIFSTOPPED(status):
                self._note_end(task, status)
                continue
            number, event = os.WSTOPSIG(status), status >> 16
            with suppress(OSError):  # it may be gone, killed with all the others
                if event in (_EXEC, _SECCOMP):
                    self._note(event, task)
                is_group_stop = event == _STOP and number in _STOPPING
                _ptrace(_LISTEN if is_group_stop else _CONT, task, data=0 if event else number)

    def _note(self, event: int, task: int) -> None:
        """Whatever cannot be read, the process goes on."""
        with suppress(OSError, struct.error, LookupError, ValueError, OverflowError):
            if event == _EXEC:
                self._note_program(task)
            else:
                self._note_text(task)

    def _note_end(self, task: int, status: int) -> None:
        process = self._processes.pop(task, None)
        if process is not None and process.task == task:  # and not one of its threads
            process.status = os.waitstatus_to_exitcode(status)
            process.seconds = time.monotonic() - process.began

    def _note_program(self, task: int) -> None:
        before = self._processes.pop(task, None)
        program = _program(task)
        known = before.program if before is not None else None
        if known is not None and known.is_script and _command(known.executable) == _ENV:
            program = replace(known, executable=program.file)  # `#!/usr/bin/env node`
        parent = self._processes.get(_number(task, "PPid"))
        process = Process(task, program, _arguments(task), parent, _loading(task))
        self._processes[task] = process
        self._trace.commands.update(program.commands)
        if len(self._trace.processes) < _STREAMS:
            self._trace.processes.append(process)

    def _note_text(self, task: int) -> None:
        _ptrace(_GET_SYSCALL_INFO, task, _CALL.size, ctypes.addressof(self._info))
        number, descriptor, address, size, *_ = _CALL.unpack(self._info.raw)
        trace = self._trace
        if len(trace.streams) >= _STREAMS or trace.size >= _ALL:
            return
        if task not in self._processes:  # a thread, or a child that executed nothing yet
            known = self._processes.get(_number(task, "Tgid"))
            self._processes[task] = known or Process(task, _program(task), _arguments(task))
        process = self._processes[task]
        content = _written(task, address, min(size, _KEPT), is_vector=self._writing[number])
        if b"\0" not in content:
            stream = trace.streams.setdefault((task, descriptor, process), _Stream(process))
            kept = content[: _KEPT - len(stream.content)]
            stream.content += kept
            trace.size += len(kept)


class TracedStart:
    """The start of a sandbox whose first process waits until it is traced."""

    def __init__(self) -> None:
        self._tracer: Tracer | None = None
        self._info, info = socket.socketpair()
        self._block, block = socket.socketpair()
        self._theirs = info, block

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._tracer is not None:
            self._tracer.close()
        for each in (self._info, self._block, *self._theirs):
            each.close()

    @property
    def descriptors(self) -> tuple[int, ...]:
        """What bubblewrap has to inherit."""
        return tuple(each.fileno() for each in self._theirs)

    @property
    def options(self) -> tuple[str, ...]:
        """What bubblewrap has to be told."""
        info, block = self.descriptors
        return "--info-fd", str(info), "--block-fd", str(block)

    def traced(self) -> Tracer | None:
        """Lets it go on, traced; None if there is no process, for bubblewrap failed.

        Raises OSError if the kernel does not let it be traced.
        """
        for each in self._theirs:
            each.close()
        told = b""
        while b"}" not in told:
            chunk = self._info.recv(_CHUNK)
            if not chunk:
                return None
            told += chunk
        self._tracer = Tracer(json.loads(told)["child-pid"])
        self._block.sendall(b"\n")
        return self._tracer


def _stops() -> Iterator[tuple[int, int]]:
    """What the traced processes of this thread do, until there are none."""
    while True:
        try:
            yield os.waitpid(-1, _ALL_KINDS | _OF_THIS_THREAD)
        except ChildProcessError:
            return


def _command(path: str) -> str:
    """The name of a program of the system; "" for any other."""
    folder, _, name = path.rpartition("/")
    return name if folder in _FOLDERS else ""


def _program(task: int) -> Program:
    vector = dict(struct.iter_unpack("=QQ", Path(f"/proc/{task}/auxv").read_bytes()))
    path = _memory(task, vector[_EXECFN], _LONGEST_PATH).partition(b"\0")[0]
    # To the interpreter of a script the kernel gives the script, behind at most one other argument.
    is_script = path in Path(f"/proc/{task}/cmdline").read_bytes().split(b"\0")[1:3]
    return Program(os.fsdecode(path), str(Path(f"/proc/{task}/exe").readlink()), is_script)


def _arguments(task: int) -> tuple[str, ...]:
    words = Path(f"/proc/{task}/cmdline").read_bytes().split(b"\0")[:-1]
    return tuple(os.fsdecode(word[:_LONGEST_ARGUMENT]) for word in words[:_ARGUMENTS])


def _loading(task: int) -> dict[str, str]:
    variables = Path(f"/proc/{task}/environ").read_bytes().split(b"\0")
    pairs = (os.fsdecode(each).partition("=") for each in variables)
    return {name: value for name, _, value in pairs if name in _LOADING}


def _number(task: int, name: str) -> int:
    """A number in the status of a task: its process (Tgid) or what started that (PPid)."""
    status = Path(f"/proc/{task}/status").read_bytes()
    return int(status.partition(b"\n%b:" % name.encode())[2].split(maxsplit=1)[0])


def _written(task: int, address: int, size: int, *, is_vector: bool) -> bytes:
    if not is_vector:
        return _memory(task, address, size)
    vectors = struct.iter_unpack("=QQ", _memory(task, address, 16 * min(size, _VECTORS)))
    return b"".join(_memory(task, base, min(length, _KEPT)) for base, length in vectors)


def _memory(task: int, address: int, size: int) -> bytes:
    with Path(f"/proc/{task}/mem").open("rb", buffering=0) as file:
        return os.pread(file.fileno(), size, address)


def _ptrace(request: int, task: int, address: int = 0, data: int = 0) -> None:
    """Raises OSError with what the kernel says."""
    if _libc.ptrace(request, task, address, data) < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


_libc = ctypes.CDLL(None, use_errno=True)
_libc.ptrace.restype = ctypes.c_long
_libc.ptrace.argtypes = (ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p)
