"""The `fixbook` command.

Exit codes: 0 good, 1 some articles are bad, 2 wrong usage or settings, 3 the database or
the index failed.
"""

import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from cli.exit_codes import FAILED, USAGE
from cli.loading import load
from corpus.errors import (
    BundleError,
    DocumentError,
    FixbookError,
    InvalidRequest,
    NotFound,
    SettingsError,
)
from languages import LanguageError

COMMANDS = {
    "serve": ("cli.commands.serve:serve", "Ingest the content and serve it over HTTP."),
    "ingest": ("cli.commands.ingest:ingest", "Make the corpus what the paths hold."),
    "search": ("cli.commands.search:search", "Search the articles."),
    "show": ("cli.commands.show:show", "Print an article."),
    "diagnose": (
        "cli.commands.diagnose:diagnose",
        "Find the articles that know the error in a log: some-command 2>&1 | fixbook diagnose",
    ),
    "check": ("cli.commands.check:check", "Check documents without a database."),
    "verify": (
        "cli.commands.verify:verify",
        "Run the checks of articles in a sandbox and keep receipts of what came of them.",
    ),
    "export": (
        "cli.commands.bundles:export",
        "Write every article out as a document, to be ingested elsewhere, or all as one file.",
    ),
    "doctor": (
        "cli.commands.doctor:doctor",
        "Look at settings, data, database, index, content and machine, and say what to do.",
    ),
    "backup": (
        "cli.commands.bundles:backup",
        "Write the published corpus into one file, while servers go on. It is a bundle.",
    ),
    "restore": (
        "cli.commands.bundles:restore",
        "Make the corpus what a backup holds, while servers go on. API keys stay as they are.",
    ),
    "mcp": (
        "cli.commands.mcp:mcp",
        "Serve an agent on standard input and output, by the Model Context Protocol.",
    ),
    "keys": (
        "cli.commands.keys:keys",
        "Make, list and revoke API keys, whose holders may ask more often.",
    ),
    "openapi": ("cli.commands.openapi:openapi", "Print the OpenAPI specification."),
}
"""Where each command is, loaded when it is called, and what it does, for the list of all."""
_USAGE_ERRORS = (SettingsError, InvalidRequest, NotFound, DocumentError, BundleError)


class Commands(TyperGroup):
    """Commands that are listed by the table, and loaded when they are called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The name of the command that is called, the command, and its own arguments."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, loaded(name), rest


def loaded(name: str | None) -> Any:
    """The command of this name, with its options."""
    if name is None:
        return None
    place, text = COMMANDS[name]
    single = typer.Typer(add_completion=False)
    single.command(name, help=text)(load(place))
    return typer.main.get_command(single)


app = typer.Typer(
    name="fixbook",
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _name, (_, _text) in COMMANDS.items():
    app.command(_name, help=_text)(lambda: None)


def _print_version(wanted: bool) -> None:
    if wanted:
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
        sys.exit(USAGE if isinstance(error, _USAGE_ERRORS) else FAILED)
    except LanguageError as error:
        print(f"fixbook: {error}", file=sys.stderr)
        sys.exit(USAGE)
    except OSError as error:
        print(f"fixbook: {error}", file=sys.stderr)
        sys.exit(FAILED)
