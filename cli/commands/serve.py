"""`fixbook serve`."""

import logging
from contextlib import nullcontext
from logging.config import dictConfig
from typing import Annotated

import typer

from api.logging_config import describe_exception, log_config
from api.server import run
from api.starting import StartupServer, listen
from cli.bundle_settings import bundle_settings
from cli.ingest_run import print_report, run_ingest
from cli.open_library import open_library
from cli.options import Bundle
from corpus.library import Library
from corpus.settings import LogFormat, Settings, load_settings
from ingest.pipeline import Progress

_LOG = logging.getLogger(__name__)
_WITHOUT_VECTORS = (
    "FIXBOOK_VECTORS: no vectors of this model are published, so searches go by words alone; run "
    "`fixbook ingest`"
)


def serve(
    host: Annotated[str | None, typer.Option(help="Default: FIXBOOK_HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Default: FIXBOOK_PORT.")] = None,
    workers: Annotated[int | None, typer.Option(help="Default: FIXBOOK_WORKERS.")] = None,
    no_ingest: Annotated[
        bool, typer.Option("--no-ingest", help="Serve what was ingested before.")
    ] = False,
    bundle: Bundle = None,
) -> None:
    given = {"host": host, "port": port, "workers": workers}
    with bundle_settings(bundle) if bundle else nullcontext():
        settings = load_settings(**{name: set_ for name, set_ in given.items() if set_ is not None})
        dictConfig(log_config(settings))
        sockets, starting = listen(settings), StartupServer()
        with starting.answering(sockets), open_library(settings) as library:
            library.open_model()
            if bundle or no_ingest or settings.sync_repository:  # which `sync` takes care of
                library.mend()
            else:
                _ingest_or_mend(library, settings, starting.progress)
            if library.lacks_vectors(library.current()):
                _LOG.warning(_WITHOUT_VECTORS)
        run(settings, sockets)


def _ingest_or_mend(library: Library, settings: Settings, progress: Progress) -> None:
    """Ingests; if that fails, the published generation is served.

    Raises the error if nothing has been published, or that cannot be read either.
    """
    try:
        report = run_ingest(library, [settings.content_dir], progress=progress)
    except Exception as error:
        published = library.mend()
        if not published.number:
            raise
        message = "the content was not ingested: %s; serving the published generation %d"
        _LOG.error(message, describe_exception(error), published.number)
    else:
        print_report(report, as_json=settings.log_format is LogFormat.JSON)
