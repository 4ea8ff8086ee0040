"""`fixbook sync`, once or every few seconds."""

import logging
import signal
import sys
import time
from logging.config import dictConfig
from typing import Annotated

import typer

from api.logging_config import log_config
from cli.exit_codes import BAD_ARTICLES, FAILED
from cli.ingest_run import print_problems, progress_bar
from cli.open_library import open_library
from cli.options import Json
from cli.output import print_json
from corpus.errors import SettingsError
from corpus.last_records import SyncOutcome
from corpus.library import Library
from corpus.settings import load_settings
from ingest.pipeline import IngestOptions
from ingest.sync.sync import SyncReport
from ingest.sync.sync import sync as sync_once

_EXIT_CODES = {
    SyncOutcome.PUBLISHED: 0,
    SyncOutcome.UNCHANGED: 0,
    SyncOutcome.INCOMPLETE: BAD_ARTICLES,
    SyncOutcome.REFUSED: BAD_ARTICLES,
    SyncOutcome.UNREACHABLE: FAILED,
    SyncOutcome.FAILED: FAILED,
}
_LOG = logging.getLogger("fixbook")


def sync(
    *,
    watch: Annotated[
        float | None,
        typer.Option(min=1, metavar="SECONDS", help="Keep running, and sync again after a pause."),
    ] = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="Publish nothing if any article has an error.")
    ] = False,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    if not settings.sync_repository:
        raise SettingsError("FIXBOOK_SYNC_REPOSITORY: may be the address of a git repository")
    dictConfig(log_config(settings))
    if watch:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # a sync under way is rolled back
    options = IngestOptions(strict=strict)
    with open_library(settings) as library:
        report = _sync(library, options, as_json=as_json)
        while watch:
            time.sleep(watch)
            report = _sync(library, options, as_json=as_json)
    sys.exit(_EXIT_CODES[report.record.outcome])


def _sync(library: Library, options: IngestOptions, *, as_json: bool) -> SyncReport:
    with progress_bar("Ingesting") as progress:
        report = sync_once(library, options=options, progress=progress)
    record = report.record
    if as_json:
        ingest = report.ingest and report.ingest.as_dict()
        print_json({**record.model_dump(mode="json"), "ingest": ingest})
    elif report.ingest is not None:
        print_problems(report.ingest.problems)
        print(f"{record.outcome}, commit {record.commit}: {report.ingest.summary()}", flush=True)
    if record.message:
        _LOG.error("sync: %s", record.message)
    return report
