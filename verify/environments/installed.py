"""Installed environments: one folder each below the data folder."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.errors import NotFound, SettingsError
from verify.environments.build import build
from verify.environments.definitions import checked_name
from verify.isolation.system_root import MACHINE, SystemRoot

_FOLDER = "environments"


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledEnvironment:
    """A name and a root file system; without a name, this machine as it is."""

    name: str | None = None
    root: SystemRoot = MACHINE

    def __str__(self) -> str:
        return self.name or "this machine"

    @property
    def os(self) -> str:
        """What the system calls itself."""
        return self.root.description() or platform.platform(terse=True)


THIS_MACHINE = InstalledEnvironment()


def installed(data_dir: Path) -> Iterator[InstalledEnvironment]:
    """All that were added, by name."""
    for path in sorted((data_dir / _FOLDER).glob("[!.]*")):
        yield InstalledEnvironment(name=path.name, root=SystemRoot(path.resolve()))


def environment_named(name: str, data_dir: Path) -> InstalledEnvironment:
    """The one of that name.

    Raises NotFound if it was not added.
    """
    found = {each.name: each for each in installed(data_dir)}
    if name not in found:
        raise NotFound(f"there is no environment {name!r}: `fixbook environments add {name}`")
    return found[name]


def environments_named(names: str, data_dir: Path) -> tuple[InstalledEnvironment, ...]:
    """Those named, comma separated, each once; this machine if none is."""
    chosen = dict.fromkeys(name.strip() for name in names.split(",") if name.strip())
    return tuple(environment_named(name, data_dir) for name in chosen) or (THIS_MACHINE,)


def add(name: str, source: Path | None, *, data_dir: Path, mirror: str | None = None) -> None:
    """Makes a root file system from its definition, an image or a folder.

    It appears when it is complete. Raises SettingsError where one of that name is there, or none
    can be made.
    """
    folder = data_dir / _FOLDER
    path = folder / checked_name(name)
    if path.is_symlink() or path.exists():
        raise SettingsError(f"there is an environment {name!r}: remove it first")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".new-", dir=folder, ignore_cleanup_errors=True) as draft:
        made = build(name, source, draft=Path(draft), mirror=mirror)
        _must_be_system(made)
        if made.is_relative_to(Path(draft).resolve()):
            made.chmod(0o755)
            made.rename(path)
        else:
            path.symlink_to(made)


def remove(name: str, *, data_dir: Path) -> None:
    """Deletes an environment; of one made from a folder only the name.

    Raises NotFound if it was not added.
    """
    environment_named(name, data_dir)
    path = data_dir / _FOLDER / name
    if path.is_symlink():
        path.unlink()
    else:
        shutil.rmtree(path)


def _must_be_system(folder: Path) -> None:
    root = SystemRoot(folder)
    if why := root.missing():
        raise SettingsError(why)
    if not root.description():
        raise SettingsError(f"{folder} does not say what it is: /etc/os-release has no PRETTY_NAME")
