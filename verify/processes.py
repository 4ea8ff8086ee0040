"""Processes as the host sees them in `/proc`: who descends from whom, and how much they hold."""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(root: int) -> int:
    """Bytes of memory that a process and all its descendants hold; 0 without a `/proc`.

    What they share is counted for each of them. In a process namespace everybody descends
    from its first process, so nobody can leave the tree.
    """
    parents = dict(_parents())
    tree = {root}
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in tree} - tree
        tree |= children
        grown = bool(children)
    return sum(map(_resident, tree))


def end(process: "subprocess.Popen[bytes]", *, group: bool) -> None:
    """Kills a process, with its group if it leads one, and waits until it is gone."""
    if group:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for pipe in (process.stdin, process.stdout, process.stderr):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()
    process.wait()


def _parents() -> "list[tuple[int, int]]":
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            # The name stands in parentheses and may hold anything, so count from its end.
            fields = (folder / "stat").read_bytes().rpartition(b")")[2].split()
            found.append((int(folder.name), int(fields[1])))
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0
