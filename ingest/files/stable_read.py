"""Reading what others write at the same time: whole as it was, or whole as it is, never half.

Nobody tells when a file is finished. But the clock of a file system goes on in steps of a few
milliseconds, so what was written only just now is looked at again a moment later, until it
rests; and a file that somebody still has open to write has to rest for longer.
"""

import fcntl
import os
import signal
import stat
import time
from pathlib import Path

from corpus.errors import DocumentError

LARGEST_FILE = 8 * 1024 * 1024
"""Bytes of a document; larger ones are refused."""
_QUIET_SECONDS = 0.02
_OPEN_QUIET_SECONDS = 0.5
"""The same while somebody has it open to write. Who goes on after that is not noticed."""
_PATIENCE_SECONDS = 2.0
"""Who still writes after that is left alone until the next ingest."""


def read_still(path: Path, *, most: int) -> bytes:
    """The content of a file that nobody is writing.

    Raises DocumentError for more than `most` bytes, for what is no file, and for one that
    does not come to rest; OSError where it cannot be read.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise DocumentError("not a file")
            if before.st_size > most:
                raise DocumentError(f"larger than {most // 1024**2} MiB")
            content = file.read(most + 1)
            after = os.fstat(descriptor)
            is_open = _age(after) < _OPEN_QUIET_SECONDS and _has_writer(descriptor)
        still = _moment(before) == _moment(after) and len(content) == after.st_size
        if still and _age(after) > (_OPEN_QUIET_SECONDS if is_open else _QUIET_SECONDS):
            return content
        if time.monotonic() > deadline:
            raise DocumentError("somebody is writing it; it goes in when it has come to rest")
        time.sleep(_QUIET_SECONDS)


class StableRead:
    """Folders whose names were read, and whether any has come or gone since."""

    def __init__(self) -> None:
        self._seen: dict[Path, int] = {}

    def note(self, folder: Path) -> None:
        """The names of this folder are about to be read. Raises OSError where it cannot be."""
        state = folder.stat()
        self._seen[folder] = state.st_mtime_ns if _age(state) > _QUIET_SECONDS else 0

    def holds(self) -> bool:
        """Whether all names are still the same."""
        try:
            return all(path.stat().st_mtime_ns == was for path, was in self._seen.items())
        except OSError:
            return False

    def wait(self) -> None:
        """A moment, before they are read again."""
        time.sleep(_QUIET_SECONDS)


def _moment(file: os.stat_result) -> tuple[int, int]:
    return file.st_mtime_ns, file.st_size


def _age(file: os.stat_result) -> float:
    """Seconds since it was last written. A clock that is wrong makes nobody wait."""
    return abs(time.time() - file.st_mtime)


def _has_writer(descriptor: int) -> bool:
    """Whether somebody has the file open to write, where the system can tell: Linux.

    A read lease is only given while nobody has (fcntl(2)). It is given back at once; who opens
    the file in between is held up no longer than that, and the signal is one that is ignored.
    """
    if not hasattr(fcntl, "F_SETLEASE"):
        return False
    try:
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return True
    except OSError:
        return False  # the file is somebody else's, or its file system knows no leases
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
