"""Memory that all serving processes of a machine share: a small file that each of them maps.

It begins with a salt, so that what is hashed into it means nothing elsewhere.
"""

import fcntl
import mmap
import os
from pathlib import Path

SALT = 16
"""Bytes at the start."""


def shared_memory(folder: Path, name: str, size: int) -> mmap.mmap:
    """`size` bytes after the salt, zero at first.

    Where there is no room on the disk, memory of this process alone.
    """
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return _salted(mmap.mmap(-1, SALT + size))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with os.fdopen(descriptor, "ab", closefd=False) as file:
            # Written and not only made longer: a page that the disk has no room for would end
            # the process when it is written to.
            file.write(bytes(max(0, SALT + size - file.tell())))
        return _salted(mmap.mmap(descriptor, SALT + size))
    except OSError:
        return _salted(mmap.mmap(-1, SALT + size))
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # the mapping has a descriptor of its own
        os.close(descriptor)


def forget(folder: Path, name: str) -> None:
    """Has whoever opens the memory next begin anew."""
    (folder / name).unlink(missing_ok=True)


def _salted(memory: mmap.mmap) -> mmap.mmap:
    if not any(memory[:SALT]):
        memory[:SALT] = os.urandom(SALT)
    return memory
