"""System roots: the file system of which a sandbox shows the programs, this machine's or a folder.

A folder may come from anybody, so no link in it leads out of it: each is followed as it would be
inside.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

_MOST_LINKS = 40
_USR_MERGED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")


@dataclass(frozen=True, slots=True)
class SystemRoot:
    """The root file system at `folder`."""

    folder: Path

    def __str__(self) -> str:
        return str(self.folder)

    def find(self, name: str) -> Path | None:
        """Where an absolute path really is on this machine; None if it is nowhere."""
        found = self.folder
        rest = [*reversed(PurePosixPath(name).parts[1:])]
        links = 0
        while rest:
            part = rest.pop()
            if part == "..":
                found = found.parent if found != self.folder else found
                continue
            found = found / part
            if found.is_symlink():
                links += 1
                if links > _MOST_LINKS:
                    return None
                target = PurePosixPath(found.readlink())
                rest += [piece for piece in reversed(target.parts) if piece != "/"]
                found = self.folder if target.is_absolute() else found.parent
        return found if found.exists() else None

    def missing(self) -> str | None:
        """Why it is no system that programs can run in, or None."""
        if (usr := self.find("/usr")) is None or not usr.is_dir():
            return f"{self.folder} is no root file system: it has no folder /usr"
        if (shell := self.find("/bin/sh")) is None or not shell.is_file():
            return f"{self.folder} is no root file system: it has no /bin/sh"
        return None

    def usr_merged(self) -> Iterator[tuple[str, Path | None, str]]:
        """`/bin` and its like: the name, and either the folder, or where a link leads."""
        for name in _USR_MERGED:
            path = self.folder / name[1:]
            if path.is_symlink():
                yield name, None, str(path.readlink())
            elif path.is_dir():
                yield name, path, ""

    def description(self) -> str:
        """What the system calls itself: `Debian GNU/Linux 12 (bookworm)`; "" if it does not."""
        path = self.find("/etc/os-release")
        lines = path.read_text(errors="replace").splitlines() if path else []
        values = dict(line.split("=", 1) for line in lines if "=" in line)
        return values.get("PRETTY_NAME", "").strip().strip("'\"")


MACHINE = SystemRoot(Path("/"))
"""This machine's."""
