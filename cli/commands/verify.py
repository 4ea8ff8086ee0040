"""`fixbook verify`."""

import re
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from cli.exit_codes import BAD_ARTICLES
from cli.ingest_run import progress_bar
from cli.options import Json
from cli.output import print_json
from corpus.checks.envelopes import Signer
from corpus.checks.receipts import RECEIPTS
from corpus.document.article import Article
from corpus.errors import NotFound
from corpus.settings import load_settings
from ingest.check import check_places, read_articles
from verify import run
from verify.coverage import coverage_table
from verify.environments.installed import environments_named
from verify.run import VerifyOptions
from verify.selection import CheckShare, Selection, changed_articles


def verify(
    slugs: Annotated[
        list[str] | None, typer.Argument(help="Slugs; default: all.", show_default=False)
    ] = None,
    *,
    in_: Annotated[
        str,
        typer.Option(
            "--in",
            help="Environments, comma separated; default: this machine as it is.",
            show_default=False,
        ),
    ] = "",
    jobs: Annotated[int, typer.Option(min=1, max=16, help="Checks to run at the same time.")] = 2,
    repeat: Annotated[int, typer.Option(min=2, max=20, help="How often to repeat each run.")] = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write no receipts.")] = False,
    without_sandbox: Annotated[
        bool,
        typer.Option(
            "--without-sandbox",
            help="If bubblewrap is unavailable: run the code of articles directly on this machine.",
        ),
    ] = False,
    due: Annotated[
        bool,
        typer.Option(
            "--due", help="Only what changed, is too old or was never run in the environment."
        ),
    ] = False,
    changed_since: Annotated[
        str,
        typer.Option(
            metavar="COMMIT",
            help="Only articles that changed since a commit of git (and the share).",
            show_default=False,
        ),
    ] = "",
    share: Annotated[
        str,
        typer.Option(
            metavar="N/M",
            help="Only the Nth of M parts of the checks (and what changed).",
            show_default=False,
        ),
    ] = "",
    keep: Annotated[
        Path | None,
        typer.Option(help="A new folder in which to leave the work folders of all runs."),
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(help="Sign the receipts with this Ed25519 private key, a file of PEM."),
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="Run nothing: of how many errors a fix was run.")
    ] = False,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    read = read_articles([settings.content_dir], default_lang=settings.default_lang)
    files = {article.slug: file for article, file in read if not slugs or article.slug in slugs}
    chosen = [article for article, _ in read if article.slug in files]
    if unknown := sorted(set(slugs or ()) - files.keys()):
        raise NotFound(f"there is no article {unknown[0]!r} in {settings.content_dir}")
    if table:
        print(
            coverage_table(
                chosen,
                settings.content_dir / RECEIPTS,
                keys=settings.public_keys,
                max_age=settings.receipt_age,
            )
        )
        return
    how = VerifyOptions(
        jobs=jobs,
        repeat=repeat,
        write=not dry_run,
        without_sandbox=without_sandbox,
        keep=None if keep is None else _new_folder(keep),
        environments=environments_named(in_, settings.data_dir),
        selection=Selection(
            due=due,
            max_age=settings.receipt_age,
            changed=_changed_slugs(changed_since, chosen, settings.content_dir),
            share=_share(share),
        ),
        signer=None if sign is None else _signer(sign),
    )
    with progress_bar("Verifying") as progress:
        folder = settings.content_dir / RECEIPTS
        report = run.verify(chosen, receipts=folder, options=how, progress=progress)
    places = {article.slug: check_places(article, files[article.slug]) for article in chosen}
    report.results = [
        replace(result, place=places[result.slug][result.check]) for result in report.results
    ]
    if as_json:
        print_json(report.as_dict())
    else:
        # What somebody has to look at comes last, above the summary.
        results = sorted(report.results, key=lambda result: not result.good)
        for line in (*results, *report.problems):
            print(line)
        print(report.summary())
    sys.exit(0 if report.good else BAD_ARTICLES)


def _new_folder(folder: Path) -> Path:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} must be empty or new", param_hint="--keep")
    return folder


def _changed_slugs(base: str, articles: Iterable[Article], folder: Path) -> frozenset[str] | None:
    slugs = (article.slug for article in articles)
    return changed_articles(slugs, folder, base) if base else None


def _share(text: str) -> CheckShare | None:
    if not text:
        return None
    found = re.fullmatch(r"([1-9]\d{0,3})/([1-9]\d{0,3})", text)
    if found is None or int(found[1]) > int(found[2]):
        raise typer.BadParameter("a part such as 2/3", param_hint="--share")
    return CheckShare(int(found[1]), int(found[2]))


def _signer(file: Path) -> Signer:
    try:
        return Signer(file)
    except (ValueError, OSError) as error:
        raise typer.BadParameter(str(error), param_hint="--sign") from None
