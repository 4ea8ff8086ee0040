"""Memory shared by all serving processes of a machine: a small file that each of them maps.

It begins with a random salt, so that hashes in it are useless elsewhere.
"""

import fcntl
import mmap
import os
from pathlib import Path

SALT = 16
"""Bytes of the salt."""


def shared_memory(folder: Path, name: str, size: int) -> mmap.mmap:
    """`size` bytes after the salt, initially zero.

    If the file cannot be written, memory of this process alone.
    """
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError:
        return _add_salt(mmap.mmap(-1, SALT + size))
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with os.fdopen(descriptor, "ab", closefd=False) as file:
            # Written, not truncated to size: writing to a page of a sparse file on a full disk
            # would kill the process.
            file.write(bytes(max(0, SALT + size - file.tell())))
        return _add_salt(mmap.mmap(descriptor, SALT + size))
    except OSError:
        return _add_salt(mmap.mmap(-1, SALT + size))
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # the mapping has a descriptor of its own
        os.close(descriptor)


def reset_shared_memory(folder: Path, name: str) -> None:
    """Deletes the file, so that the next to open it starts from zero."""
    (folder / name).unlink(missing_ok=True)


def _add_salt(memory: mmap.mmap) -> mmap.mmap:
    if not any(memory[:SALT]):
        memory[:SALT] = os.urandom(SALT)
    return memory
