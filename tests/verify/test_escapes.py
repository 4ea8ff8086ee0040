"""Attempts to read, leave, forge, exceed or abort something, from inside the real sandbox."""

import ctypes
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from corpus.checks.receipts import CheckOutcome
from tests.factories import make_article, make_translation
from tests.verify.attempts import evaluated, python, run
from tests.verify.bodies import make_body
from tests.verify.conftest import LIMITS, Verified, receipts_of
from verify.interpreters import Runtimes
from verify.isolation.keyring import leave_session_keyring
from verify.isolation.sandbox import Bubblewrap, Shell
from verify.isolation.seccomp import system_call_number
from verify.isolation.session import Session
from verify.run import VerifyOptions, verify

pytestmark = pytest.mark.slow

_SESSION_KEYRING = ctypes.c_int(-3)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("open('/proc/1/environ')", "EACCES"),
        ("open('/proc/1/mem')", "EACCES"),
        ("open('/proc/1/maps')", "EACCES"),
        ("os.listdir('/proc/1/fd')", "EACCES"),
        ("os.readlink('/proc/1/exe')", "EACCES"),
        ("os.listdir('/proc/1/root')", "EACCES"),
        ("os.listdir('/proc/1/cwd')", "EACCES"),
        ("open('/proc/1/oom_score_adj', 'w')", "EACCES"),
        ("open('/run/sh', 'rb')", "EACCES"),
        ("os.chmod('/run/sh', 0o755)", "EROFS"),
        ("open('/proc/keys')", "EACCES"),
        ("open('/proc/sys/kernel/hostname', 'w')", "EACCES"),
        ("os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 0 1')", "EPERM"),
        ("os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-999')", "EACCES"),
        ("os.listdir('/sys')", "ENOENT"),
        ("os.listdir('/dev/disk')", "ENOENT"),
        ("open('/dev/mem', 'rb')", "ENOENT"),
        ("open('/dev/kmsg', 'rb')", "ENOENT"),
        ("os.mknod('disk', 0o60600, os.makedev(8, 0))", "EPERM"),
        ("os.setuid(0)", "EINVAL"),
        ("os.setgroups([0])", "EPERM"),
        ("os.nice(-5)", "EPERM"),
        ("os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))", "EPERM"),
        (
            "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))",
            "not allowed to raise maximum limit",
        ),
        ("resource.prlimit(1, resource.RLIMIT_NPROC, (0, 0))", "EPERM"),
        ("fcntl.ioctl(os.open('/dev/tty', os.O_RDWR), termios.TIOCSTI, b'x')", "ENXIO"),
        ("fcntl.ioctl(0, termios.TIOCSTI, b'x')", "ENOTTY"),
        ("os.symlink('/etc/passwd', 'a') or open('a', 'w')", "EROFS"),
        ("os.link('/etc/passwd', 'a')", "EXDEV"),
        ("open('/etc/ld.so.preload', 'w')", "EROFS"),
        ("os.rename('/home/user', '/home/other')", "EROFS"),
        ("os.rmdir('/tmp')", "EROFS"),
        ("mmap.mmap(os.open('/dev/zero', os.O_RDWR), 4096)", "ENODEV"),
        ("mmap.mmap(-1, 1 << 30)", "ENOMEM"),
        ("mmap.mmap(-1, 1 << 21, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x40000)", "ENOMEM"),
        ("os.kill(1, signal.SIGKILL)", "done: None"),
        ("os.kill(1, signal.SIGSTOP)", "done: None"),
        ("os.killpg(1, signal.SIGKILL)", "ESRCH"),
    ],
)
def test_it_comes_to_nothing(sandbox: Bubblewrap, code: str, said: str) -> None:
    assert evaluated(sandbox, code) == said


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("bwrap --ro-bind / / true 2>/dev/null || echo refused", "refused"),
        ("mount -o remount,rw / 2>/dev/null || echo refused", "refused"),
        ("nsenter -t 1 -m true 2>/dev/null || echo refused", "refused"),
        ("kill -STOP 1; kill -KILL 1; echo on", "on"),
        ("su -c id nobody </dev/null 2>/dev/null || echo refused", "refused"),
        ("ls -A /sys/fs/cgroup", "ls: cannot access '/sys/fs/cgroup': No such file or directory"),
    ],
)
def test_commands_come_to_nothing(sandbox: Bubblewrap, command: str, said: str) -> None:
    assert run(sandbox, command).output.splitlines()[:1] == ([said] if said else [])


