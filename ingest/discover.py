"""Which files make up which articles: walking folders, names, languages, slugs.

A unit is the files of one article: same folder, same name, one file per language.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from corpus.checks.public_keys import PublicKeys
from corpus.checks.receipts import RECEIPTS, receipt_path
from corpus.errors import DocumentError
from corpus.text.scripts import language_of
from ingest.file_names import domain, language_folders, slugs, split_language
from ingest.files.stable_read import LARGEST_FILE, read_still
from ingest.files.walk import FoundFile, walk
from ingest.report import Problem


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file, how it is called in messages, and its language.

    `relative` is its path from above the folder that was walked. If `is_guess`, nothing but the
    default says which language it is in: the text may.
    """

    path: Path
    shown: str
    relative: PurePosixPath
    lang: str
    is_guess: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The files of one article, the original's first.

    `name` identifies the unit from one ingest to the next; `slug` is what its file name
    suggests; `domain` the name of the folder that it lies in ('' if that says nothing).
    `receipts` is where the receipts of its checks are, if there are any; those count that one of
    `keys` signed, or all if there are no keys, and that are at most `max_age` days old.
    """

    name: str
    slug: str
    domain: str
    files: tuple[SourceFile, ...]
    receipts: Path
    keys: PublicKeys = ()
    max_age: int | None = None


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
class _NamedFile:
    """A file of the walk with what its path says: the unit that it is of, and its language."""

    file: FoundFile
    unit: PurePosixPath
    lang: str | None


def find_sources(
    paths: Sequence[Path],
    *,
    default_lang: str,
    content_dir: Path | None = None,
    keys: PublicKeys = (),
    max_age: int | None = None,
) -> Sources:
    """Walks files and folders. Hidden names are passed over; every problem is told.

    A link is followed unless it leads out of the folder or round in a circle. A path in
    `content_dir` gives units the names that they have when the whole of it is walked.
    """
    walked = walk(paths, content_dir)
    problems, spoiled = [*walked.problems], set[str]()
    groups: dict[PurePosixPath, dict[str, SourceFile]] = defaultdict(dict)
    roots: dict[PurePosixPath, Path] = {}
    for named in _named_files(walked.found.values()):
        languages = groups[named.unit]
        file = _source_file(named, default_lang, taken=languages)
        roots.setdefault(named.unit, _root(named.file))
        problem = named.file.problem
        if not problem and (other := languages.setdefault(file.lang, file)) is not file:
            problem = f"the language {file.lang} is already in {other.shown}"
        if problem:
            problems.append(Problem(file.shown, 1, problem))
            spoiled.add(str(named.unit))
    slug_of = slugs(list(groups))
    units = (
        replace(
            _unit(name, languages, slug_of[name], roots[name], default_lang),
            keys=keys,
            max_age=max_age,
        )
        for name, languages in sorted(groups.items())
        if str(name) not in spoiled
    )
    return Sources(
        units=tuple(units),
        problems=tuple(problems),
        spoiled=frozenset(spoiled),
        unreadable=frozenset(walked.unreadable),
    )


def _named_files(found: Iterable[FoundFile]) -> Iterator[_NamedFile]:
    """The files, those first whose path says their language."""
    plain: list[_NamedFile] = []
    names = {file: split_language(file.relative.stem) for file in found}
    paths = {file: file.relative.with_name(stem) for file, (stem, _) in names.items()}
    folders = language_folders(paths.values())
    for file, (_, lang) in names.items():
        path = paths[file]
        folder = next((each for each in path.parents if each in folders), None)
        unit = path if folder is None else folder.parent / path.relative_to(folder)
        said = lang or (folders[folder] if folder else None)
        if said:
            yield _NamedFile(file, unit, said)
        else:
            plain.append(_NamedFile(file, unit, None))
    yield from plain


def _source_file(named: _NamedFile, default_lang: str, *, taken: Collection[str]) -> SourceFile:
    """`README.md` may be Chinese: where the default language is taken, its text is asked."""
    lang, path = named.lang or default_lang, named.file.path
    if named.lang is None and lang in taken and not named.file.problem:
        lang = _language_inside(path) or lang
    return SourceFile(
        path=path,
        shown=named.file.shown,
        relative=named.file.relative,
        lang=lang,
        is_guess=named.lang is None,
    )


def _language_inside(path: Path) -> str | None:
    try:
        return language_of(read_still(path, most=LARGEST_FILE).decode(errors="replace"))
    except (DocumentError, OSError):
        return None  # said when it is read


def _unit(
    name: PurePosixPath, languages: dict[str, SourceFile], slug: str, root: Path, default_lang: str
) -> Unit:
    original_first = sorted(languages, key=lambda lang: (lang != default_lang, lang))
    return Unit(
        name=str(name),
        slug=slug,
        domain=domain(name),
        files=tuple(languages[lang] for lang in original_first),
        receipts=receipt_path(root / RECEIPTS, slug),
    )


def _root(found: FoundFile) -> Path:
    """The folder that the walk began in."""
    return found.path.parents[len(found.relative.parts) - 2]
