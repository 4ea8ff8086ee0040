"""The `fixbook` command. A command imports what it needs when it runs, so that none waits
for another's libraries.

Exit codes: 0 good, 1 some articles are bad, 2 wrong usage or settings, 3 the database or
the index failed.
"""

import sys
from typing import Annotated

import typer

from cli.commands.admin import backup, doctor, export, keys, restore
from cli.commands.ingest import check, ingest, verify
from cli.commands.query import diagnose, search, show
from cli.commands.serve import mcp, openapi, serve
from cli.exit_codes import FAILED, USAGE
from corpus.errors import (
    BundleError,
    DocumentError,
    FixbookError,
    InvalidRequest,
    NotFound,
    SettingsError,
)
from languages import LanguageError

_ASKED_WRONGLY = (SettingsError, InvalidRequest, NotFound, DocumentError, BundleError)
_COMMANDS = (
    serve, ingest, search, show, diagnose, check, verify, export, doctor, backup, restore, mcp,
    keys, openapi,
)  # fmt: skip

app = typer.Typer(
    name="fixbook",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for command in _COMMANDS:
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"fixbook {version('fixbook')}")
        raise typer.Exit


@app.callback()
def fixbook(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the version.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """A knowledge base of fixes: Markdown articles in, exact answers out."""


def main() -> None:
    """Runs the command line; expected failures become a line and an exit code."""
    try:
        app()
    except FixbookError as error:
        print(f"fixbook: {error.message}", file=sys.stderr)
        sys.exit(USAGE if isinstance(error, _ASKED_WRONGLY) else FAILED)
    except LanguageError as error:
        print(f"fixbook: {error}", file=sys.stderr)
        sys.exit(USAGE)
    except OSError as error:
        print(f"fixbook: {error}", file=sys.stderr)
        sys.exit(FAILED)
