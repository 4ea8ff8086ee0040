"""The folder of one index: built aside, sealed, and moved into place.

Every file of an index is written once and never changed, so a new folder links the old
files and costs no space. The seal is written last. It tells how long each file is and a
checksum of its two ends; a folder without a seal, or one that does not fit its seal, was
never finished or has been damaged since, and no engine is asked to read it.
"""

import json
import os
import shutil
import stat
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import finalize

from corpus.errors import IndexMissing

_SEAL = "seal.json"
_END = 4 * 1024 * 1024
"""Bytes at each end of a file in its checksum, so that opening a large index stays fast."""

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH

FileState = tuple[int, int, int]
"""A file's inode, size, and modification time in nanoseconds since 1970."""


class FileFingerprints:
    """Knows the files of an index as they were before it was opened.

    They are never changed, so one that was changed is damaged, even if it still can be read:
    zeros are read as an index without that word. A file that was removed is another matter.
    Whoever has it open reads it to the end, and so it is held open here.
    """

    def __init__(self, folder: Path) -> None:
        """Raises IndexMissing if there is no such folder."""
        self._folder = folder
        self._looked = 0.0
        self._contents: list[tuple[int, FileState]] = []
        self._close = finalize(self, _close, self._contents)
        try:
            for path in _index_files(folder):
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
                self._contents.append((descriptor, _state(os.fstat(descriptor))))
        except OSError as error:
            raise IndexMissing("the search index is missing") from error
        self.states = frozenset(state for _, state in self._contents)

    def check(self, *, lately: float = 0.0) -> None:
        """Raises IndexMissing if any of the files was changed.

        `lately` are the seconds for which a look is good; one costs a microsecond a file.
        """
        if lately and time.monotonic() - self._looked < lately:
            return
        fstat = os.fstat
        for descriptor, (_, size, written) in self._contents:
            now = fstat(descriptor)
            if now.st_mtime_ns != written or now.st_size != size:
                raise IndexMissing("the search index is damaged")
        self._looked = time.monotonic()

    def current(self) -> frozenset[FileState]:
        """The current state of the files, also of removed ones."""
        return frozenset(_state(os.fstat(descriptor)) for descriptor, _ in self._contents)

    def in_place(self) -> bool:
        """Whether the folder still has these files, unchanged, for others to open."""
        try:
            return {_state(path.stat()) for path in _index_files(self._folder)} == self.states
        except OSError:
            return False


@contextmanager
def replacing(
    folder: Path, *, engine: str, previous: Path | None = None, copied: str = ""
) -> Iterator[Path]:
    """A temporary folder next to `folder` to write to; at the end it is sealed and replaces it.

    Raises IndexMissing if `previous` is gone or damaged. See `prepare`.
    """
    if previous is not None:
        check(previous, engine=engine)
    aside = folder.with_name(f"{folder.name}.new")
    prepare(aside, previous=previous, copied=copied)
    yield aside
    seal(aside, engine=engine)
    shutil.rmtree(folder, ignore_errors=True)
    aside.replace(folder)


def sweep(folder: Path, *, keep: Callable[[str], bool]) -> None:
    """Removes the folders of indexes for whose names `keep` is false."""
    for path in folder.iterdir() if folder.is_dir() else ():
        if not keep(path.name):
            shutil.rmtree(path, ignore_errors=True)


def prepare(folder: Path, *, previous: Path | None, copied: str = "") -> None:
    """Makes `folder` anew: empty, or with the files of `previous`.

    Files are linked, except those with the suffix `copied`, which the engine changes; all
    are copied where the file system knows no links. Locks stay behind.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for path in (folder, folder.parent):
        _close_to_others(path)
    for source in previous.iterdir() if previous else ():
        if source.name == _SEAL or source.name.lower().endswith("lock"):
            continue
        if source.suffix == copied:
            shutil.copyfile(source, folder / source.name)
        else:
            _link(source, folder / source.name)


def seal(folder: Path, *, engine: str) -> None:
    """Marks the folder as complete, with its engine and checksums."""
    for path in folder.iterdir():
        _close_to_others(path)
    record = {"engine": engine, "files": _files(folder)}
    unfinished = folder / f"{_SEAL}.new"
    unfinished.write_text(json.dumps(record), "utf-8")
    _close_to_others(unfinished)
    unfinished.replace(folder / _SEAL)


def check(folder: Path, *, engine: str) -> None:
    """Raises IndexMissing unless the folder is as `seal` left it, for the same engine.

    A seal is no secret, so it counts only where nobody else could have written it.
    """
    try:
        if not all(map(_is_ours, (folder.parent, folder, *folder.iterdir()))):
            raise IndexMissing("the search index could have been written by another user")
        record = json.loads((folder / _SEAL).read_bytes())
        whole = record == {"engine": engine, "files": _files(folder)}
    except (OSError, ValueError) as error:
        raise IndexMissing("the search index is missing") from error
    if not whole:
        raise IndexMissing("the search index is damaged")


def _close_to_others(path: Path) -> None:
    """Removes the write permission of everybody but the owner, who may be another user."""
    found = path.stat()
    mode = stat.S_IMODE(found.st_mode)
    if mode & _OTHERS_WRITE and found.st_uid == os.geteuid():
        path.chmod(mode & ~_OTHERS_WRITE)


def _is_ours(path: Path) -> bool:
    found = path.lstat()
    is_plain = stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)
    return is_plain and found.st_uid in (os.geteuid(), 0) and not found.st_mode & _OTHERS_WRITE


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _files(folder: Path) -> dict[str, list[int]]:
    return {
        path.name: _sum(path) for path in _index_files(folder) if not path.name.startswith(_SEAL)
    }


def _index_files(folder: Path) -> list[Path]:
    """All files except for locks, which do not matter."""
    return sorted(path for path in folder.iterdir() if not path.name.lower().endswith("lock"))


def _state(file: os.stat_result) -> FileState:
    return file.st_ino, file.st_size, file.st_mtime_ns


def _close(held: list[tuple[int, FileState]]) -> None:
    for descriptor, _ in held:
        os.close(descriptor)


def _sum(path: Path) -> list[int]:
    """The length of a file and the CRC-32 of its ends."""
    with path.open("rb") as file:
        length = os.fstat(file.fileno()).st_size
        checksum = zlib.crc32(file.read(_END))
        if length > _END:
            file.seek(max(_END, length - _END))
            checksum = zlib.crc32(file.read(), checksum)
    return [length, checksum]
