"""Serving: over HTTP, to an agent, and the specification of what is served."""

import logging
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.commands.ingest import read_in
from cli.open_library import opened, unbundled
from cli.output import print_json, print_report
from corpus.settings import LogFormat, Settings, load_settings

if TYPE_CHECKING:
    from corpus.library import Library

_LOG = logging.getLogger(__name__)


def serve(
    host: Annotated[str | None, typer.Option(help="FIXBOOK_HOST by default.")] = None,
    port: Annotated[int | None, typer.Option(help="FIXBOOK_PORT by default.")] = None,
    workers: Annotated[int | None, typer.Option(help="FIXBOOK_WORKERS by default.")] = None,
    no_ingest: Annotated[
        bool, typer.Option("--no-ingest", help="Serve what was ingested before.")
    ] = False,
    bundle: Annotated[
        Path | None, typer.Option(help="Serve this file, which export made, and nothing else.")
    ] = None,
) -> None:
    """Ingest the content and serve it over HTTP."""
    from logging.config import dictConfig

    from api.logging_config import log_config

    given = {"host": host, "port": port, "workers": workers}
    with unbundled(bundle) if bundle else nullcontext():
        settings = load_settings(**{name: set_ for name, set_ in given.items() if set_ is not None})
        dictConfig(log_config(settings))
        with opened(settings) as library:
            if bundle or no_ingest:
                library.mend()
            else:
                _read_or_keep(library, settings)
        from api.server import run

        run(settings)


def _read_or_keep(library: "Library", settings: Settings) -> None:
    """Ingests; where that fails, what was published before goes on being served.

    Raises what it failed with where nothing was published, or cannot be read either.
    """
    from api.logging_config import told

    try:
        report = read_in(library, [settings.content_dir])
    except Exception as error:
        published = library.mend()
        if not published.number:
            raise
        message = "the content was not ingested: %s; generation %d is served as it was"
        _LOG.error(message, told(error), published.number)
    else:
        print_report(report, as_json=settings.log_format is LogFormat.JSON)


def mcp(
    bundle: Annotated[
        Path | None, typer.Option(help="Serve this file, which export made, and nothing else.")
    ] = None,
) -> None:
    """Serve an agent on standard input and output, by the Model Context Protocol."""
    import asyncio
    from logging.config import dictConfig

    from api.logging_config import log_config
    from api.mcp.server import serve_stdio

    with unbundled(bundle) if bundle else nullcontext():
        settings = load_settings()
        dictConfig(log_config(settings))
        with opened(settings) as library:
            library.mend()
            asyncio.run(serve_stdio(library))


def openapi() -> None:
    """Print the OpenAPI specification."""
    from api.specification import standalone

    print_json(standalone(), indent=2)
