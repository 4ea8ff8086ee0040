"""A copy of the work folder of a run, for authors who want to see what their check left."""

import os
import shutil
import stat
from contextlib import ExitStack, suppress
from pathlib import Path

from verify.isolation.processes import descendants
from verify.isolation.sandbox import WORK, Shell


def copy_work(shell: Shell, target: Path) -> None:
    """Copies the work folder of a sandbox that still runs: files, folders and links.

    What a step makes of a path meanwhile leads nowhere else: each part of it is opened by
    itself, and links are not followed. Without a sandbox there is nothing to copy from.
    """
    inside = descendants(shell.process.pid)
    if not shell.folders or not inside:
        return
    if target.exists():  # of a run of the same kind before
        shutil.rmtree(target)
    target.mkdir(parents=True)
    with ExitStack() as opened, suppress(OSError):
        folder = os.open(f"/proc/{inside[-1]}/root", os.O_PATH | os.O_DIRECTORY)
        opened.callback(os.close, folder)
        for part in Path(WORK).parts[1:]:
            folder = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            opened.callback(os.close, folder)
        for path, folders, files, own in os.fwalk(".", dir_fd=folder, follow_symlinks=False):
            for name in (*folders, *files):
                with suppress(OSError):
                    _copy(name, own, target / path / name)


def _copy(name: str, folder: int, target: Path) -> None:
    kind = os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    if stat.S_ISDIR(kind):
        target.mkdir(exist_ok=True)
    elif stat.S_ISLNK(kind):
        target.symlink_to(os.readlink(name, dir_fd=folder))
    elif stat.S_ISREG(kind):
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
        with (
            os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as source,
            target.open("xb") as copy,
        ):
            shutil.copyfileobj(source, copy)
        target.chmod(stat.S_IMODE(kind) & 0o755)
