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
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

from corpus.receipts import Isolation
from verify.limits import MEBIBYTE, Limits
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
_VERSION = re.compile(r"\d+(?:\.\d+)+")


class Sandbox(Protocol):
    """Something that has a fresh place for each run."""

    @property
    def isolation(self) -> Isolation:
        """What it keeps a run from, for the receipt."""
        ...

    def missing(self) -> str | None:
        """Why it cannot be used on this machine, or None."""
        ...

    def shell(self) -> "AbstractShell":
        """A shell in a fresh place. When the context ends, all that it started ends."""
        ...
