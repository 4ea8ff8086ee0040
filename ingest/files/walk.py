"""Walking folders: every Markdown file below some paths, and what cannot or need not be read."""

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.errors import DocumentError
from ingest.files.ignore import IGNORE_FILE, IgnoreRules
from ingest.files.stable_read import StableRead
from ingest.report import Problem

SUFFIXES = (".md", ".markdown", ".mdx")
_OTHER_DOCUMENTS = frozenset((
    ".adoc", ".asc", ".asciidoc", ".htm", ".html", ".ipynb", ".mediawiki", ".org", ".rdoc", ".rst",
    ".tex", ".textile", ".wiki",
))  # fmt: skip
"""What is counted where it lies beside Markdown; other files belong there."""
_WALKS = 10
"""How often folders are walked in which names come and go, before it is good enough."""
_MOST_NAMED = 5
"""Files that one message names."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file of the walk, or a name that could not be followed and why."""

    path: Path
    relative: PurePosixPath
    problem: str | None = None

    @property
    def shown(self) -> str:
        """Its path in messages."""
        return shown_path(self.path)


def walk(paths: Sequence[Path], content_dir: Path | None) -> "Walk":
    """Walks until no name came or went meanwhile: what is moved must not be missed."""
    base = content_dir.resolve() if content_dir else None
    for _ in range(_WALKS):
        walked = Walk(base)
        for path in paths:
            walked.begin(path)
        if walked.names.holds():
            return walked
        walked.names.wait()
    message = "files come and go in it just now, so nothing is removed from what is published"
    walked.problems.append(Problem(shown_path(paths[0]), 1, message, warning=True))
    walked.unreadable.add("")
    return walked


class Walk:
    """One walk through all paths, and what was found on it."""

    def __init__(self, base: Path | None) -> None:
        self._base = base
        self._rules = IgnoreRules()
        self._others: Counter[str] = Counter()
        self._left_out: list[str] = []
        self.found: dict[Path, FoundFile] = {}
        self.problems: list[Problem] = []
        self.unreadable: set[str] = set()
        self.names = StableRead()

    def begin(self, root: Path) -> None:
        """Takes a file, or walks through a folder."""
        try:
            inside = root.resolve(strict=True)
            is_folder = inside.is_dir()
        except (OSError, RuntimeError) as error:
            missing = isinstance(error, FileNotFoundError)
            what = "there is no such file or folder" if missing else "cannot be opened"
            self._miss(root, what, "")  # it may have been meant to hold anything
            return
        base = self._base
        above = base.parent if base and inside.is_relative_to(base) else inside.parent
        relative = PurePosixPath(inside.relative_to(above))
        if is_folder:
            ignoring = base if base and inside.is_relative_to(base) else inside
            self._begin_folder(root, relative, inside=inside, ignoring=ignoring)
        elif root.suffix.lower() in SUFFIXES:
            named = relative if relative.parent.name else inside.parent.name / relative
            self.found[root] = FoundFile(root, named, None if inside.is_file() else "not a file")
        else:
            self._miss(root, f"not a Markdown file ({', '.join(SUFFIXES)})", "")

    def _begin_folder(
        self, root: Path, relative: PurePosixPath, *, inside: Path, ignoring: Path
    ) -> None:
        self._others, self._left_out, before = Counter(), [], len(self.found)
        try:
            self._rules = IgnoreRules.of(ignoring)
        except (DocumentError, OSError) as error:
            self._miss(ignoring / IGNORE_FILE, f"cannot be read: {error}", str(relative))
            return
        problems = len(self.problems)
        self._walk(root, relative, inside=inside, above=())
        if len(self.found) == before and len(self.problems) == problems:
            self._say(root, _nothing(self._others), warning=False)
        elif others := {s: n for s, n in self._others.items() if s in _OTHER_DOCUMENTS}:
            only = f"only {', '.join(SUFFIXES)} are"
            self._say(root, f"not read: {_kinds(others)}; {only}", warning=True)
        if self._left_out:
            names = ", ".join(self._left_out[:_MOST_NAMED])
            more = len(self._left_out) - _MOST_NAMED
            names += f" and {more} more" if more > 0 else ""
            self._say(root, f"taken for no articles: {names}; {_ADVICE}", warning=True)

    def _walk(
        self, folder: Path, relative: PurePosixPath, *, inside: Path, above: tuple[Path, ...]
    ) -> None:
        try:
            self.names.note(folder)
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError as error:
            self._miss(folder, f"cannot be listed: {error.strerror}", str(relative))
            return
        here = (*above, folder.resolve())
        for entry in entries:
            if entry.name.startswith("."):
                continue
            path, name = folder / entry.name, relative / entry.name
            problem = _bad_name(entry) or _bad_link(entry, path, inside, here)
            is_folder, is_markdown = not problem and entry.is_dir(), _is_markdown(entry.name)
            if not problem and self._is_ignored(path, name, is_folder=is_folder):
                continue
            if is_folder:
                self._walk(path, name, inside=inside, above=here)
            elif is_markdown:
                self.found[path] = FoundFile(path, name, problem or _bad_file(entry))
            elif problem:
                self._miss(path, problem, str(name))
            else:
                self._others[path.suffix.lower()] += 1

    def _is_ignored(self, path: Path, name: PurePosixPath, *, is_folder: bool) -> bool:
        below = PurePosixPath(*name.parts[1:])
        if self._rules.by_author(below, is_folder=is_folder):
            return True
        by_default = self._rules.by_default(below, is_folder=is_folder)
        if by_default and (_holds_markdown(path) if is_folder else _is_markdown(name.name)):
            self._left_out.append(f"{below}{'/' if is_folder else ''}")
        return by_default

    def _miss(self, path: Path, problem: str, unreadable: str) -> None:
        self._say(path, problem, warning=False)
        self.unreadable.add(unreadable)

    def _say(self, path: Path, message: str, *, warning: bool) -> None:
        self.problems.append(Problem(shown_path(path), 1, message, warning=warning))


_ADVICE = f"{IGNORE_FILE} may list them, or take them in with '!NAME'"


def _nothing(others: Counter[str]) -> str:
    found = f", only {_kinds(others)}" if others else ""
    return f"no Markdown file ({', '.join(SUFFIXES)}) is in it{found}"


def _kinds(suffixes: dict[str, int]) -> str:
    """Kinds of files, most of all first: `24 .rst, 3 .html`."""
    most_first = sorted(suffixes.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(
        f"{number} {suffix or 'without a suffix'}" for suffix, number in most_first[:_MOST_NAMED]
    )


def shown_path(path: Path) -> str:
    """A path as messages show it: a name that is no UTF-8 must not break the message."""
    return os.fsencode(path).decode(errors="replace")


def _is_markdown(name: str) -> bool:
    return name.lower().endswith(SUFFIXES)


def _holds_markdown(folder: Path) -> bool:
    return any(_is_markdown(name) for _, _, names in os.walk(folder) for name in names)


def _bad_name(entry: os.DirEntry[str]) -> str | None:
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        return "its name is not UTF-8"
    return None


def _bad_file(entry: os.DirEntry[str]) -> str | None:
    """A pipe or a device would be read for ever."""
    return None if entry.is_file() else "not a file"


def _bad_link(
    entry: os.DirEntry[str], path: Path, inside: Path, above: tuple[Path, ...]
) -> str | None:
    if not entry.is_symlink():
        return None
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere or to itself"
    if not target.is_relative_to(inside):
        return "a link that leads out of the folder"
    if entry.is_dir() and target in above:
        return "a link to a folder that it is in"
    return None
