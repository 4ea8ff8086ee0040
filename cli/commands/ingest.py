"""Ingesting: from documents to articles, what is wrong with them, and whether they work."""

import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import BAD_ARTICLES
from cli.open_library import opened
from cli.options import Json, Paths
from cli.output import print_json, print_problems, print_report, progress_bar
from corpus.errors import FixbookError, NotFound
from corpus.settings import load_settings

if TYPE_CHECKING:
    from corpus.library import Library
    from ingest.report import IngestReport

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
    """Make the corpus what the paths hold."""
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


def check(
    paths: Paths = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 for warnings too.")] = False,
    as_json: Json = False,
) -> None:
    """Check documents without a database."""
    from ingest.check import check as find_problems

    settings = load_settings()
    problems = find_problems(paths or [settings.content_dir], default_lang=settings.default_lang)
    if as_json:
        print_json({"problems": [problem.as_dict() for problem in problems]})
    else:
        print_problems(problems)
    bad = any(strict or not problem.warning for problem in problems)
    sys.exit(BAD_ARTICLES if bad else 0)


def verify(
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Articles; all by default.", show_default=False)
    ] = None,
    *,
    jobs: Annotated[int, typer.Option(min=1, max=16, help="Checks that run at a time.")] = 2,
    repeat: Annotated[int, typer.Option(min=2, max=20, help="How often each run is done.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Keep no receipts.")] = False,
    without_sandbox: Annotated[
        bool,
        typer.Option(
            "--without-sandbox",
            help="Where bubblewrap cannot run: run what articles say on this very machine.",
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Run the checks of articles in a sandbox and keep receipts of what came of them."""
    from corpus.checks.receipts import RECEIPTS
    from ingest.check import read_articles
    from verify.run import VerifyOptions as How
    from verify.run import verify as run

    settings = load_settings()
    articles = read_articles([settings.content_dir], default_lang=settings.default_lang)
    chosen = [article for article in articles if not slugs or article.slug in slugs]
    if unknown := sorted(set(slugs or ()) - {article.slug for article in articles}):
        raise NotFound(f"there is no article {unknown[0]!r} in {settings.content_dir}")
    how = How(jobs=jobs, repeat=repeat, write=not dry_run, without_sandbox=without_sandbox)
    with progress_bar("Verifying") as progress:
        folder = settings.content_dir / RECEIPTS
        report = run(chosen, receipts=folder, options=how, progress=progress)
    if as_json:
        print_json(report.as_dict())
    else:
        for line in (*report.problems, *report.results):
            print(line)
        print(report.summary())
    sys.exit(0 if report.good else BAD_ARTICLES)


def read_in(library: "Library", paths: list[Path], **chosen: bool) -> "IngestReport":
    """Ingests, with what is chosen of `ingest.pipeline.Options`, and shows how far it is."""
    from ingest.pipeline import IngestOptions
    from ingest.pipeline import ingest as run

    with progress_bar("Ingesting") as progress:
        return run(library, paths, options=IngestOptions(**chosen), progress=progress)


def _watch(
    library: "Library", paths: list[Path], chosen: dict[str, bool], *, as_json: bool
) -> None:
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
    import watchfiles

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
    library: "Library", paths: list[Path], chosen: dict[str, bool], *, as_json: bool
) -> bool:
    """False where it failed: what stood in the way may be gone the next time."""
    try:
        print_report(read_in(library, paths, **chosen), as_json=as_json)
    except FixbookError as error:
        print(f"fixbook: {error.message}", file=sys.stderr, flush=True)
        return False
    return True