def test_an_abstract_socket_of_the_host_is_not_there(sandbox: Bubblewrap) -> None:
    name = f"\0fixbook-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        code = f"socket.socket(socket.AF_UNIX).connect({name!r})"
        assert evaluated(sandbox, code) == "ECONNREFUSED"


def test_a_step_has_no_descriptor_of_the_shell(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "sh -c 'readlink /proc/$$/fd/*' | sed 's/[0-9]//g' | sort -u")
    assert ran.output == "/dev/null\npipe:[]\n"


def test_what_one_step_sets_is_not_set_for_the_next(sandbox: Bubblewrap) -> None:
    harm = "printf '#!/bin/sh\\nexit 0\\n' > {0}; chmod +x {0}"
    first = "; ".join(harm.format(name) for name in ("sh", "find", "head", "bash", "printf"))
    first += (
        "; cp sh ~/.profile; cp sh ~/.bashrc; export PATH=. BASH_ENV=./sh ENV=./sh LD_PRELOAD=./sh"
    )
    with sandbox.shell() as shell:
        session = Session(shell, LIMITS)
        assert (
            session.run(f"{first}; echo() {{ :; }}; trap '' CHLD; exec 1>&-", seconds=5).status == 0
        )
        ran = session.run("which sh find bash; env | grep -c LD_; bash -c 'exit 7'", seconds=5)
    assert (ran.status, ran.output) == (7, "/usr/bin/sh\n/usr/bin/find\n/usr/bin/bash\n0\n")


# Exit statuses


_WRITE_EVERYWHERE = (
    "(for i in 1 2 3 4 5; do for file in /proc/[0-9]*/fd/[0-9]*; do echo 0 > $file; done; "
    "sleep 0.1; done) >/dev/null 2>&1 &"
)


def test_exit_statuses_cannot_be_written(verified: Verified) -> None:
    report = verified(make_body(setup=_WRITE_EVERYWHERE, fix="false"))
    [result] = report.results
    assert (result.outcome, result.reason) == (
        CheckOutcome.NOT_FIXED,
        "the fix ended with exit status 1",
    )


def _answering(answer: Callable[[bytes], bytes], control: socket.socket) -> None:
    """Answers the first question as the shell does, and the second one otherwise."""
    for made in (lambda nonce: nonce + b" 0\n", answer):
        asked = control.recv(65_536)
        control.sendall(made(asked.split()[-2]))
    control.close()


@contextmanager
def _session(answer: Callable[[bytes], bytes]) -> Iterator[Session]:
    ours, theirs = socket.socketpair()
    with (
        ours,
        subprocess.Popen(["/bin/sleep", "60"], stderr=subprocess.PIPE) as process,
        ThreadPoolExecutor(1) as pool,
    ):
        pool.submit(_answering, answer, theirs)
        yield Session(Shell(process=process, control=ours), LIMITS)
        process.kill()


@pytest.mark.parametrize(
    "answer",
    [
        lambda _: b"0\n0\n",
        lambda _: b"0\n",
        lambda _: b"\n",
        lambda _: b"0" * 32 + b" 0\n",
        lambda nonce: nonce + b" 0\n" + nonce + b" 0\n",
        lambda nonce: nonce + b" 0\n0\n",
        lambda nonce: b"0\n" + nonce + b" 0\n",
        lambda nonce: nonce + b" -1\n",
        lambda nonce: nonce + b" 256\n",
        lambda nonce: nonce + " ٣\n".encode(),
        lambda nonce: nonce + b" 0 \n",
        lambda nonce: nonce + b"\n",
        lambda _: b"9" * 50_000,
        lambda _: bytes(range(256)),
    ],
)
def test_an_answer_that_is_not_due_ends_the_run(answer: Callable[[bytes], bytes]) -> None:
    with _session(answer) as session:
        ran = session.run("true", seconds=5)
    assert (ran.status, ran.limit) == (None, "answer")


