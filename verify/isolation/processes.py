"""Process trees and their resource usage, from `/proc` on the host."""

import os
import re
import signal
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from verify.isolation.seccomp import LARGEST_SHARED_MAPPING

_GONE = (FileNotFoundError, ProcessLookupError, NotADirectoryError)
_HELD = re.compile(rb"^Vm(?:RSS|PTE|Swap):\s+(\d+) kB$", re.MULTILINE)
_SHARED = (b"/dev/zero (deleted)", b"[anon_shmem:")
"""What stands in the line of a mapping of shared memory without a file."""
_QUEUES = re.compile(rb"^ *\d+: \S+ \S+ \S+ ([0-9A-F]+):([0-9A-F]+) ", re.MULTILINE)
_CHUNK = 65_536
_SOCKETS = re.compile(rb"^sockets: used (\d+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """The resources of a process tree."""

    memory: int
    """Bytes: what is resident, swapped out, in page tables, shared, and in sockets."""
    inodes: int
    """Files and folders in their file systems in memory."""


def usage(root: int, first: int | None = None, folders: Sequence[str] = ()) -> Usage:
    """What a process and its descendants hold; nothing without a `/proc`.

    `first` is the first process of the sandbox whose bubblewrap `root` is: nobody can leave its
    process namespace, and its own `/proc` lists all who are in it. `folders` are the file systems
    in memory there. What is in several processes is counted for each of them. Raises
    PermissionError if they cannot be looked into.
    """
    if first is None:
        processes = [f"/proc/{pid}" for pid in (root, *descendants(root))]
    else:
        inside = f"/proc/{first}/root/proc"
        processes = [f"/proc/{root}", *(f"{inside}/{pid}" for pid in _numbers(inside))]
    tasks = dict(filter(None, map(_living_task, processes)))
    memory = sum(map(_contents, tasks.values())) + _shared(tasks)
    if first is None:
        return Usage(memory=memory, inodes=0)
    inodes = sum(_inodes(f"/proc/{first}/root{folder}") for folder in folders)
    return Usage(memory=memory + _in_sockets(first), inodes=inodes)


def _numbers(folder: str) -> list[str]:
    """The names in a folder of `/proc` that are ids of processes or threads."""
    with suppress(*_GONE):
        return [each.name for each in os.scandir(folder) if each.name.isdigit()]
    return []


def end(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    """Kills a process, with its group if it leads one, and waits until it is gone."""
    if group:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    if process.stderr is not None:
        process.stderr.close()
    process.wait()


def descendants(root: int) -> list[int]:
    """The ids of all descendants of a process, parents before children."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    tree = list(children.get(root, ()))
    for pid in tree:
        tree += children.get(pid, ())
    return tree


def _parents() -> Iterator[tuple[int, int]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            # The name stands in parentheses and may hold anything, so count from its end.
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            yield int(folder.name), int(fields[1])


def _living_task(process: str) -> tuple[str, bytes] | None:
    """A thread of a process that still has its memory, for the first one may have ended, and its
    status."""
    if b"VmRSS:" in (status := _read(f"{process}/status")):
        return process, status
    for task in _numbers(f"{process}/task"):
        if b"VmRSS:" in (status := _read(f"{process}/task/{task}/status")):
            return f"{process}/task/{task}", status
    return None


def _contents(status: bytes) -> int:
    """Bytes of memory of a process: resident, swapped out, and page tables."""
    return sum(map(int, _HELD.findall(status))) * 1024


def _shared(tasks: Iterable[str]) -> int:
    """Upper bound of the bytes of anonymous shared memory, mapped or not."""
    mappings = {each for task in tasks for each in _shared_mappings(_read(f"{task}/maps"))}
    return len(mappings) * LARGEST_SHARED_MAPPING


def _shared_mappings(maps: bytes) -> Iterator[tuple[bytes, ...]]:
    """The device and inode of each mapping of shared memory without a file, which are its own."""
    if any(mark in maps for mark in _SHARED):  # hardly ever, and this is quick
        for line in maps.splitlines():
            fields = line.split(maxsplit=5)
            if fields[-1].startswith(_SHARED):
                yield tuple(fields[3:5])


def _in_sockets(process: int) -> int:
    """Upper bound of the bytes in the sockets of a network namespace: buffers and queues."""
    folder = f"/proc/{process}/net"
    used = sum(map(int, _SOCKETS.findall(_read(f"{folder}/sockstat"))))
    if not used:
        return 0  # the kernel is slow to list none
    queues = [_QUEUES.findall(_read(f"{folder}/{name}")) for name in ("tcp", "tcp6")]
    queued = sum(int(size, 16) for rows in queues for row in rows for size in row)
    return used * _socket_buffers() + queued


@cache
def _socket_buffers() -> int:
    """Upper bound of the bytes in one socket; the kernel allows twice what is set."""
    return 2 * int(_read("/proc/sys/net/core/wmem_max") or 212_992)


def _inodes(folder: str) -> int:
    """Files and folders in a file system."""
    try:
        system = os.statvfs(folder)
    except _GONE:
        return 0
    return system.f_files - system.f_ffree


def _read(path: str) -> bytes:
    """A file of `/proc`; b"" if what it is about is gone."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except _GONE:
        return b""
    try:
        return b"".join(iter(lambda: os.read(descriptor, _CHUNK), b""))
    except _GONE:
        return b""
    finally:
        os.close(descriptor)
