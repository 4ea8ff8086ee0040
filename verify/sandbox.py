"""Sandboxes: where a shell runs that may do no harm.

Bubblewrap builds one from nothing: the system's programs read-only, an empty home in
memory, own namespaces for processes, network (loopback only), users and IPC, no capability,
no variable of the host. Root is given up before it starts, so that the limits bind and
files that only root may read stay unread.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Protocol, TypedDict

from corpus.errors import FixbookError
from corpus.receipts import Isolation
from verify.limits import Limits
from verify.processes import end

Shell = subprocess.Popen[bytes]
"""`sh -s` in a fresh place: commands go in, statuses come out, and output on stderr."""

HOME = "/home/user"
WORK = f"{HOME}/work"
NOBODY = 65534
"""Whom the host sees instead of root: the user and group that own nothing."""
_USER = 1000
"""Who one is inside."""

_USR_MERGED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
_SETTINGS = (
    "/etc/alternatives",
    "/etc/ld.so.cache",
    "/etc/os-release",
    "/etc/pki",
    "/etc/protocols",
    "/etc/services",
    "/etc/ssl/certs",
    "/etc/ssl/openssl.cnf",
)
"""What programs need of `/etc`. Nothing in it is about this machine or its users."""
_FILES: Mapping[str, str] = {
    "/etc/group": f"user:x:{_USER}:\nnogroup:x:{NOBODY}:\n",
    "/etc/hosts": "127.0.0.1 localhost\n::1 localhost\n",
    "/etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "/etc/passwd": f"user:x:{_USER}:{_USER}:User:{HOME}:/bin/sh\n"
    f"nobody:x:{NOBODY}:{NOBODY}:Nobody:/nonexistent:/bin/false\n",
}
_PATH = "/usr/local/bin:/usr/bin:/bin"
_VERSION = re.compile(r"(?<!\d)\d++(?:\.\d++)++")


class SandboxMissing(FixbookError):
    """Checks cannot run safely on this machine; the message says why."""


class _User(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


_WITHOUT_ROOT: _User = {"user": NOBODY, "group": NOBODY, "extra_groups": []}


class Sandbox(Protocol):
    """Something that has a fresh place for each run."""

    @property
    def isolation(self) -> Isolation:
        """What it keeps a run from, for the receipt."""
        ...

    def missing(self) -> str | None:
        """Why it cannot be used on this machine, or None."""
        ...

    def shell(self) -> AbstractContextManager[Shell]:
        """A shell in a fresh place. When the context ends, all that it started ends."""
        ...


class Bubblewrap:
    """A sandbox of namespaces, by the program `bwrap`."""

    def __init__(self, limits: Limits, *, program: str = "bwrap") -> None:
        self._limits = limits
        self._program = program

    @cached_property
    def isolation(self) -> Isolation:
        """What bubblewrap keeps a run from."""
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
        try:
            with self.shell() as shell:
                said, complaint = shell.communicate(b"echo ready\n", timeout=10)
        except (OSError, subprocess.SubprocessError) as error:
            return f"{self._program} does not start: {error}"
        if said == b"ready\n":
            return None
        lines = complaint.decode(errors="replace").strip().splitlines() or ["it says nothing"]
        return f"{self._program} cannot make a sandbox here: {lines[0]}"

    @contextmanager
    def shell(self) -> Iterator[Shell]:
        """A shell in a fresh sandbox. When the context ends, all processes in it are killed."""
        with ExitStack() as stack:
            inherited = {name: stack.enter_context(_fed(text)) for name, text in _FILES.items()}
            process = subprocess.Popen(  # noqa: S603 - running checks is what this is for
                self._command({name: pipe.fileno() for name, pipe in inherited.items()}),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env={"PATH": _PATH},
                cwd="/",
                pass_fds=[pipe.fileno() for pipe in inherited.values()],
                **_WITHOUT_ROOT if os.geteuid() == 0 else {},
            )
        try:
            yield process
        finally:
            end(process, group=False)  # its first process dies with it, and so all the others

    def _command(self, files: Mapping[str, int]) -> list[str]:
        disk = str(self._limits.disk)
        command = ["nice", "-n", "10", shutil.which(self._program) or self._program]
        command += ["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"]
        command += ["--disable-userns"] if "--disable-userns" in self._options else []
        command += ["--uid", str(_USER), "--gid", str(_USER), "--hostname", "sandbox"]
        command += ["--ro-bind", "/usr", "/usr", *_usr_links(), "--dev", "/dev", "--proc", "/proc"]
        for name in _SETTINGS:
            command += ["--ro-bind-try", name, name]
        for name, descriptor in files.items():
            command += ["--perms", "0644", "--ro-bind-data", str(descriptor), name]
        for folder in ("/dev/shm", "/tmp", HOME):  # noqa: S108 - inside the sandbox
            command += ["--size", disk, "--tmpfs", folder]
        command += ["--dir", WORK, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK]
        command += ["--clearenv"]
        for variable, value in environment(HOME).items():
            command += ["--setenv", variable, value]
        return [*command, "/bin/sh", "-s"]

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

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    @property
    def isolation(self) -> Isolation:
        """How little keeps a run from the machine."""
        return Isolation(
            sandbox="none",
            network="the host's",
            user="the user who ran it",
            files="the host's, work folder in a temporary folder",
            limits=self._limits.described(disk=False),
        )

    def missing(self) -> str | None:
        """Nothing: it needs nothing."""
        return None

    @contextmanager
    def shell(self) -> Iterator[Shell]:
        """A shell in a new folder. When the context ends, its process group is killed."""
        with TemporaryDirectory(prefix="fixbook-", ignore_cleanup_errors=True) as home:
            work = Path(home, "work")
            work.mkdir()
            process = subprocess.Popen(
                ["/bin/sh", "-s"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                env=dict(environment(home)),
                cwd=work,
                start_new_session=True,
            )
            try:
                yield process
            finally:
                end(process, group=True)


def choose(limits: Limits, *, without_sandbox: bool) -> Sandbox:
    """Bubblewrap; or nothing, where bubblewrap cannot run and that is what was asked for.

    Raises SandboxMissing otherwise.
    """
    sandbox = Bubblewrap(limits)
    why = sandbox.missing()
    if why is None:
        return sandbox
    if without_sandbox:
        return Unsandboxed(limits)
    raise SandboxMissing(f"checks run in a sandbox only, and {why}")


def environment(home: str) -> Mapping[str, str]:
    """The variables of a run, all of them."""
    return {
        "HOME": home,
        "LANG": "C.UTF-8",
        "PATH": _PATH,
        "SHELL": "/bin/sh",
        "TERM": "dumb",
        "TZ": "UTC",
        "USER": "user",
    }


@contextmanager
def _fed(text: str) -> Iterator[BinaryIO]:
    """A pipe from which a child can read a text."""
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as source, os.fdopen(writing, "wb") as sink:
        sink.write(text.encode())
        sink.close()
        yield source


def _usr_links() -> Iterator[str]:
    """`/bin` and its like: links into `/usr` as on the host, or the folders themselves."""
    for name in _USR_MERGED:
        path = Path(name)
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), name)
        elif path.is_dir():
            yield from ("--ro-bind", name, name)
