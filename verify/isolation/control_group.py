"""Control groups: limits for a whole run that the kernel enforces.

Only the second version, and only where its owner left one to us: a group of our own, as
`systemd-run --user --scope -p Delegate=yes` makes one, or the one of a container.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from verify.isolation.resource_limits import ResourceLimits

_CONTROLLERS = {"memory", "pids"}
_OWN_PROCESSES = 8
"""Bubblewrap's, beside those of a run."""


@dataclass(frozen=True, slots=True)
class ControlGroup:
    """A control group with limits, and its folder."""

    folder: Path

    def add(self, pids: Iterable[int]) -> None:
        """Moves processes into the group; their children start in it."""
        for pid in pids:
            (self.folder / "cgroup.procs").write_text(str(pid))

    def ran_out_of_memory(self) -> bool:
        """Whether the kernel killed a process in it for lack of memory."""
        events = (self.folder / "memory.events").read_text().split()
        return int(events[events.index("oom_kill") + 1]) > 0


@contextmanager
def control_group(limits: ResourceLimits, parent: Path | None) -> Iterator[ControlGroup | None]:
    """A new group with these limits, or None if unavailable. Its processes end with it."""
    folder = None if parent is None else _limited(parent, limits)
    if folder is None:
        yield None
        return
    try:
        yield ControlGroup(folder)
    finally:
        _remove(folder)


@cache
def delegated_group(proc: Path = Path("/proc/self"), pid: int | None = None) -> Path | None:
    """This process's group, if it is delegated; the runner then moves into a subgroup."""
    group = _own_group(proc)
    if group is None:
        return None
    try:
        if not {*(group / "cgroup.controllers").read_text().split()} >= _CONTROLLERS:
            return None
        if {*(group / "cgroup.subtree_control").read_text().split()} >= _CONTROLLERS:
            return group if os.access(group, os.W_OK) else None
        if (group / "cgroup.procs").read_text().split() != [str(pid or os.getpid())]:
            return None  # others are in it, and a group with processes cannot be divided
        (group / "runner").mkdir(exist_ok=True)
        (group / "runner" / "cgroup.procs").write_text(str(pid or os.getpid()))
        (group / "cgroup.subtree_control").write_text("+memory +pids")
    except OSError:
        return None
    return group


def _own_group(proc: Path) -> Path | None:
    """The folder of this process's group in the cgroup v2 file system, or None."""
    try:
        groups = (proc / "cgroup").read_text().splitlines()
        mounts = [line.split() for line in (proc / "mountinfo").read_text().splitlines()]
    except OSError:
        return None
    path = next((line[3:] for line in groups if line.startswith("0::")), None)
    mount = next((fields[4] for fields in mounts if "cgroup2" in fields[6:]), None)
    return Path(mount, path.lstrip("/")) if path is not None and mount is not None else None


def _limited(parent: Path, limits: ResourceLimits) -> Path | None:
    """A new folder with limits; None if the kernel refuses."""
    folder = None
    try:
        folder = Path(mkdtemp(prefix="run-", dir=parent))
        (folder / "memory.max").write_text(str(limits.memory))
        (folder / "pids.max").write_text(str(limits.processes + _OWN_PROCESSES))
    except OSError:
        if folder is not None:
            _remove(folder)
        return None
    for name, value in (("memory.swap.max", "0"), ("memory.oom.group", "1")):
        with suppress(OSError):  # a kernel without swap accounting, or an old one
            (folder / name).write_text(value)
    return folder


def _remove(folder: Path) -> None:
    """Kills all processes in a group, waits for their end, and removes the group."""
    kill = folder / "cgroup.kill"  # since Linux 5.14; bubblewrap ends its own in any case
    if kill.exists():
        kill.write_text("1")
    for _ in range(100):
        with suppress(OSError):
            folder.rmdir()
            return
        time.sleep(0.02)