@pytest.mark.parametrize("answer", [lambda _: b"", lambda nonce: nonce + b" 0"])
def test_no_answer_is_the_end_of_the_shell(answer: Callable[[bytes], bytes]) -> None:
    with _session(answer) as session:
        ran = session.run("true", seconds=5)
    assert (ran.status, ran.limit) == (None, "shell")


def test_the_proper_answer_is_the_status() -> None:
    with _session(lambda nonce: nonce + b" 3\n") as session:
        assert session.run("true", seconds=5).status == 3


_FORGE = """
import ctypes, os, socket
pidfd = os.pidfd_open(os.getppid())
control = ctypes.CDLL(None).syscall(438, pidfd, 1, 0)
socket.socket(fileno=control).send(b"0\\n0\\n")
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root takes descriptors of any process")
def test_an_answer_forged_without_a_sandbox_is_inconclusive_and_the_others_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    body = make_body(
        language="python",
        fix=_FORGE,
        reproduce="open('settings')",
        confirm="open('settings')",
        error="FileNotFoundError: [Errno 2] No such file or directory: 'settings'",
    )
    articles = [
        make_article(slug=slug, translations=[make_translation(body=text)])
        for slug, text in [("forged", body), ("honest", make_body())]
    ]
    report = verify(
        articles, receipts=tmp_path, options=VerifyOptions(limits=LIMITS, without_sandbox=True)
    )
    forged, honest = report.results
    assert (forged.outcome, forged.reason) == (
        CheckOutcome.INCONCLUSIVE,
        "the step fix disturbed the shell of the sandbox",
    )
    assert honest.outcome is CheckOutcome.FIXED
    assert report.written == [tmp_path / "forged.json", tmp_path / "honest.json"]


# Keys


def _keyctl(name: str, *arguments: object) -> int:
    number = system_call_number(name)
    return int(ctypes.CDLL(None).syscall(number, *arguments))


def _has_key() -> bool:
    search = 10
    return _keyctl("keyctl", search, _SESSION_KEYRING, b"user", b"fixbook-secret", 0) >= 0


def _with_a_key(then: Callable[[], None]) -> tuple[bool, bool]:
    """Whether a key of a thread's own keyring is there, before and after what it does."""

    def attempt() -> tuple[bool, bool]:
        leave_session_keyring()
        _keyctl("add_key", b"user", b"fixbook-secret", b"secret", 6, _SESSION_KEYRING)
        before = _has_key()
        then()
        return before, _has_key()

    with ThreadPoolExecutor(1) as pool:
        had, has = pool.submit(attempt).result()
    if not had:
        pytest.skip("this machine has no keyrings for us")
    return had, has


def test_a_key_of_the_runner_is_not_inherited() -> None:
    assert _with_a_key(leave_session_keyring) == (True, False)


def test_each_sandbox_has_a_keyring_of_its_own(sandbox: Bubblewrap) -> None:
    def start() -> None:
        with sandbox.shell() as shell:
            Session(shell, LIMITS)

    assert _with_a_key(start) == (True, False)


# Limits


_SHARED = """
import ctypes, mmap, time
kept = [mmap.mmap(-1, 32 << 20) for _ in range(12)]
for memory in kept:
    for page in range(0, 32 << 20, 4096):
        memory[page] = 1
    memory.madvise(mmap.MADV_DONTNEED)
time.sleep(60)
"""
_PAGE_TABLES = """
import mmap, time
memory = mmap.mmap(-1, 200 << 30, flags=mmap.MAP_PRIVATE | 0x4000, prot=mmap.PROT_READ)
memory.madvise(mmap.MADV_NOHUGEPAGE)
for place in range(0, 200 << 30, 2 << 20):
    memory[place]
time.sleep(60)
"""
_WITHOUT_FIRST_THREAD = """
import ctypes, platform, threading, time
def hold():
    kept = b"x" * (400 << 20)
    time.sleep(60)
threading.Thread(target=hold).start()
ctypes.CDLL(None).syscall({"x86_64": 60, "aarch64": 93}[platform.machine()], 0)
"""
_SOCKETS = "import socket, time; kept = [socket.socketpair() for _ in range(500)]; time.sleep(60)"


