"""Which files make up which articles: walking folders, names, languages, slugs.

A unit is the files of one article: same folder, same name, one file per language.
"""

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from corpus.checks.receipts import RECEIPTS, receipt_path
from ingest.report import Problem
from ingest.stable_read import StableRead
from languages.loader import folders

_SUFFIXES = (".md", ".markdown")
_LANGUAGES = frozenset((
    "ar", "bg", "bn", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi",
    "hr", "hu", "id", "is", "it", "ja", "ko", "lt", "lv", "ms", "nb", "nl", "no", "pl", "pt", "ro",
    "ru", "sk", "sl", "sr", "sv", "ta", "th", "tr", "uk", "ur", "vi", "zh",
))  # fmt: skip
_LANGUAGE_SUFFIX = re.compile(r"(?P<name>.+)\.(?P<lang>(?P<primary>[a-z]{2})(?:-[A-Za-z]{2,4})?)")
_NOT_IN_SLUGS = re.compile(r"[^\w.~-]+")
_WALKS = 10
"""How often folders are walked in which names come and go, before it is good enough."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, how it is called in messages, and the language its name gives it."""

    path: Path
    shown: str
    lang: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The files of one article, the original's first.

    `name` identifies the unit from one ingest to the next; `slug` is what its file name
    suggests; `domain` the name of the folder that it lies in ('' at the top). `receipts` is
    where the receipts of its checks are, if there are any.
    """

    name: str
    slug: str
    domain: str
    files: tuple[SourceFile, ...]
    receipts: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What was found.

    `spoiled` are the names of units with a file that cannot be used, `unreadable` the
    folders that could not be looked into. What is published of either stays.
    """

    units: tuple[Unit, ...]
    problems: tuple[Problem, ...]
    spoiled: frozenset[str]
    unreadable: frozenset[str]

    def may_hold(self, unit: str) -> bool:
        """Whether the unit may be there for all that is known."""
        return unit in self.spoiled or any(
            not folder or unit.startswith(f"{folder}/") for folder in self.unreadable
        )


@dataclass(frozen=True, slots=True)
class _Found:
    """A file of the walk, or a name that could not be followed and why."""

    path: Path
    relative: PurePosixPath
    problem: str | None = None

    @property
    def shown(self) -> str:
        return _shown(self.path)


def find_sources(
    paths: Sequence[Path], *, default_lang: str, content_dir: Path | None = None
) -> Sources:
    """Walks files and folders. Hidden names are passed over; every problem is told.

    A link is followed unless it leads out of the folder or round in a circle. A path in
    `content_dir` gives units the names that they have when the whole of it is walked.
    """
    walk = _walked(paths, content_dir.resolve() if content_dir else None)
    problems, spoiled = [*walk.problems], set[str]()
    groups: dict[PurePosixPath, dict[str, _Found]] = defaultdict(dict)
    for file in walk.found.values():
        stem, lang = split_language(_stem(file.relative.name), default_lang)
        name = file.relative.with_name(stem)
        languages, problem = groups[name], file.problem
        if not problem and (other := languages.setdefault(lang, file)) is not file:
            problem = f"the language {lang} is already in {other.shown}"
        if problem:
            problems.append(Problem(file.shown, 1, problem))
            spoiled.add(str(name))
    slugs = _slugs(list(groups))
    units = (
        _unit(name, languages, slugs[name], default_lang)
        for name, languages in sorted(groups.items())
        if str(name) not in spoiled
    )
    return Sources(
        units=tuple(units),
        problems=tuple(problems),
        spoiled=frozenset(spoiled),
        unreadable=frozenset(walk.unreadable),
    )


def split_language(stem: str, default_lang: str) -> tuple[str, str]:
    """`guide.zh` → (`guide`, `zh`); a name without a known language has the default one."""
    match = _LANGUAGE_SUFFIX.fullmatch(stem)
    if match and (match["primary"] in _LANGUAGES or match["primary"] in folders()):
        return match["name"], match["lang"]
    return stem, default_lang


def _unit(name: PurePosixPath, languages: dict[str, _Found], slug: str, default_lang: str) -> Unit:
    original_first = sorted(languages, key=lambda lang: (lang != default_lang, lang))
    parts = name.parts
    return Unit(
        name=str(name),
        slug=slug,
        domain=parts[-2] if len(parts) > 2 else "",
        files=tuple(
            SourceFile(path=languages[lang].path, shown=languages[lang].shown, lang=lang)
            for lang in original_first
        ),
        receipts=receipt_path(_root(languages[original_first[0]]) / RECEIPTS, slug),
    )


def _root(found: _Found) -> Path:
    """The folder that the walk began in."""
    return found.path.parents[len(found.relative.parts) - 2]


def _stem(name: str) -> str:
    return name[: name.rindex(".")]


def _slugs(names: Sequence[PurePosixPath]) -> dict[PurePosixPath, str]:
    """A slug for each name: the last part, with parents in front while two are the same."""
    depth = dict.fromkeys(names, 1)
    while True:
        taken: dict[str, list[PurePosixPath]] = defaultdict(list)
        for name in names:
            taken[_slug(name, depth[name])].append(name)
        clashing = [
            name
            for same in taken.values()
            if len(same) > 1
            for name in same
            if depth[name] < len(name.parts)
        ]
        if not clashing:
            return {name: _slug(name, depth[name]) for name in names}
        for name in clashing:
            depth[name] += 1


def _slug(name: PurePosixPath, depth: int) -> str:
    return slugify("-".join(name.parts[-depth:]))


def slugify(text: str) -> str:
    """A text as one path segment of a URL; letters of any script stay.

    A slug never ends in `.md`, for that asks for the Markdown of an article.
    """
    slug = _NOT_IN_SLUGS.sub("-", unicodedata.normalize("NFC", text)).strip("-.")
    while slug.endswith(".md"):
        slug = slug.removesuffix(".md").strip("-.")
    return slug or "article"


# Walking


def _walked(paths: Sequence[Path], base: Path | None) -> "_Walk":
    """Walks until no name came or went meanwhile: what is moved must not be missed."""
    for _ in range(_WALKS):
        walk = _Walk(base)
        for path in paths:
            walk.begin(path)
        if walk.names.holds():
            return walk
        walk.names.wait()
    message = "files come and go in it just now, so nothing is removed from what is published"
    walk.problems.append(Problem(_shown(paths[0]), 1, message, warning=True))
    walk.unreadable.add("")
    return walk


class _Walk:
    """One walk through all paths, and what was found on it."""

    def __init__(self, base: Path | None) -> None:
        self._base = base
        self.found: dict[Path, _Found] = {}
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
            self._walk(root, relative, inside=inside, above=())
        elif root.suffix in _SUFFIXES:
            named = relative if relative.parent.name else inside.parent.name / relative
            self.found[root] = _Found(root, named, None if inside.is_file() else "not a file")
        else:
            self._miss(root, "not a Markdown file", "")

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
            if not problem and entry.is_dir():
                self._walk(path, name, inside=inside, above=here)
            elif path.suffix in _SUFFIXES:
                self.found[path] = _Found(path, name, problem or _bad_file(entry))
            elif problem:
                self._miss(path, problem, str(name))

    def _miss(self, path: Path, problem: str, unreadable: str) -> None:
        self.problems.append(Problem(_shown(path), 1, problem))
        self.unreadable.add(unreadable)


def _shown(path: Path) -> str:
    """A path as messages show it: a name that is no UTF-8 must not break the message."""
    return os.fsencode(path).decode(errors="replace")


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
