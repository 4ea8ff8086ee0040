"""Printing: what commands say, for people and for machines."""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from corpus.text.escaping import one_line

if TYPE_CHECKING:
    from ingest.pipeline import Progress
    from ingest.report import IngestReport, Problem

_CONTROL = re.compile(r"[\x7f-\x9f]")


def print_json(value: Any, indent: int | None = None) -> None:
    """Prints a value for machines, on one line unless indented.

    JSON escapes what is below the space, and leaves the other characters that steer terminals.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=list)
    print(_CONTROL.sub(lambda match: f"\\u{ord(match[0]):04x}", text), flush=True)


def print_report(report: "IngestReport", *, as_json: bool = False) -> None:
    """Prints what an ingest found wrong, and what it did."""
    if as_json:
        print_json(report.as_dict())
        return
    print_problems(report.problems)
    print(report.summary(), flush=True)
    if report.advice:
        print(f"fixbook: {report.advice}", file=sys.stderr)


def print_problems(problems: "Sequence[Problem]") -> None:
    """Prints each on a line, by file and line."""
    for problem in sorted(problems):
        print(problem, file=sys.stderr)


def print_item(
    titles: Mapping[str, str],
    slug: str,
    lang: str,
    row: tuple[str, str | None, str | None] | None,
) -> None:
    """Prints an article that was found, and the row that says why: what, cause and fix."""
    print(one_line(titles.get(lang) or next(iter(titles.values()))))
    print(f"    {one_line(slug)}")
    if row is not None:
        what, cause, fix = row
        print(f"    {one_line(what)}")
        if cause or fix:
            print(f"    cause: {one_line(cause or '')}\n    fix: {one_line(fix or '')}")


@contextmanager
def progress_bar(what: str) -> "Iterator[Progress]":
    """A bar where somebody watches, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
