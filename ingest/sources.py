"""Which files make up which articles: walking folders, names, languages, slugs.

A unit is the files of one article: same folder, same name, one file per language.
"""

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.report import Problem

_SUFFIXES = (".md", ".markdown")
_LANGUAGES = frozenset(
    "ar bg bn ca cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv ms nb nl no pl pt "
    "ro ru sk sl sr sv ta th tr uk ur vi zh".split()
)
_LANGUAGE_SUFFIX = re.compile(r"(?P<name>.+)\.(?P<lang>(?P<primary>[a-z]{2})(?:-[A-Za-z]{2,4})?)")
_NOT_IN_SLUGS = re.compile(r"[^\w.~-]+")


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
    suggests; `domain` the name of the folder that it lies in ('' at the top).
    """

    name: str
    slug: str
    domain: str
    files: tuple[SourceFile, ...]


@dataclass(slots=True)
class Sources:
    """What the walk found. `unreadable` are unit name prefixes that could not be looked at."""

    units: list[Unit] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Found:
    path: Path
    relative: PurePosixPath
    shown: str


def find_sources(paths: Sequence[Path], *, default_lang: str) -> Sources:
    """Walks files and folders. Hidden names are passed over; every problem is told.

    A link is followed unless it leads out of the folder or round in a circle.
    """
    sources = Sources()
    found = [file for path in paths for file in _walk_root(path, sources)]
    groups: dict[PurePosixPath, dict[str, _Found]] = defaultdict(dict)
    for file in found:
        stem, lang = split_language(_stem(file.relative.name), default_lang)
        languages = groups[file.relative.with_name(stem)]
        if lang in languages:
            sources.problems.append(
                Problem(file.shown, 1, f"the language {lang} is already in {languages[lang].shown}")
            )
        else:
            languages[lang] = file
    slugs = _slugs(list(groups))
    sources.units = [
        _unit(name, languages, slugs[name], default_lang)
        for name, languages in sorted(groups.items())
    ]
    return sources


def split_language(stem: str, default_lang: str) -> tuple[str, str]:
    """`guide.zh` → (`guide`, `zh`); a name without a known language has the default one."""
    match = _LANGUAGE_SUFFIX.fullmatch(stem)
    if match and match["primary"] in _LANGUAGES:
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
    )


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
    """A text as one path segment of a URL; letters of any script stay."""
    return _NOT_IN_SLUGS.sub("-", text).strip("-.") or "article"


# Walking


def _walk_root(root: Path, sources: Sources) -> Iterator[_Found]:
    if root.is_dir():
        inside = root.resolve()
        yield from _walk(root, PurePosixPath(inside.name), inside=inside, above=(), to=sources)
    elif root.is_file() and root.suffix in _SUFFIXES:
        parent = root.resolve().parent
        yield _Found(root, PurePosixPath(parent.name) / root.name, str(root))
    else:
        what = "not a Markdown file" if root.exists() else "there is no such file or folder"
        sources.problems.append(Problem(str(root), 1, what))
        sources.unreadable.append(root.resolve().name)


def _walk(
    folder: Path, relative: PurePosixPath, *, inside: Path, above: tuple[Path, ...], to: Sources
) -> Iterator[_Found]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        to.problems.append(Problem(str(folder), 1, f"cannot be listed: {error.strerror}"))
        to.unreadable.append(str(relative))
        return
    here = (*above, folder.resolve())
    for entry in entries:
        if entry.name.startswith("."):
            continue
        path, name = folder / entry.name, relative / entry.name
        problem = _bad_link(entry, path, inside, here) if entry.is_symlink() else None
        if problem:
            to.problems.append(Problem(str(path), 1, problem))
            to.unreadable.append(str(name))
        elif entry.is_dir():
            yield from _walk(path, name, inside=inside, above=here, to=to)
        elif path.suffix in _SUFFIXES:
            yield _Found(path, name, str(path))


def _bad_link(
    entry: os.DirEntry[str], path: Path, inside: Path, above: tuple[Path, ...]
) -> str | None:
    try:
        target = path.resolve(strict=True)
    except (OSError, RuntimeError):
        return "a link that leads nowhere or to itself"
    if not target.is_relative_to(inside):
        return "a link that leads out of the folder"
    if entry.is_dir() and target in above:
        return "a link to a folder that it is in"
    return None
