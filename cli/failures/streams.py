"""Copies the output of a command byte for byte to where it belongs, and remembers its end."""

import _thread
import os
import select
import stat
from collections import deque
from enum import Enum, auto

from corpus.text.log_end import last_lines

CHUNK = 64 * 1024
_GRACE = 0.02
"""Seconds in which a terminal hands over what was written before the command ended."""
_MOST_AFTER_END = 1024 * 1024
"""Bytes that a pipe may hold when the command ends; what follows is of its background children."""


class StreamKind(Enum):
    """What a standard stream leads to."""

    CLOSED = auto()
    TERMINAL = auto()
    PIPE = auto()
    DIRECT = auto()
    """A file or a device, which the command writes itself."""


def kind_of(number: int) -> StreamKind:
    """What a file descriptor leads to."""
    try:
        mode = os.fstat(number).st_mode
    except OSError:
        return StreamKind.CLOSED
    if os.isatty(number):
        return StreamKind.TERMINAL
    return StreamKind.PIPE if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) else StreamKind.DIRECT


class Tail:
    """The last lines of all that is added."""

    def __init__(self, size: int = CHUNK) -> None:
        self._size = size
        self._chunks: deque[bytes] = deque()
        self._length = 0
        self._lock = _thread.allocate_lock()

    def add(self, chunk: bytes) -> None:
        """Adds bytes; several threads may."""
        with self._lock:
            self._chunks.append(chunk)
            self._length += len(chunk)
            while self._length - len(self._chunks[0]) > self._size:
                self._length -= len(self._chunks.popleft())

    def content(self) -> bytes:
        """The last lines, as many bytes as are kept at most."""
        return last_lines(b"".join(self._chunks), self._size)


class Pump:
    """Copies one stream in a thread, until it ends or the command has."""

    def __init__(
        self, source: int, target: int, *, tail: Tail | None, is_terminal: bool = False
    ) -> None:
        self._source = source
        self._target = target
        self._tail = tail
        self.is_terminal = is_terminal
        self._done = _thread.allocate_lock()
        self.is_at_end = False
        """Whether nobody can write any more; otherwise background children still may."""

    def start(self, ended: int | None) -> None:
        """Starts copying; `ended` becomes readable when the command has ended."""
        self._done.acquire()
        _thread.start_new_thread(self._copy, (ended,))

    def wait(self) -> None:
        """Returns when everything that was written before the end has been copied."""
        with self._done:
            pass

    def _copy(self, ended: int | None) -> None:
        left = _MOST_AFTER_END
        try:
            while not self.is_at_end and left > 0:
                ready = select.select([self._source, *([] if ended is None else [ended])], [], [])[
                    0
                ]
                if ended in ready:
                    if self._tail is None or not self._has_more():
                        return
                    left -= CHUNK
                self._copy_once()
            if self.is_at_end:
                os.close(self._source)  # whoever still writes gets SIGPIPE, as without us
        finally:
            self._done.release()

    def _has_more(self) -> bool:
        return bool(select.select([self._source], [], [], _GRACE if self.is_terminal else 0)[0])

    def _copy_once(self) -> None:
        try:
            chunk = os.read(self._source, CHUNK)
        except OSError:
            chunk = b""  # EIO: the last process has left the terminal
        if chunk and self._tail is not None:
            self._tail.add(chunk)
        self.is_at_end = not chunk or not _write(self._target, chunk)


def _write(target: int, chunk: bytes) -> bool:
    """Writes all of a chunk; False if nobody reads it."""
    view = memoryview(chunk)
    while view:
        try:
            view = view[os.write(target, view) :]
        except BlockingIOError:
            select.select([], [target], [])
        except OSError:
            return False
    return True


class WrittenFile:
    """A file that the command writes itself, and whose end is read afterwards."""

    def __init__(self, number: int) -> None:
        self._number = number
        now = os.fstat(number)
        self._is_regular = stat.S_ISREG(now.st_mode)
        if self._is_regular:
            self._start = os.lseek(number, 0, os.SEEK_CUR) or now.st_size

    def end(self) -> bytes:
        """The last lines that were written; none where the file cannot be read."""
        if not self._is_regular:
            return b""
        try:
            file = os.open(f"/dev/fd/{self._number}", os.O_RDONLY)
            start = max(self._start, os.fstat(file).st_size - CHUNK - 1)
            return last_lines(os.pread(file, CHUNK + 1, start), CHUNK)
        except OSError:
            return b""
