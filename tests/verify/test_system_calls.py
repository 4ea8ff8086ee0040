"""System calls and sockets that a run must not have, asked for in the real sandbox."""

import platform

import pytest

from tests.verify.attempts import evaluated, python, run, system_call
from verify.isolation.sandbox import Bubblewrap
from verify.isolation.seccomp import system_call_number

_NEW_USER = 0x10000000
_ON_X86 = pytest.mark.skipif(platform.machine() != "x86_64", reason="about x86-64")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("ptrace", (16, 1, 0, 0)),  # PTRACE_ATTACH
        ("process_vm_readv", (1, 0, 0, 0, 0, 0)),
        ("process_vm_writev", (1, 0, 0, 0, 0, 0)),
        ("pidfd_getfd", (3, 1, 0)),
        ("kcmp", (1, 1, 0, 0, 0)),
        ("keyctl", (0, 0xFFFFFFFD, 1)),  # the number of the session keyring
        ("add_key", (b"user", b"left", b"behind", 6, 0xFFFFFFFD)),
        ("request_key", (b"user", b"secret", 0, 0)),
        ("io_uring_setup", (1, 0)),
        ("bpf", (0, 0, 0)),
        ("userfaultfd", (1,)),
        ("perf_event_open", (0, 0, -1, -1, 0)),
        ("mount", (b"none", b"/tmp", b"tmpfs", 0, 0)),
        ("umount2", (b"/proc/keys", 2)),
        ("open_tree", (-100, b"/", 1)),
        ("fsopen", (b"tmpfs", 0)),
        ("pivot_root", (b".", b".")),
        ("chroot", (b".",)),
        ("unshare", (_NEW_USER,)),
        ("setns", (0, 0)),
        ("clone", (_NEW_USER | 17, 0, 0, 0, 0)),
        ("open_by_handle_at", (-100, 0, 0)),
        ("name_to_handle_at", (-100, b"/", 0, 0, 0)),
        ("init_module", (0, 0, b"")),
        ("delete_module", (b"ext4", 0)),
        ("kexec_load", (0, 0, 0, 0)),
        ("reboot", (0xFEE1DEAD, 672274793, 0, 0)),
        ("swapon", (b"/tmp/swap", 0)),
        ("sethostname", (b"harm", 4)),
        ("clock_settime", (0, 0)),
        ("settimeofday", (0, 0)),
        ("quotactl", (0, b"/dev/root", 0, 0)),
        ("acct", (b"/tmp/log",)),
        ("syslog", (3, 0, 0)),  # what `dmesg` reads
        ("sched_setscheduler", (0, 1, 0)),
        ("move_pages", (1, 0, 0, 0, 0, 0)),
        ("vmsplice", (1, 0, 0, 0)),
        ("prlimit64", (1, 7, b"\0" * 16, 0)),  # the open files of the shell
    ],
)
def test_it_is_refused(sandbox: Bubblewrap, name: str, arguments: tuple[int | bytes, ...]) -> None:
    assert system_call(sandbox, name, *arguments) == "EPERM"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("clone3", (0, 0)),
        ("memfd_create", (b"hidden", 0)),
        ("memfd_secret", (0,)),
        ("semget", (0, 32_000, 0o1600)),
        ("msgget", (0, 0o1600)),
        ("remap_file_pages", (0, 0, 0, 0, 0)),
        ("personality", (0x0400000,)),  # READ_IMPLIES_EXEC
    ],
)
def test_it_does_not_exist(
    sandbox: Bubblewrap, name: str, arguments: tuple[int | bytes, ...]
) -> None:
    assert system_call(sandbox, name, *arguments) == "ENOSYS"


def test_a_segment_of_system_v_is_small(sandbox: Bubblewrap) -> None:
    assert system_call(sandbox, "shmget", 0, 1 << 30, 0o1600) == "ENOMEM"
    assert system_call(sandbox, "shmget", 0, 4096, 0o1600) == "done: 0"


