"""Makes small root file systems: a few programs of this machine, copied with their libraries."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

PROGRAMS = ("bash", "cat", "dash", "find", "head", "ls", "sed", "sha256sum", "stat", "xargs")
RELEASE = 'PRETTY_NAME="Small Linux 7"\n'


def make_root(folder: Path, *, programs: Sequence[str] = PROGRAMS) -> Path:
    """A root file system in a new folder, with links as in a Debian."""
    (folder / "etc").mkdir(parents=True)
    (folder / "usr/lib").mkdir(parents=True)
    (folder / "usr/bin").mkdir()
    for name in ("bin", "lib", "lib64"):
        (folder / name).symlink_to("usr/" + name)
    (folder / "usr/lib/os-release").write_text(RELEASE)
    (folder / "etc/os-release").symlink_to("../usr/lib/os-release")
    for program in programs:
        source = Path(shutil.which(program) or program).resolve()
        shutil.copy(source, folder / "usr/bin" / program)
        for library in _libraries(source):
            target = folder / "usr" / library.relative_to("/").as_posix().removeprefix("usr/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(library, target)
    (folder / "usr/bin/sh").symlink_to("dash")
    return folder


def _libraries(program: Path) -> list[Path]:
    told = subprocess.run(
        ["/usr/bin/ldd", str(program)], capture_output=True, text=True, check=True
    )
    return [Path(name) for name in re.findall(r"(/\S+)(?= \()", told.stdout)]
