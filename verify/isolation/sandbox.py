"""Sandboxes: isolated places to run a shell in.

Bubblewrap builds one from nothing: the system's programs read-only, an empty home in
memory, own namespaces for processes, network (loopback only), users and IPC, no capability,
no variable, no key of the host, and few system calls. Root is given up before it starts, so
that the limits bind and files that only root may read stay unread.

The shell is the first process inside, which signals from inside do not reach, and runs from
a copy that nobody may read, so that the kernel lets no other process look into it.
"""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Protocol, Required, TypedDict, Unpack

from corpus.checks.receipts import Isolation
from corpus.errors import FixbookError
from verify.isolation.control_group import ControlGroup, control_group, delegated_group
from verify.isolation.keyring import leave_session_keyring
from verify.isolation.processes import end, usage
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.seccomp import seccomp_filter
from verify.isolation.system_root import MACHINE, SystemRoot
from verify.isolation.tracer import TracedStart, Tracer

HOME = "/home/user"
WORK = f"{HOME}/work"
NOBODY = 65534
"""The user and group on the host that root inside is mapped to: nobody."""
_USER = 1000
"""The user name inside."""

_SETTINGS = (
    "/etc/alternatives",
    "/etc/java-11-openjdk",
    "/etc/java-17-openjdk",
    "/etc/java-21-openjdk",
    "/etc/ld.so.cache",
    "/etc/maven",
    "/etc/os-release",
    "/etc/pki",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
)
"""The files in `/etc` that programs need; none is about this machine or its users."""
_FILES: Mapping[str, str] = {
    "/etc/group": f"user:x:{_USER}:\nnogroup:x:{NOBODY}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/passwd": f"user:x:{_USER}:{_USER}:User:{HOME}:/bin/sh\n"
    f"nobody:x:{NOBODY}:{NOBODY}:Nobody:/nonexistent:/bin/false\n",
}
_MEMORY_FOLDERS = ("/dev/shm", "/tmp", HOME)  # noqa: S108 - inside the sandbox
_MASKED = ("cmdline", "kcore", "key-users", "keys", "latency_stats", "sched_debug", "timer_list")
"""Files in `/proc` that reveal details of the machine; they cannot be opened inside."""
_SHELL = "/run/sh"
_CLOSED = b"! cat /proc/1/environ 2>/dev/null && echo closed\n"
"""Whether steps are isolated from the shell that reports their exit statuses."""
_PATH = "/usr/local/bin:/usr/bin:/bin"
_VERSION = re.compile(r"(?<!\d)\d++(?:\.\d++)++")


