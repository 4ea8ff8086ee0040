"""The system calls of a run: a seccomp filter, made by libseccomp, handed to bubblewrap.

What is not listed does not exist (ENOSYS), so that programs fall back to what does. What
the kernel would refuse anyway, because there are no capabilities, is refused as the kernel
does (EPERM), before its code is reached. Programs of another architecture are killed.
"""

import ctypes
import errno
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from tempfile import TemporaryFile

LARGEST_SHARED_MAPPING = 32 * 1024 * 1024
"""Bytes that one mapping without a file can share. Such memory outlives what is seen of it in
`/proc`, so each is counted as if it had that size."""
_LARGEST_SEGMENT = 64 * 1024
"""Bytes of a System V segment, of which a namespace has 4,096. PostgreSQL needs one small one."""

_ALLOWED = """
_llseek accept accept4 access alarm arch_prctl bind brk cachestat capget capset chdir chmod chown
clock_getres clock_gettime clock_nanosleep close close_range connect copy_file_range creat dup
dup2 dup3 epoll_create epoll_create1 epoll_ctl epoll_pwait epoll_pwait2 epoll_wait eventfd
eventfd2 execve execveat exit exit_group faccessat faccessat2 fadvise64 fallocate fchdir fchmod
fchmodat fchmodat2 fchown fchownat fcntl fdatasync fgetxattr flistxattr flock fork fremovexattr
fsetxattr fstat fstatfs fsync ftruncate futex futex_requeue futex_wait futex_waitv futex_wake
futimesat get_robust_list getcpu getcwd getdents getdents64 getegid geteuid getgid getgroups
getitimer getpeername getpgid getpgrp getpid getppid getpriority getrandom getresgid getresuid
getrlimit getrusage getsid getsockname getsockopt gettid gettimeofday getuid getxattr
inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl ioprio_get kill lchown
lgetxattr link linkat listen listxattr llistxattr lremovexattr lseek lsetxattr lstat madvise
membarrier mincore mkdir mkdirat mknod mknodat mlock mlock2 mlockall mprotect mq_getsetattr
mq_notify mq_open mq_timedreceive mq_timedsend mq_unlink mremap mseal msync munlock munlockall
munmap nanosleep newfstatat open openat openat2 pause pidfd_open pidfd_send_signal pipe pipe2
pkey_alloc pkey_free pkey_mprotect poll ppoll prctl pread64 preadv preadv2 pselect6 pwrite64
pwritev pwritev2 read readahead readlink readlinkat readv recvfrom recvmmsg recvmsg removexattr
rename renameat renameat2 restart_syscall rmdir rseq rt_sigaction rt_sigpending rt_sigprocmask
rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_tgsigqueueinfo
sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
sched_getscheduler sched_rr_get_interval sched_setaffinity sched_yield seccomp select sendfile
sendmmsg sendmsg sendto set_robust_list set_tid_address setfsgid setfsuid setgid setgroups
setitimer setpgid setpriority setregid setresgid setresuid setreuid setrlimit setsid setsockopt
setuid setxattr shmat shmctl shmdt shutdown sigaltstack signalfd signalfd4 splice stat statfs
statx symlink symlinkat sync sync_file_range syncfs sysinfo tee tgkill time timer_create
timer_delete timer_getoverrun timer_gettime timer_settime timerfd_create timerfd_gettime
timerfd_settime times tkill truncate umask uname unlink unlinkat utime utimensat utimes vfork
wait4 waitid
""".split()
"""System calls that shells, interpreters, compilers and servers need, with any arguments."""

_STANDARD_ERROR = 2
_LINE = 160
"""Bytes from which on what is written elsewhere than on the standard streams is traced: a line in a
log of a server. PostgreSQL's `initdb` writes 19,000 shorter ones into a pipe."""

