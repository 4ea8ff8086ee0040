"""Attempts to get out of a sandbox: programs for it, and what the kernel says to them."""

import shlex

from tests.verify.conftest import LIMITS
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Bubblewrap
from verify.isolation.seccomp import system_call_number
from verify.isolation.session import Execution, Session

_SYSTEM_CALL = """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
arguments = [ctypes.c_void_p(value) if isinstance(value, int) else value for value in {arguments}]
result = libc.syscall(ctypes.c_long({number}), *arguments)
print(errno.errorcode[ctypes.get_errno()] if result == -1 else f"done: {{result}}")
"""
_CODE = """
import ctypes, errno, fcntl, mmap, os, resource, signal, socket, sys, termios, threading, time
try:
    print("done:", {code})
except OSError as error:
    print(errno.errorcode[error.errno])
except ValueError as error:
    print(error)
"""


def run(sandbox: Bubblewrap, command: str, *, limits: ResourceLimits = LIMITS) -> Execution:
    """Runs a shell command in a sandbox of its own."""
    with sandbox.shell() as shell:
        return Session(shell, limits).run(command, seconds=limits.step_seconds)


def system_call(sandbox: Bubblewrap, name: str, *arguments: int | bytes) -> str:
    """What a system call says in a sandbox: the name of an error, or `done: RESULT`."""
    number = system_call_number(name)
    assert number is not None
    code = _SYSTEM_CALL.format(number=number, arguments=arguments)
    return python(sandbox, code).output.strip()


def evaluated(sandbox: Bubblewrap, code: str) -> str:
    """What an expression of Python comes to in a sandbox: `done: RESULT` or an error's name."""
    return python(sandbox, _CODE.format(code=code)).output.strip()


def python(sandbox: Bubblewrap, code: str, *, limits: ResourceLimits = LIMITS) -> Execution:
    """Runs a program in Python in a sandbox of its own."""
    return run(sandbox, shlex.join(["python3", "-c", code]), limits=limits)
