"""Session keyrings: a run must not inherit the keys of the user who started it."""

import ctypes

from verify.isolation.seccomp import system_call_number

_JOIN_SESSION_KEYRING = 1


def leave_session_keyring() -> None:
    """Gives this thread a new, empty session keyring; processes that it starts inherit that.

    Where keyrings cannot be had, as in many containers, nothing is done: there is none to
    inherit, and inside the sandbox the system calls for them are refused in any case.
    """
    keyctl = system_call_number("keyctl")
    if keyctl is not None:
        ctypes.CDLL(None).syscall(keyctl, _JOIN_SESSION_KEYRING, None)
