"""What is no article: `.fixbookignore`, written as Git's ignore files are, and our defaults."""

from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from corpus.errors import DocumentError
from ingest.files.stable_read import read_still

IGNORE_FILE = ".fixbookignore"
_LARGEST = 64 * 1024
_MOST_ANY_FOLDERS = 3
"""In one pattern: each may cost as much as a path is deep."""
_DEFAULTS = (
    "node_modules/",
    # Parts of other pages; `_index` is a page of its own.
    "_*",
    "!_index.*",
    # About the folder, or a list of what is in it
    "LICENSE*",
    "LICENCE*",
    "COPYING*",
    "CODE_OF_CONDUCT*",
    "PULL_REQUEST_TEMPLATE*",
    "TOC.*",
    "SUMMARY.*",
)
_ANY_FOLDERS = "**"


@dataclass(frozen=True, slots=True)
class _Pattern:
    parts: tuple[str, ...]
    ignores: bool
    folders_only: bool


class IgnoreRules:
    """Which paths are left out, and whether the defaults say so or the author."""

    def __init__(self, lines: Sequence[str] = ()) -> None:
        self._defaults = _patterns(_DEFAULTS)
        self._own = _patterns(lines)

    @classmethod
    def of(cls, folder: Path) -> "IgnoreRules":
        """Those of a folder. Raises DocumentError and OSError for a file that cannot be read."""
        path = folder / IGNORE_FILE
        if not path.exists():
            return cls()
        text = read_still(path, most=_LARGEST).decode(errors="replace")
        return cls(text.splitlines())

    def by_author(self, path: PurePosixPath, *, is_folder: bool) -> bool | None:
        """What the file says of a path below its folder; None where it says nothing."""
        return _last(self._own, path, is_folder=is_folder)

    def by_default(self, path: PurePosixPath, *, is_folder: bool) -> bool:
        """Whether a path is left out though nobody asked for that."""
        if self.by_author(path, is_folder=is_folder) is not None:
            return False
        return bool(_last(self._defaults, path, is_folder=is_folder))


def _last(patterns: Sequence[_Pattern], path: PurePosixPath, *, is_folder: bool) -> bool | None:
    """The last pattern that matches decides, as in Git."""
    for pattern in reversed(patterns):
        if (is_folder or not pattern.folders_only) and _matches(pattern.parts, path.parts):
            return pattern.ignores
    return None


def _matches(pattern: tuple[str, ...], path: tuple[str, ...]) -> bool:
    if not pattern:
        return not path
    if pattern[0] == _ANY_FOLDERS:
        return any(_matches(pattern[1:], path[at:]) for at in range(len(path) + 1))
    return bool(path) and fnmatchcase(path[0], pattern[0]) and _matches(pattern[1:], path[1:])


def _patterns(lines: Sequence[str]) -> list[_Pattern]:
    written = (line.strip() for line in lines)
    return [_pattern(line) for line in written if line and not line.startswith("#")]


def _pattern(line: str) -> _Pattern:
    glob = line.removeprefix("!").rstrip("/")
    parts = tuple(part for part in glob.split("/") if part)
    if "/" not in glob:
        parts = (_ANY_FOLDERS, *parts)
    if parts.count(_ANY_FOLDERS) > _MOST_ANY_FOLDERS:
        raise DocumentError(f"{line[:60]!r} has more than {_MOST_ANY_FOLDERS} '**'")
    return _Pattern(parts, ignores=not line.startswith("!"), folders_only=line.endswith("/"))
