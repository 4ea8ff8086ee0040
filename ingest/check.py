"""Checking documents as an ingest would read them, and for what only a person can judge."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from corpus.checks.checks import Check, CheckProblem, differences, read_checks
from corpus.checks.evidence import Evidence
from corpus.checks.public_keys import PublicKeys
from corpus.document.article import Article
from corpus.document.limits import time_limit
from corpus.errors import DocumentError
from corpus.finding import HealthFinding, bad, good, warning
from corpus.lint.article_rules import form_findings, other_rows, row_line, shared_rows
from corpus.lint.findings import suspicions
from corpus.lint.stated_fixes import stated_otherwise
from corpus.settings import Settings
from ingest.discover import SourceFile, Unit, find_sources
from ingest.names import Names, claim_or_leave_out, unresolved_references
from ingest.prepare import PreparedUnit, RejectedUnit, article_of, prepare
from ingest.read import line_of_body
from ingest.report import Problem

_QUICKLY_READ = 500
"""Articles; more of them are counted, not read: the doctor should not take minutes."""

_MOST = 1_000
"""After this many findings against the form of an article, the rest is not shown."""


def check(paths: Sequence[Path], *, default_lang: str, keys: PublicKeys = ()) -> list[Problem]:
    """Everything wrong with the documents under these paths, by file and line."""
    sources = find_sources(paths, default_lang=default_lang, keys=keys)
    names, problems = Names(), [*sources.problems]
    accepted: list[tuple[Unit, PreparedUnit]] = []
    ours: list[tuple[Unit, PreparedUnit]] = []
    for unit in sources.units:
        result = prepare(unit)
        if isinstance(result, RejectedUnit):
            problems.extend(result.problems)
            continue
        named, complaints = claim_or_leave_out(names, result)
        problems.extend(named.warnings)
        problems.extend(Problem(unit.files[0].shown, 1, message) for message in complaints)
        accepted.append((unit, named))
        if named.insists and not complaints:
            ours.append((unit, named))
    links = (
        (unit.name, derived.lang, link.target)
        for unit, prepared in accepted
        for derived in prepared.entry.derived
        for link in derived.references
    )
    problems.extend(unresolved_references(links, names, sources.units))
    for unit, prepared in accepted:
        problems.extend(_checks(unit, prepared))
        problems.extend(problem for file in unit.files for problem in _suspicions(file))
    problems.extend(_rules(ours, names))
    return sorted(problems)


def read_articles(paths: Sequence[Path], *, default_lang: str) -> list[tuple[Article, SourceFile]]:
    """The good articles under these paths, without a database, each with its original's file."""
    units = find_sources(paths, default_lang=default_lang).units
    read = ((article_of(unit), unit.files[0]) for unit in units)
    return [(article, file) for article, file in read if article is not None]


def check_places(article: Article, file: SourceFile) -> dict[str, str]:
    """File and line of each check of an article that can be run, by name."""
    before = line_of_body(file.path.read_text("utf-8"))
    checks = read_checks(article.translations[0].body).good
    return {check.name: f"{file.shown}:{before + check.line}" for check in checks}


def _checks(unit: Unit, prepared: PreparedUnit) -> Iterator[Problem]:
    """What is wrong with runnable checks, and where a translation's are not the original's."""
    original, *others = prepared.entry.article.translations
    checks = read_checks(original.body)
    yield from _in_file(unit.files[0], checks.problems)
    doubts = [
        *stated_otherwise(checks.good),
        *_unneeded_parts(prepared.entry.evidence, original.lang, checks.good),
    ]
    yield from _in_file(unit.files[0], doubts, are_warnings=True)
    for file, other in zip(unit.files[1:], others, strict=True):
        yield from _in_file(file, differences(other.body, checks.good))


def _rules(accepted: Sequence[tuple[Unit, PreparedUnit]], names: Names) -> Iterator[Problem]:
    """Where articles in our own format do not keep to its rules."""
    for unit, prepared in accepted:
        yield from islice(_form(unit, prepared), _MOST)
        for related in prepared.entry.article.metadata.related_ids:
            if not names.knows(related):
                message = f"the related article {related!r} is not there"
                yield Problem(unit.files[0].shown, 1, message, warning=True)
    by_unit = {unit.name: (unit.files[0], prepared.entry) for unit, prepared in accepted}
    rows = {name: entry.derived[0].errors for name, (_, entry) in by_unit.items()}
    links = {
        name: {names.owner(link.target) for link in entry.derived[0].references}
        for name, (_, entry) in by_unit.items()
    }
    for name, error, other in shared_rows(rows, links):
        file, slug = by_unit[name][0], by_unit[other][1].article.slug
        message = f"{slug} has the row {error!r} too, and no link says which is for what"
        line = row_line(_text(file).splitlines(), error)
        yield Problem(file.shown, line, message, warning=True)


def _form(unit: Unit, prepared: PreparedUnit) -> Iterator[Problem]:
    translations, derived = prepared.entry.article.translations, prepared.entry.derived
    for file, translation, each in zip(unit.files, translations, derived, strict=True):
        text = _text(file)
        found = chain(
            form_findings(text, each.errors, translation.questions),
            other_rows(text, each.errors, derived[0].errors),
        )
        for finding in found:
            yield Problem(file.shown, finding.line, finding.message, warning=True)


def _text(file: SourceFile) -> str:
    return file.path.read_text("utf-8", "replace")


def _unneeded_parts(
    evidence: Iterable[Evidence], lang: str, checks: Iterable[Check]
) -> Iterator[CheckProblem]:
    """The parts of a fix without which it worked all the same, wherever it was run."""
    current = [item.receipt for item in evidence if item.counts(lang)]
    for check in checks:
        found = [set(receipt.unneeded) for receipt in current if receipt.check == check.name]
        for part in sorted(set.intersection(*found) if found else ()):
            message = f"the fix works without this part of it: {part}"
            yield CheckProblem(check.line, check.name, message)


def _in_file(
    file: SourceFile, problems: Iterable[CheckProblem], *, are_warnings: bool = False
) -> Iterator[Problem]:
    """Problems by their lines in the file instead of those in the body."""
    found = list(problems)
    before = line_of_body(file.path.read_text("utf-8")) if found else 0
    for problem in found:
        yield Problem(file.shown, before + problem.line, str(problem), are_warnings)


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


def content_findings(settings: Settings) -> Iterator[HealthFinding]:
    """How many articles there are, and what is wrong with them."""
    folder = settings.content_dir
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.X_OK):
        yield bad("content", f"{folder} cannot be read", "set FIXBOOK_CONTENT_DIR")
        return
    sources = find_sources([folder], default_lang=settings.default_lang)
    number = len(sources.units)
    if not number:
        said = "; ".join(problem.message for problem in sources.problems)
        yield bad("content", f"{folder} holds no article: {said}", "set FIXBOOK_CONTENT_DIR")
    elif number > _QUICKLY_READ:
        yield good("content", f"{folder} holds {number} articles; `fixbook check` reads them")
    else:
        yield _check_content(settings, number)


def _check_content(settings: Settings, number: int) -> HealthFinding:
    problems = check(
        [settings.content_dir], default_lang=settings.default_lang, keys=settings.public_keys
    )
    errors = sum(not problem.warning for problem in problems)
    shown = f"{settings.content_dir} holds {number} articles"
    advice = "`fixbook check` says where and what"
    if errors:
        return bad("content", f"{shown} with {errors} errors", advice)
    if problems:
        return warning("content", f"{shown} with {len(problems)} warnings", advice)
    return good("content", f"{shown}, all in order")