@pytest.mark.parametrize("code", [_SHARED, _PAGE_TABLES, _WITHOUT_FIRST_THREAD, _SOCKETS])
def test_memory_that_is_not_resident_is_counted(sandbox: Bubblewrap, code: str) -> None:
    ran = python(sandbox, code, limits=replace(LIMITS, step_seconds=20.0))
    assert (ran.status, ran.limit) == (None, "memory")


def test_what_is_taken_quickly_or_in_the_background_is_seen_at_the_end(
    sandbox: Bubblewrap,
) -> None:
    code = "kept = b'x' * (400 << 20); import os; os.fork() or __import__('time').sleep(60)"
    ran = python(sandbox, code, limits=replace(LIMITS, step_seconds=20.0))
    assert (ran.status, ran.limit) == (None, "memory")


@pytest.mark.parametrize("folder", [".", "/tmp", "/dev/shm"])  # noqa: S108 - inside
def test_files_are_counted(sandbox: Bubblewrap, folder: str) -> None:
    code = f"for number in range(1500): open(f'{folder}/{{number}}', 'w').close()"
    ran = python(sandbox, code, limits=replace(LIMITS, inodes=1000))
    assert (ran.status, ran.limit) == (None, "files")


def test_folders_are_counted_however_deep(sandbox: Bubblewrap) -> None:
    code = "import os\nfor _ in range(1500): os.mkdir('deep'); os.chdir('deep')"
    ran = python(sandbox, code, limits=replace(LIMITS, inodes=1000))
    assert (ran.status, ran.limit) == (None, "files")


def test_a_file_with_a_hole_takes_nothing(sandbox: Bubblewrap) -> None:
    ran = run(sandbox, "truncate -s 4T hole && stat -c %b hole")
    assert (ran.status, ran.output) == (0, "0\n")


@pytest.mark.parametrize(
    "command",
    [
        "mkfifo pipe; cat pipe",
        "cat /dev/tty; sleep 60",
        "kill -STOP $$",
        "read -r x < /dev/random; sleep 60",
    ],
)
def test_waiting_for_ever_is_ended(sandbox: Bubblewrap, command: str) -> None:
    ran = run(sandbox, f"sh -c '{command}'", limits=replace(LIMITS, step_seconds=1.0))
    assert (ran.status, ran.limit) == (None, "time")


@pytest.mark.parametrize(
    "command",
    [
        "yes | tr -d '\\n'",
        "cat /dev/urandom",
        "tr '\\0' '\\033' < /dev/zero",
    ],
)
def test_whatever_is_printed_without_end_is_ended(sandbox: Bubblewrap, command: str) -> None:
    ran = run(sandbox, command)
    assert (ran.status, ran.limit) == (None, "output")
    assert len(ran.output) < LIMITS.kept + 20


def test_a_run_has_a_deadline_however_many_blocks_it_has(verified: Verified) -> None:
    blocks = "\n```\n\n```bash check=example step=setup\n".join(["sleep 0.3"] * 26)
    report = verified(make_body(setup=blocks), limits=replace(LIMITS, run_seconds=1.0))
    [result] = report.results
    assert (result.outcome, result.reason) == (
        CheckOutcome.INCONCLUSIVE,
        "the step setup went over the limit of time",
    )


def test_a_limit_ends_a_check_at_once(verified: Verified, tmp_path: Path) -> None:
    report = verified(make_body(reproduce="yes"))
    assert [result.outcome for result in report.results] == [CheckOutcome.INCONCLUSIVE]
    [receipt] = receipts_of(tmp_path)
    assert [(record.kind, record.times) for record in receipt.runs] == [("red", 1)]