_REFUSED = """
acct add_key adjtimex bpf chroot clock_adjtime clock_settime delete_module fanotify_init
finit_module fsconfig fsmount fsopen fspick init_module io_uring_enter io_uring_register
io_uring_setup ioperm iopl ioprio_set kcmp kexec_file_load kexec_load keyctl lookup_dcookie
mbind migrate_pages mount mount_setattr move_mount move_pages name_to_handle_at
open_by_handle_at open_tree perf_event_open pidfd_getfd pivot_root process_madvise
process_mrelease process_vm_readv process_vm_writev ptrace quotactl quotactl_fd reboot
request_key sched_setattr sched_setparam sched_setscheduler set_mempolicy setdomainname
sethostname setns settimeofday swapoff swapon syslog umount2 unshare userfaultfd vhangup
vmsplice
""".split()
"""Refused as by the kernel. `clone3`, `memfd_create` and the rest do not exist: programs have
another way."""

_NEW_NAMESPACES = 0x7E020000
"""CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET."""
_SHARED, _ANONYMOUS, _HUGE = 0x1, 0x20, 0x40000
"""MAP_SHARED (and a part of MAP_SHARED_VALIDATE), MAP_ANONYMOUS, MAP_HUGETLB."""
_HUGE_SEGMENT = 0o4000  # SHM_HUGETLB
_UNIX, _INET, _INET6 = 1, 2, 10
_RAW = 3
_SOCKET_TYPES = {_UNIX: (1, 2, 5), _INET: (1, 2), _INET6: (1, 2)}
_PROTOCOLS = {_UNIX: (0, 1), _INET: (0, 1, 6, 17), _INET6: (0, 6, 17, 58)}
"""ICMP, TCP and UDP. Others could make the kernel load a module."""
_PERSONALITIES = (0, 0xFFFFFFFF)  # Linux, and the question which one it is

_KILL_PROCESS = 0x80000000
_TRACE = 0x7FF00000
_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_ACTION_BAD_ARCHITECTURE, _OPTIMIZE = 2, 8
_BINARY_TREE = 2


class _Is(IntEnum):
    """How a filter compares an argument (`enum scmp_compare`)."""

    LESS_OR_EQUAL = 3
    EQUAL = 4
    GREATER = 6
    MASKED = 7


class _Argument(ctypes.Structure):
    """`struct scmp_arg_cmp`: number of the argument, comparison, mask or value, value."""

    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("datum_a", ctypes.c_uint64),
        ("datum_b", ctypes.c_uint64),
    )


_Rule = tuple[int, str, tuple[_Argument, ...]]
"""An action, the name of a system call, and how all of its arguments must be."""


@cache
def seccomp_filter() -> bytes:
    """The filter as a BPF program for the kernel.

    Raises OSError if libseccomp is not there or cannot make it.
    """
    library = _library()
    context = ctypes.c_void_p(library.seccomp_init(_refuse(errno.ENOSYS)))
    try:
        _must(library.seccomp_attr_set(context, _ACTION_BAD_ARCHITECTURE, _KILL_PROCESS))
        library.seccomp_attr_set(context, _OPTIMIZE, _BINARY_TREE)  # unknown before 2.5
        for action, name, arguments in _rules():
            # A call that this architecture or libseccomp does not have is under the default.
            if (number := system_call_number(name)) is not None:
                array = (_Argument * len(arguments))(*arguments)
                _must(
                    library.seccomp_rule_add_array(context, action, number, len(arguments), array)
                )
        with TemporaryFile() as file:
            _must(library.seccomp_export_bpf(context, file.fileno()))
            file.seek(0)
            return file.read()
    finally:
        library.seccomp_release(context)


def system_call_number(name: str) -> int | None:
    """The number of a system call on this architecture; None if it has none.

    Raises OSError if libseccomp is not there.
    """
    number: int = _library().seccomp_syscall_resolve_name(name.encode())
    return number if number >= 0 else None


def _rules() -> Iterator[_Rule]:
    yield from ((_ALLOW, name, ()) for name in _ALLOWED)
    yield from _writing()
    yield from ((_refuse(errno.EPERM), name, ()) for name in _REFUSED)
    yield _ALLOW, "clone", (_masked(0, _NEW_NAMESPACES, 0),)
    for bit in (1 << number for number in range(64) if _NEW_NAMESPACES >> number & 1):
        yield _refuse(errno.EPERM), "clone", (_masked(0, bit, bit),)
    yield from ((_ALLOW, "personality", (_equal(0, value),)) for value in _PERSONALITIES)
    # Its own limits, or a look at those of another: the shell has the user of its steps.
    yield _ALLOW, "prlimit64", (_equal(0, 0),)
    yield _ALLOW, "prlimit64", (_equal(2, 0),)
    yield _refuse(errno.EPERM), "prlimit64", (_up_to(0, 0)[1], _up_to(2, 0)[1])
    yield from _memory()
    yield from _sockets()


