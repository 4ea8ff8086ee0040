"""Checking documents as an ingest would read them, and for what only a person can judge."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from corpus.checks.checks import CheckProblem, differences, read_checks
from corpus.document.article import Article
from corpus.errors import DocumentError
from ingest.discover import SourceFile, Unit, find_sources
from ingest.lint.findings import suspicions
from ingest.names import Names
from ingest.prepare import Prepared, Rejected, prepare
from ingest.references import reference_problems, unresolved
from ingest.report import Problem
from ingest.time_limit import time_limit


def check(paths: Sequence[Path], *, default_lang: str) -> list[Problem]:
    """Everything wrong with the documents under these paths, by file and line."""
    sources = find_sources(paths, default_lang=default_lang)
    names = Names()
    problems = [*sources.problems]
    good: list[tuple[Unit, Prepared]] = []
    for unit in sources.units:
        result = prepare(unit)
        if isinstance(result, Rejected):
            problems.extend(result.problems)
            continue
        problems.extend(result.warnings)
        shown = unit.files[0].shown
        claimed = names.claim(unit.name, result.entry.article)
        problems.extend(Problem(shown, 1, message) for message in claimed)
        good.append((unit, result))
    for unit, prepared in good:
        problems.extend(_unresolved(unit, prepared, names))
        problems.extend(_checks(unit, prepared))
        problems.extend(problem for file in unit.files for problem in _suspicions(file))
    return sorted(problems)


def read_articles(paths: Sequence[Path], *, default_lang: str) -> list[Article]:
    """The good articles under these paths, without a database."""
    units = find_sources(paths, default_lang=default_lang).units
    prepared = (prepare(unit) for unit in units)
    return [result.entry.article for result in prepared if isinstance(result, Prepared)]


def _checks(unit: Unit, prepared: Prepared) -> Iterator[Problem]:
    """What is wrong with runnable checks, and where a translation's are not the original's."""
    original, *others = prepared.entry.article.translations
    checks = read_checks(original.body)
    yield from _in_file(unit.files[0], original.body, checks.problems)
    for file, other in zip(unit.files[1:], others, strict=True):
        yield from _in_file(file, other.body, differences(other.body, checks.good))


def _in_file(file: SourceFile, body: str, problems: Iterable[CheckProblem]) -> Iterator[Problem]:
    """Problems by their lines in the file instead of those in the body."""
    text = file.path.read_text("utf-8")
    before = text.count("\n", 0, max(text.find(body), 0))
    for problem in problems:
        yield Problem(file.shown, before + problem.line, str(problem))


def _suspicions(file: SourceFile) -> Iterator[Problem]:
    """What an ingest lets pass, for it is no fault of form."""
    try:
        with time_limit():
            found = suspicions(file.path.read_text("utf-8"))
    except DocumentError as error:
        yield Problem(file.shown, error.line, f"cannot be looked through: {error.message}")
        return
    for each in found:
        yield Problem(file.shown, each.line, each.message, warning=not each.error)


def _unresolved(unit: Unit, prepared: Prepared, names: Names) -> Iterator[Problem]:
    for file, derived in zip(unit.files, prepared.entry.derived, strict=True):
        targets = (link.target for link in derived.references)
        yield from reference_problems(file, unresolved(targets, names))
