"""Checking documents as an ingest would read them, without a database."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ingest.names import Names
from ingest.prepare import Prepared, Rejected, prepare
from ingest.references import is_reference, reference_problem
from ingest.report import Problem
from ingest.sources import Unit, find_sources


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
    return sorted(problems)


def _unresolved(unit: Unit, prepared: Prepared, names: Names) -> Iterator[Problem]:
    for file, derived in zip(unit.files, prepared.entry.derived, strict=True):
        for link in derived.references:
            if is_reference(link.target) and not names.knows(link.target):
                yield reference_problem(file, link.target)
