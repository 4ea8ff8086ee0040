"""An ingest as commands run it: with a progress bar and a report."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress as Bar

from cli.output import print_json
from corpus.library import Library
from ingest import pipeline
from ingest.pipeline import IngestOptions, Progress
from ingest.report import IngestReport, Problem


def run_ingest(
    library: Library,
    paths: list[Path],
    options: IngestOptions | None = None,
    *,
    progress: Progress | None = None,
) -> IngestReport:
    """Ingests, and shows the progress; `progress` is told as well."""
    with progress_bar("Ingesting") as bar:

        def show(done: int, total: int) -> None:
            bar(done, total)
            if progress is not None:
                progress(done, total)

        return pipeline.ingest(library, paths, options=options or IngestOptions(), progress=show)


def print_report(report: IngestReport, *, as_json: bool = False) -> None:
    """Prints the problems that an ingest found, and what it did."""
    if as_json:
        print_json(report.as_dict())
        return
    print_problems(report.problems)
    print(report.summary(), flush=True)
    if report.advice:
        print(f"fixbook: {report.advice}", file=sys.stderr)


def print_problems(problems: Sequence[Problem]) -> None:
    """Prints one problem a line, ordered by file and line."""
    for problem in sorted(problems):
        print(problem, file=sys.stderr)


@contextmanager
def progress_bar(what: str) -> Iterator[Progress]:
    """A progress bar on a terminal, nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