def test_a_limit_while_cleaning_up_counts(verified: Verified) -> None:
    report = verified(make_body(cleanup="yes"))
    [result] = report.results
    assert (result.outcome, result.reason) == (
        CheckOutcome.INCONCLUSIVE,
        "the step cleanup went over the limit of output",
    )


# The others go on


_FAILING = """#!/bin/sh
case "$*" in *--seccomp*) echo >> {count};; esac
test -e {count} && test "$(wc -l < {count})" = 4 && exit 1
exec {bwrap} "$@"
"""


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody can read, as the user is for whom root is given up."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.usefixtures("sandbox")
def test_a_sandbox_that_fails_once_ends_one_check(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    count = public_folder / "count"
    count.touch()
    count.chmod(0o666)
    program = public_folder / "bwrap"
    program.write_text(_FAILING.format(count=count, bwrap=shutil.which("bwrap")))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{public_folder}:{os.environ['PATH']}")
    articles = [
        make_article(slug=slug, translations=[make_translation(body=make_body())])
        for slug in ("one", "two")
    ]
    report = verify(articles, receipts=tmp_path, options=VerifyOptions(limits=LIMITS))
    assert [(result.slug, result.outcome) for result in report.results] == [
        ("one", CheckOutcome.INCONCLUSIVE),
        ("two", CheckOutcome.FIXED),
    ]
    assert report.results[0].reason.startswith("the runner failed: SandboxMissing: ")
    assert len(report.written) == 2


@pytest.mark.usefixtures("sandbox")
def test_a_sandbox_that_is_slow_to_start_is_not_taken_for_one_that_is_full(
    public_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Until its first process has left them, it sees all the files of this machine."""
    program = public_folder / "bwrap"
    program.write_text(f'#!/bin/sh\nsleep 0.5\nexec {shutil.which("bwrap")} "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{public_folder}:{os.environ['PATH']}")
    article = make_article(slug="one", translations=[make_translation(body=make_body())])
    report = verify([article], receipts=tmp_path, options=VerifyOptions(limits=LIMITS))
    assert [result.outcome for result in report.results] == [CheckOutcome.FIXED]


@pytest.mark.usefixtures("sandbox")
def test_a_receipt_that_cannot_be_read_is_a_problem_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "one.json").mkdir()
    articles = [
        make_article(slug=slug, translations=[make_translation(body=make_body())])
        for slug in ("one", "two")
    ]
    report = verify(articles, receipts=tmp_path, options=VerifyOptions(limits=LIMITS))
    assert report.written == [tmp_path / "two.json"]
    assert report.problems == ["one.json: cannot be read: Is a directory"]


def test_a_program_that_goes_over_a_limit_hides_no_other(sandbox: Bubblewrap) -> None:
    small = replace(LIMITS, output=100)
    runtimes = Runtimes(sandbox, small)
    assert runtimes.version("bash") is None
    assert runtimes.version("sh") is not None


def test_the_others_go_on_whatever_one_does(sandbox: Bubblewrap, tmp_path: Path) -> None:
    assert sandbox.missing() is None
    harmful = ["kill -9 -1; kill -9 1; exit 1", "yes", _WRITE_EVERYWHERE, "exec 1>&- 2>&-; sleep 9"]
    articles = [
        make_article(slug=slug, translations=[make_translation(body=make_body(setup=setup))])
        for slug, setup in [*zip("abcd", harmful, strict=True), ("honest", "")]
    ]
    limits = replace(LIMITS, step_seconds=2.0)
    report = verify(articles, receipts=tmp_path, options=VerifyOptions(limits=limits, jobs=2))
    assert [result.outcome for result in report.results] == [
        CheckOutcome.INCONCLUSIVE,
        CheckOutcome.INCONCLUSIVE,
        CheckOutcome.FIXED,
        CheckOutcome.INCONCLUSIVE,
        CheckOutcome.FIXED,
    ]
    assert len(report.written) == 5