def _writing() -> Iterator[_Rule]:
    """What the tracer is told of, so that without one it does not exist, and nothing prints
    untraced."""
    streams, others = _up_to(0, _STANDARD_ERROR)
    short, long = _up_to(2, _LINE - 1)
    yield _TRACE, "write", (streams,)
    yield _TRACE, "write", (others, long)
    yield _ALLOW, "write", (others, short)
    yield _TRACE, "writev", (streams,)
    yield _ALLOW, "writev", (others,)


def _memory() -> Iterator[_Rule]:
    """Private memory, mapped files, and what processes share without a file if it is small."""
    shared = _SHARED | _ANONYMOUS
    for kind in (0, _SHARED, _ANONYMOUS):
        yield _ALLOW, "mmap", (_masked(3, shared | _HUGE, kind),)
    small, large = _up_to(1, LARGEST_SHARED_MAPPING)
    yield _ALLOW, "mmap", (small, _masked(3, shared | _HUGE, shared))
    yield _refuse(errno.ENOMEM), "mmap", (large, _masked(3, shared | _HUGE, shared))
    yield _refuse(errno.ENOMEM), "mmap", (_masked(3, _HUGE, _HUGE),)
    small, large = _up_to(1, _LARGEST_SEGMENT)
    yield _ALLOW, "shmget", (small, _masked(2, _HUGE_SEGMENT, 0))
    yield _refuse(errno.ENOMEM), "shmget", (large, _masked(2, _HUGE_SEGMENT, 0))


def _sockets() -> Iterator[_Rule]:
    """Local sockets, TCP, UDP and ping; all other families and protocols are unknown."""
    for family, kinds in _SOCKET_TYPES.items():
        for protocol in _PROTOCOLS[family]:
            for kind in kinds:
                rest = (_masked(1, 0xF, kind), _equal(2, protocol))
                yield _ALLOW, "socket", (_equal(0, family), *rest)
    for family in (_INET, _INET6):
        yield _refuse(errno.EPERM), "socket", (_equal(0, family), _masked(1, 0xF, _RAW))
    yield _ALLOW, "socketpair", (_equal(0, _UNIX),)
    for name in ("socket", "socketpair"):
        known = _SOCKET_TYPES if name == "socket" else (_UNIX,)
        unknown = [_equal(0, family) for family in range(_INET6 + 1) if family not in known]
        for argument in [*unknown, _up_to(0, _INET6)[1]]:
            yield _refuse(errno.EAFNOSUPPORT), name, (argument,)


def _refuse(number: int) -> int:
    return _ERRNO | number


def _equal(number: int, value: int) -> _Argument:
    return _Argument(number, _Is.EQUAL, value, 0)


def _up_to(number: int, value: int) -> tuple[_Argument, _Argument]:
    """Comparisons: at most a value, and more than it."""
    return _Argument(number, _Is.LESS_OR_EQUAL, value, 0), _Argument(number, _Is.GREATER, value, 0)


def _masked(number: int, mask: int, value: int) -> _Argument:
    return _Argument(number, _Is.MASKED, mask, value)


@cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libseccomp.so.2")
    except OSError as error:
        why = "libseccomp is not installed (Debian, Ubuntu: apt-get install libseccomp2)"
        raise OSError(why) from error
    library.seccomp_init.argtypes = [ctypes.c_uint32]
    library.seccomp_init.restype = ctypes.c_void_p
    library.seccomp_release.restype = None
    library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
    library.seccomp_rule_add_array.argtypes = [
        *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint),
        ctypes.POINTER(_Argument),
    ]
    library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
    return library


def _must(code: int) -> None:
    if code < 0:
        raise OSError(-code, f"libseccomp: {errno.errorcode.get(-code, code)}")
