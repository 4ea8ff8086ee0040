"""What is made once for many: results of the last second, and large texts in files.

Who asks for a file while it is made reads along. The files have no name, so that nothing of them
stays when the process ends, however it ends.
"""

import asyncio
import logging
import os
import tempfile
import time
import weakref
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from pathlib import Path
from typing import Generic, TypeVar

from corpus.errors import FixbookError, Unavailable

_CHUNK = 65_536
"""Bytes that one reader has in memory."""
_MOST_FILES = 8
_MOST_MADE = 2
"""Files that are made at the same time."""
_MOST_READERS = 64
"""Of this process; each holds a connection and twice a chunk of memory for as long as it likes."""

_LOG = logging.getLogger("fixbook")


Result = TypeVar("Result")


class RecentResult(Generic[Result]):
    """One result, found out once a second at most, however many ask at the same time.

    Probes are always let in, so what they ask must cost the same however often they ask it.
    """

    seconds = 1.0

    def __init__(self) -> None:
        self._found: Result | None = None
        self._until = 0.0
        self._turn = asyncio.Lock()

    async def get(self, find: Callable[[], Awaitable[Result]]) -> Result:
        """The result of the last second, or a new one."""
        async with self._turn:
            if self._found is None or time.monotonic() > self._until:
                self._found = await find()
                self._until = time.monotonic() + self.seconds
            return self._found


class GrowingFile:
    """A file without a name; it is gone when nobody refers to it any more."""

    def __init__(self, folder: Path, turn: asyncio.Lock) -> None:
        """Raises OSError where there is no room for one."""
        self._turn = turn
        with tempfile.TemporaryFile(dir=folder) as file:
            self._descriptor = os.dup(file.fileno())
        weakref.finalize(self, os.close, self._descriptor)
        self._size = 0
        self._is_whole = False
        self.has_failed = False
        self._grown = asyncio.Event()

    async def fill(self, chunks: AsyncIterator[bytes]) -> None:
        """Writes all of it. What goes wrong is for the readers, and the log."""
        try:
            async for chunk in chunks:
                await asyncio.to_thread(self._append, chunk)
                self._wake()
            self._is_whole = True
        except (FixbookError, OSError) as error:
            _LOG.error("a file for many readers was not made", exc_info=error)
        finally:
            self.has_failed = not self._is_whole
            self._wake()

    async def chunks(self) -> AsyncIterator[bytes]:
        """All of it, from the start, as fast as it is made. Raises Unavailable where it is cut."""
        at = 0
        while True:
            grown = self._grown
            if at < self._size:
                async with self._turn:
                    await asyncio.sleep(0)  # whoever asks for something else comes between
                    chunk = os.pread(self._descriptor, _CHUNK, at)
                yield chunk
                at += len(chunk)
            elif self._is_whole:
                return
            elif self.has_failed:
                raise Unavailable("the text could not be made to its end")
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
    """The files of this process, by what they depend on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._files: dict[Hashable, GrowingFile] = {}
        self._making: set[asyncio.Task[None]] = set()
        self._turn = asyncio.Lock()
        self.readers = asyncio.Semaphore(_MOST_READERS)
        """One place for each who reads."""

    def get(self, key: Hashable, make: Callable[[], AsyncIterator[bytes]]) -> GrowingFile:
        """The file of a key; if there is none yet, it begins to be made.

        Raises Unavailable when there are too many readers, or too many files to make.
        """
        if self.readers.locked():
            raise Unavailable("too many read this right now; try again in a while")
        file = self._files.pop(key, None)
        if file is None or file.has_failed:
            file = self._made(make)
        self._files[key] = file
        while len(self._files) > _MOST_FILES:
            del self._files[next(iter(self._files))]
        return file

    def clear(self) -> None:
        """Lets go of all files; whoever reads one reads it to its end."""
        self._files.clear()

    async def stop(self) -> None:
        """Gives up what is being made."""
        self.clear()
        for task in self._making:
            task.cancel()
        await asyncio.gather(*self._making, return_exceptions=True)

    def _made(self, make: Callable[[], AsyncIterator[bytes]]) -> GrowingFile:
        if len(self._making) >= _MOST_MADE:
            raise Unavailable("other texts are being made right now; try again in a moment")
        try:
            file = GrowingFile(self._folder, self._turn)
        except OSError as error:
            raise Unavailable("there is no room for a file in the data folder") from error
        task = asyncio.create_task(file.fill(make()))
        self._making.add(task)
        task.add_done_callback(self._making.discard)
        return file