class SandboxMissing(FixbookError):
    """Checks cannot run safely on this machine; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """`sh -s` in a fresh place: what it is told and answers, and what is printed on stderr."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    """Commands go in, exit statuses come out. Steps do not have it."""
    folders: tuple[str, ...] = ()
    """The file systems in memory, of which the files are counted."""
    group: ControlGroup | None = None
    tracer: Tracer | None = None
    """What tells which programs run; None without a sandbox."""

    @property
    def first(self) -> int | None:
        """The first process in the sandbox; None without one."""
        return None if self.tracer is None else self.tracer.first


class _User(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


class _Start(_User, total=False):
    """How a shell is started, in the terms of `subprocess`."""

    env: Required[dict[str, str]]
    cwd: Required[Path]
    pass_fds: Collection[int]
    start_new_session: bool


_WITHOUT_ROOT: _User = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


class Sandbox(Protocol):
    """A kind of sandbox."""

    @property
    def isolation(self) -> Isolation:
        """The isolation that it provides, for the receipt."""
        ...

    def missing(self) -> str | None:
        """Why it cannot be used on this machine, or None."""
        ...

    def shell(self) -> AbstractContextManager[Shell]:
        """A shell in a fresh sandbox. Everything that it started ends with the context."""
        ...


class Bubblewrap:
    """A sandbox of namespaces, by the program `bwrap`, around the programs of a system."""

    def __init__(
        self, limits: ResourceLimits, *, root: SystemRoot = MACHINE, program: str = "bwrap"
    ) -> None:
        self._limits = limits
        self._root = root
        self._program = program

    @cached_property
    def isolation(self) -> Isolation:
        """The isolation that bubblewrap provides."""
        version = _VERSION.search(self._told("--version"))
        return Isolation(
            sandbox=f"bubblewrap {version.group()}" if version else "bubblewrap",
            network="own, loopback only",
            user="unprivileged, in a user namespace of its own",
            files="the system read-only, home and work folder in memory",
            limits=self._limits.described(),
        )

    def missing(self) -> str | None:
        """Why bubblewrap cannot be used on this machine, or None."""
        if shutil.which(self._program) is None:
            return f"{self._program} is not installed (Debian, Ubuntu: apt-get install bubblewrap)"
        if why := self._root.missing():
            return why
        try:
            with self.shell() as shell:
                said, complaint = _spoken(shell, _CLOSED)
                usage(shell.process.pid, shell.first, shell.folders)
        except PermissionError as error:
            return f"a run cannot be traced and counted (CAP_SYS_PTRACE, as root): {error}"
        except (OSError, subprocess.SubprocessError) as error:
            return f"{self._program} does not start: {error}"
        if said == b"closed\n":
            return None
        if not complaint and said:
            return "steps could look into the shell of the sandbox (is fs.suid_dumpable 1?)"
        lines = complaint.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        return f"{self._program} cannot make a sandbox here: {lines[0]}"

    @contextmanager
    def shell(self) -> Iterator[Shell]:
        """A shell in a fresh sandbox. When the context ends, all processes in it are killed."""
        leave_session_keyring()
        with control_group(self._limits, delegated_group()) as group, TracedStart() as start:
            process, control = self._launch(start)
            try:
                with control:
                    yield Shell(
                        process=process,
                        control=control,
                        folders=_MEMORY_FOLDERS,
                        group=group,
                        tracer=start.traced(),
                    )
            finally:
                end(process, group=False)  # its first process dies with it, and so all the others

    def _launch(self, start: TracedStart) -> tuple[subprocess.Popen[bytes], socket.socket]:
        with ExitStack() as stack:
            inherited = {
                name: stack.enter_context(_fed(text.encode())) for name, text in _FILES.items()
            }
            inherited[_SHELL] = stack.enter_context(self._place("/bin/sh").open("rb"))
            filter_ = stack.enter_context(_fed(seccomp_filter()))
            files = {name: file.fileno() for name, file in inherited.items()}
            return _started(
                self._command(files, filter_.fileno(), start.options),
                env={"PATH": _PATH},
                cwd=Path("/"),
                pass_fds=[*files.values(), filter_.fileno(), *start.descriptors],
                **_WITHOUT_ROOT if os.geteuid() == 0 else {},
            )

    def _command(self, files: Mapping[str, int], filter_: int, start: Sequence[str]) -> list[str]:
        disk = str(self._limits.disk)
        command = ["nice", "-n", "10", shutil.which(self._program) or self._program]
        command += ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
        command += ["--disable-userns"] if "--disable-userns" in self._options else []
        command += ["--as-pid-1", "--seccomp", str(filter_)]
        command += [*start, "--uid", str(_USER), "--gid", str(_USER), "--hostname", "sandbox"]
        command += ["--ro-bind", str(self._place("/usr")), "/usr", *self._usr_links()]
        command += ["--dev", "/dev", "--proc", "/proc"]
        # Both read as zeros, but `/dev/full` cannot be mapped: that memory could not be counted.
        command += ["--dev-bind", "/dev/full", "/dev/zero"]
        for name in _SETTINGS:
            path = self._root.find(name)
            command += ["--ro-bind", str(path), name] if path else []
        for path in (Path("/proc", name) for name in _MASKED):
            command += ["--ro-bind", "/dev/null", str(path)] if path.exists() else []
        for name, descriptor in files.items():
            mode = "0111" if name == _SHELL else "0644"
            command += ["--perms", mode, "--ro-bind-data", str(descriptor), name]
        for folder in _MEMORY_FOLDERS:
            command += ["--size", disk, "--tmpfs", folder]
        command += ["--dir", WORK, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK]
        command += ["--clearenv"]
        for variable, value in environment(HOME).items():
            command += ["--setenv", variable, value]
        return [*command, _SHELL, "-s"]

    def _place(self, name: str) -> Path:
        """Where a path of the system is on this machine."""
        path = self._root.find(name)
        if path is None:
            raise SandboxMissing(f"{self._root.folder} has no {name}")
        return path

    def _usr_links(self) -> Iterator[str]:
        """`/bin` and its like: links into `/usr` as in the system, or the folders themselves."""
        for name, path, target in self._root.usr_merged():
            yield from ("--ro-bind", str(path), name) if path else ("--symlink", target, name)

    @cached_property
    def _options(self) -> str:
        return self._told("--help")

    def _told(self, option: str) -> str:
        ran = subprocess.run(  # noqa: S603 - the program is ours to choose
            [self._program, option], capture_output=True, text=True, check=False
        )
        return ran.stdout + ran.stderr


class Unsandboxed:
    """No sandbox: a temporary folder and a clean environment, and whatever a step does is done.

    For machines where bubblewrap cannot run and every check is trusted.
    """

    def __init__(self, limits: ResourceLimits) -> None:
        self._limits = limits

    @property
    def isolation(self) -> Isolation:
        """The isolation, which is next to none."""
        return Isolation(
            sandbox="none",
            network="the host's",
            user="the user who ran it",
            files="the host's, work folder in a temporary folder",
            limits=self._limits.described(disk=False),
        )

    def missing(self) -> str | None:
        """Always None."""
        return None

    @contextmanager
    def shell(self) -> Iterator[Shell]:
        """A shell in a new folder. When the context ends, its process group is killed."""
        with TemporaryDirectory(prefix="fixbook-", ignore_cleanup_errors=True) as home:
            work = Path(home, "work")
            work.mkdir()
            process, control = _started(
                ["/bin/sh", "-s"], env=dict(environment(home)), cwd=work, start_new_session=True
            )
            try:
                with control:
                    yield Shell(process=process, control=control)
            finally:
                end(process, group=True)


def choose(limits: ResourceLimits, *, without_sandbox: bool, root: SystemRoot = MACHINE) -> Sandbox:
    """Bubblewrap; or nothing, where bubblewrap cannot run and that is what was asked for.

    Raises SandboxMissing otherwise. What is not this machine runs in bubblewrap only.
    """
    sandbox = Bubblewrap(limits, root=root)
    why = sandbox.missing()
    if why is None:
        return sandbox
    if without_sandbox and root == MACHINE:
        return Unsandboxed(limits)
    raise SandboxMissing(f"checks run in a sandbox only, and {why}")


def environment(home: str) -> Mapping[str, str]:
    """The complete environment of a run."""
    return {
        "HOME": home,
        "LANG": "C.UTF-8",
        "PATH": _PATH,
        "SHELL": "/bin/sh",
        "TERM": "dumb",
        "TZ": "UTC",
        "USER": "user",
    }


def _started(
    command: list[str], **options: Unpack[_Start]
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Starts a shell and gives it one end of a socket pair.

    Unlike a pipe, that end cannot be opened again through the `/proc` of another process.
    """
    ours, theirs = socket.socketpair()
    try:
        with theirs:
            process = subprocess.Popen(  # noqa: S603 - running checks is what this is for
                command,
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=subprocess.PIPE,
                bufsize=0,
                **options,
            )
    except BaseException:
        ours.close()
        raise
    return process, ours


def _spoken(shell: Shell, command: bytes) -> tuple[bytes, bytes]:
    """The answer to a shell's only command, and its output."""
    shell.control.settimeout(10)
    answer = b""
    with suppress(BrokenPipeError, ConnectionResetError):
        shell.control.sendall(command)
        answer = shell.control.recv(1024)
    return answer, b"" if answer else shell.process.communicate(timeout=10)[1]


@contextmanager
def _fed(content: bytes) -> Iterator[BinaryIO]:
    """A pipe from which a child can read a text, or a filter: no more than a pipe holds."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:
        sink.write(content)
        sink.close()
        yield source
