"""`fixbook ingest`, once or on every change."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
import watchfiles

from cli.exit_codes import BAD_ARTICLES
from cli.ingest_run import print_report, run_ingest
from cli.open_library import open_library
from cli.options import Json, Paths
from corpus.errors import FixbookError
from corpus.library import Library
from corpus.settings import load_settings
from ingest.pipeline import IngestOptions

_POLL_MILLISECONDS = 2_000
"""How soon `--watch` tries again after a failure."""


def ingest(
    paths: Paths = None,
    *,
    add: Annotated[
        bool, typer.Option("--add", help="Keep articles that are not under the paths.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing if any article has an error.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Keep running, and ingest every change.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Report what would happen, and change nothing.")
    ] = False,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Read all files again, changed or not.")
    ] = False,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    wanted = paths or [settings.content_dir]
    options = IngestOptions(add=add, strict=strict, dry_run=dry_run, rebuild=rebuild)
    if watch:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # an ingest under way is rolled back
    with open_library(settings) as library:
        report = run_ingest(library, wanted, options)
        print_report(report, as_json=as_json)
        if watch:
            _watch(library, wanted, options, as_json=as_json)
    sys.exit(0 if watch or report.good else BAD_ARTICLES)


def _watch(library: Library, paths: list[Path], options: IngestOptions, *, as_json: bool) -> None:
    """Ingests again on every change, until a signal."""
    done = True
    for changed in _changes(paths):
        if changed or not done:
            done = _ingest_again(library, paths, options, as_json=as_json)


def _changes(paths: list[Path]) -> Iterator[bool]:
    """Every few seconds, whether anything has changed; ends with a signal.

    The operating system watches folders, not names. If a name comes to mean another folder, as
    when a symbolic link is swapped, that one is watched from then on.
    """
    while True:
        watched, is_first = _places(paths), True
        for changes in watchfiles.watch(
            *(path for path in paths if path.exists()),
            yield_on_timeout=True,
            rust_timeout=_POLL_MILLISECONDS,
            raise_interrupt=False,
        ):
            if _places(paths) != watched:
                break
            yield bool(changes) or is_first  # so that earlier changes are not missed
            is_first = False
        else:
            return


def _places(paths: list[Path]) -> list[tuple[Path, int] | None]:
    """What the paths currently resolve to: path and inode; None if missing."""
    return [(path.resolve(), path.stat().st_ino) if path.exists() else None for path in paths]


def _ingest_again(
    library: Library, paths: list[Path], options: IngestOptions, *, as_json: bool
) -> bool:
    """Ingests; False if that failed and should be tried again."""
    try:
        print_report(run_ingest(library, paths, options), as_json=as_json)
    except FixbookError as error:
        print(f"fixbook: {error.message}", file=sys.stderr, flush=True)
        return False
    return True
