"""`fixbook ingest`, once or at every change."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
import watchfiles

from cli.exit_codes import BAD_ARTICLES
from cli.ingest_run import print_report, read_in
from cli.open_library import opened
from cli.options import Json, Paths
from corpus.errors import FixbookError
from corpus.library import Library
from corpus.settings import load_settings

_LOOK_MILLISECONDS = 2_000
"""How soon an ingest that watches and has failed tries again."""


def ingest(
    paths: Paths = None,
    *,
    add: Annotated[bool, typer.Option("--add", help="Keep what is not under the paths.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing unless all are good.")
    ] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Go on at every change.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen.")] = False,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Read everything again.")] = False,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    wanted = paths or [settings.content_dir]
    chosen = {"add": add, "strict": strict, "dry_run": dry_run, "rebuild": rebuild}
    if watch:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # what is half done is rolled back
    with opened(settings) as library:
        report = read_in(library, wanted, **chosen)
        print_report(report, as_json=as_json)
        if watch:
            _watch(library, wanted, chosen, as_json=as_json)
    sys.exit(0 if watch or report.good else BAD_ARTICLES)


def _watch(library: Library, paths: list[Path], chosen: dict[str, bool], *, as_json: bool) -> None:
    """Goes on until a signal says that it is enough."""
    done = True
    for changed in _looks(paths):
        if changed or not done:
            done = _ingest_again(library, paths, chosen, as_json=as_json)


def _looks(paths: list[Path]) -> Iterator[bool]:
    """Whether anything has changed, again and again. A signal is the end of it.

    What is watched are folders, not names: where a name has come to mean another folder,
    as a link does that is swapped, that one is watched from then on.
    """
    while True:
        watched, is_first = _places(paths), True
        for changes in watchfiles.watch(
            *(path for path in paths if path.exists()),
            yield_on_timeout=True,
            rust_timeout=_LOOK_MILLISECONDS,
            raise_interrupt=False,
        ):
            if _places(paths) != watched:
                break
            yield bool(changes) or is_first  # what was written before is not to be missed
            is_first = False
        else:
            return


def _places(paths: list[Path]) -> list[tuple[Path, int] | None]:
    """What paths lead to right now: a name and the number of what has it; None for nothing."""
    return [(path.resolve(), path.stat().st_ino) if path.exists() else None for path in paths]


def _ingest_again(
    library: Library, paths: list[Path], chosen: dict[str, bool], *, as_json: bool
) -> bool:
    """False where it failed: what stood in the way may be gone the next time."""
    try:
        print_report(read_in(library, paths, **chosen), as_json=as_json)
    except FixbookError as error:
        print(f"fixbook: {error.message}", file=sys.stderr, flush=True)
        return False
    return True