@pytest.mark.parametrize(
    "family", ["AF_VSOCK", "AF_NETLINK", "AF_PACKET", "AF_ALG", "AF_BLUETOOTH", "AF_CAN", "AF_TIPC"]
)
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM", "SOCK_RAW", "SOCK_SEQPACKET"])
def test_a_socket_of_another_family_is_unknown(sandbox: Bubblewrap, family: str, kind: str) -> None:
    code = f"socket.socket(socket.{family}, socket.{kind})"
    assert evaluated(sandbox, code) == "EAFNOSUPPORT"


def test_the_upper_half_of_an_argument_hides_nothing(sandbox: Bubblewrap) -> None:
    assert system_call(sandbox, "socket", 1 << 32 | 40, 1, 0) == "EAFNOSUPPORT"
    assert system_call(sandbox, "socket", 1 << 32 | 2, 3, 1) == "EAFNOSUPPORT"


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6"])
def test_raw_sockets_are_refused(sandbox: Bubblewrap, family: str) -> None:
    assert evaluated(sandbox, f"socket.socket(socket.{family}, socket.SOCK_RAW, 1)") == "EPERM"


def test_a_protocol_that_the_kernel_would_have_to_load_is_unknown(sandbox: Bubblewrap) -> None:
    code = "socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_SCTP)"
    assert evaluated(sandbox, code) == "ENOSYS"


@_ON_X86
def test_programs_of_another_architecture_are_killed(sandbox: Bubblewrap) -> None:
    code = (
        "import ctypes, mmap\n"
        "memory = mmap.mmap(-1, 4096, prot=7)\n"
        "memory.write(bytes.fromhex('b814000000cd80c3'))  # getpid, as 32-bit programs ask\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(memory))\n"
        "print(ctypes.CFUNCTYPE(ctypes.c_int)(address)())\n"
    )
    assert (ran := python(sandbox, code)).status == 159, ran  # SIGSYS


@_ON_X86
def test_the_numbers_of_x32_are_killed(sandbox: Bubblewrap) -> None:
    number = system_call_number("getpid")
    code = f"import ctypes; print(ctypes.CDLL(None).syscall(ctypes.c_long(1 << 30 | {number})))"
    assert python(sandbox, code).status == 159


@pytest.mark.parametrize(
    "command",
    [
        "printf 'int main(){return 0;}' > a.c && gcc a.c && ./a.out",
        "printf 'all:\\n\\ttrue\\n' > Makefile && make -s",
        "git init -q . && git -c user.name=a -c user.email=b commit -q --allow-empty -m c",
        "openssl req -x509 -newkey rsa:2048 -nodes -keyout k -out c -subj /CN=a 2>/dev/null",
        "python3 -c 'import multiprocessing as m; print(m.Pool(2).map(abs, [-1]))'",
        "python3 -c 'import asyncio; asyncio.run(asyncio.create_subprocess_shell(\"true\"))'",
        "python3 -m http.server 8000 2>/dev/null & sleep 0.5; curl -s localhost:8000",
        'node -e \'new (require("worker_threads").Worker)("1", {eval: true})\'',
        "node -e 'require(\"http\").createServer().listen(0, function () { this.close() })'",
        "npm --version",
        "bash -c 'diff <(echo a) <(echo a)'",
        "mkfifo f && (echo a > f & cat f)",
        "tar cf a.tar /etc/hosts 2>/dev/null && tar xf a.tar && find . | xargs ls -l",
        "dd if=/dev/zero of=a bs=1k count=1 2>/dev/null && test $(stat -c %s a) = 1024",
    ],
)
def test_what_checks_need_is_there(sandbox: Bubblewrap, command: str) -> None:
    ran = run(sandbox, f"command -v {command.partition(' ')[0]} >/dev/null || exit 0\n{command}")
    assert ran.status == 0, ran
