"""`fixbook serve`."""

import logging
from contextlib import nullcontext
from logging.config import dictConfig
from typing import Annotated

import typer

from api.logging_config import describe_exception, log_config
from api.server import run
from cli.bundle_settings import unbundled
from cli.ingest_run import print_report, read_in
from cli.open_library import opened
from cli.options import Bundle
from corpus.library import Library
from corpus.settings import LogFormat, Settings, load_settings

_LOG = logging.getLogger(__name__)


def serve(
    host: Annotated[str | None, typer.Option(help="FIXBOOK_HOST by default.")] = None,
    port: Annotated[int | None, typer.Option(help="FIXBOOK_PORT by default.")] = None,
    workers: Annotated[int | None, typer.Option(help="FIXBOOK_WORKERS by default.")] = None,
    no_ingest: Annotated[
        bool, typer.Option("--no-ingest", help="Serve what was ingested before.")
    ] = False,
    bundle: Bundle = None,
) -> None:
    given = {"host": host, "port": port, "workers": workers}
    with unbundled(bundle) if bundle else nullcontext():
        settings = load_settings(**{name: set_ for name, set_ in given.items() if set_ is not None})
        dictConfig(log_config(settings))
        with opened(settings) as library:
            if bundle or no_ingest:
                library.mend()
            else:
                _read_or_keep(library, settings)
        run(settings)


def _read_or_keep(library: Library, settings: Settings) -> None:
    """Ingests; where that fails, what was published before goes on being served.

    Raises what it failed with where nothing was published, or cannot be read either.
    """
    try:
        report = read_in(library, [settings.content_dir])
    except Exception as error:
        published = library.mend()
        if not published.number:
            raise
        message = "the content was not ingested: %s; generation %d is served as it was"
        _LOG.error(message, describe_exception(error), published.number)
    else:
        print_report(report, as_json=settings.log_format is LogFormat.JSON)
