"""Results computed once for many requests: small ones for a second, large ones as files.

A request for a file that is still being written reads along. The files are unlinked, so that
nothing is left of them when the process ends, however it ends.
"""

import asyncio
import logging
import os
import tempfile
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Generic, TypeVar

from corpus.errors import FixbookError, Unavailable

_CHUNK = 65_536
"""Bytes that one reader has in memory."""
_MOST_FILES = 8
_MOST_MADE = 2
"""Files that are written at the same time."""
_MOST_READERS = 64
"""Per process. Each holds a connection and two chunks of memory for as long as it likes."""

_LOG = logging.getLogger("fixbook")

Result = TypeVar("Result")


class RecentResult(Generic[Result]):
    """A result that is computed once a second at most, however many requests want it.

    Probes are always admitted, so they must not cost more the more often they are sent.
    """

    seconds = 1.0

    def __init__(self) -> None:
        self._result: Result | None = None
        self._until = 0.0
        self._lock = asyncio.Lock()

    async def get(self, compute: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the last second, or a new one."""
        async with self._lock:
            if self._result is None or time.monotonic() > self._until:
                self._result = await compute()
                self._until = time.monotonic() + self.seconds
            return self._result


class GrowingFile:
    """An unlinked file that can be read while it is written; garbage collection closes it."""

    def __init__(self, folder: Path, lock: asyncio.Lock) -> None:
        """Raises OSError if it cannot be created."""
        self._lock = lock
        with tempfile.TemporaryFile(dir=folder) as file:
            self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)
        self._size = 0
        self._is_whole = False
        self.has_failed = False
        self._grown = asyncio.Event()

    async def fill(self, chunks: AsyncIterator[bytes]) -> None:
        """Writes all of it. Errors are logged, and seen by the readers."""
        try:
            async for chunk in chunks:
                await asyncio.to_thread(self._append, chunk)
                self._wake()
            self._is_whole = True
        except (FixbookError, OSError) as error:
            _LOG.error("a shared file could not be written", exc_info=error)
        finally:
            self.has_failed = not self._is_whole
            self._wake()

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it, as fast as it is written. Raises Unavailable if writing fails."""
        at = 0
        while True:
            grown = self._grown
            if at < self._size:
                async with self._lock:
                    await asyncio.sleep(0)  # lets other requests run in between
                    chunk = os.pread(self._descriptor, _CHUNK, at)
                yield chunk
                at += len(chunk)
            elif self._is_whole:
                return
            elif self.has_failed:
                raise Unavailable("the text could not be completed")
            else:
                await grown.wait()

    def _append(self, chunk: bytes) -> None:
        rest = memoryview(chunk)
        while rest:
            written = os.pwrite(self._descriptor, rest, self._size)
            self._size += written
            rest = rest[written:]

    def _wake(self) -> None:
        self._grown.set()
        self._grown = asyncio.Event()


class SharedFiles:
    """The shared files of this process, by key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Hashable, GrowingFile] = {}
        self._making: set[asyncio.Task[None]] = set()
        self._lock = asyncio.Lock()
        self._turn = asyncio.Lock()
        self.readers = asyncio.Semaphore(_MOST_READERS)
        """Readers hold it while they read."""

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Readers begin one after the other, and as much time passes in between as one takes:
        a hundred that come at once hold up no other request.

        Raises Unavailable if there are too many readers.
        """
        async with self._turn:
            self._check_readers()
            started = time.monotonic()
            yield
            await asyncio.sleep(time.monotonic() - started)

    def get(self, key: Hashable, make: Callable[[], AsyncIterator[bytes]]) -> GrowingFile:
        """The file of a key, created if there is none.

        Raises Unavailable if there are too many readers, or too many files being written.
        """
        self._check_readers()
        file = self._files.pop(key, None)
        if file is None or file.has_failed:
            file = self._start_file(make)
        self._files[key] = file
        while len(self._files) > _MOST_FILES:
            del self._files[next(iter(self._files))]
        return file

    def clear(self) -> None:
        """Drops all files; those who are reading one can read it to its end."""
        self._files.clear()

    async def stop(self) -> None:
        """Cancels the files that are being written."""
        self.clear()
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    def _check_readers(self) -> None:
        if self.readers.locked():
            raise Unavailable("too many clients are reading this; try again in a while")

    def _start_file(self, make: Callable[[], AsyncIterator[bytes]]) -> GrowingFile:
        if len(self._making) >= _MOST_MADE:
            raise Unavailable("other texts are being prepared; try again in a moment")
        try:
            file = GrowingFile(self._folder, self._lock)
        except OSError as error:
            raise Unavailable("no file can be created in the data folder") from error
        task = asyncio.create_task(file.fill(make()))
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        return file
