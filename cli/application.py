"""The commands, their options and how they end."""

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
    "ingest": ("cli.commands.ingest:ingest", "Read the articles under the paths into the corpus."),
    "sync": (
        "cli.commands.sync:sync",
        "Fetch the content's git repository, verify its newest commit and ingest it.",
    ),
    "search": ("cli.commands.search:search", "Search the articles."),
    "show": ("cli.commands.show:show", "Print an article."),
    "diagnose": (
        "cli.commands.diagnose:diagnose",
        "Find the articles about the error in a log: some-command 2>&1 | fixbook diagnose",
    ),
    "check": ("cli.commands.check:check", "Check documents without a database."),
    "verify": (
        "cli.commands.verify:verify",
        "Run the checks of articles in a sandbox and write receipts of the results.",
    ),
    "proposals": (
        "cli.feedback.proposals:proposals",
        "Add, list and show proposed articles, run their checks, accept or reject them.",
    ),
    "environments": (
        "cli.commands.environments:environments",
        "List, make and delete the root file systems in which checks can run.",
    ),
    "export": (
        "cli.commands.bundles:export",
        "Write all articles as documents into a folder, or as one bundle.",
    ),
    "doctor": (
        "cli.commands.doctor:doctor",
        "Examine settings, data, database, index, content and machine, and say what to do.",
    ),
    "backup": (
        "cli.commands.bundles:backup",
        "Write the published corpus into one file, a bundle, while servers keep running.",
    ),
    "restore": (
        "cli.commands.bundles:restore",
        "Replace the corpus by that of a backup, while servers keep running. API keys stay.",
    ),
    "mcp": (
        "cli.commands.mcp:mcp",
        "Serve an agent over the Model Context Protocol on standard input and output.",
    ),
    "keys": (
        "cli.commands.keys:keys",
        "Create, list and revoke API keys, and say what each allows.",
    ),
    "reports": ("cli.feedback.reports:reports", "List what readers report about fixes."),
    "gaps": (
        "cli.feedback.gaps:gaps",
        "List errors that were asked about and not found, or draft an article about one.",
    ),
    "run": (
        "cli.failures.run:run",
        "Run a command unchanged, and say what is known of its error if it fails.",
    ),
    "hook": (
        "cli.failures.hook:hook",
        "Print what a shell or a coding agent needs to ask after a failed command.",
    ),
    "hook-event": (
        "cli.failures.hook:hook_event",
        "Answer the event of a coding agent's hook: standard input to standard output.",
    ),
    "openapi": ("cli.commands.openapi:openapi", "Print the OpenAPI specification."),
}
"""Where each command is defined, and its line in the list of commands."""
_USAGE_ERRORS = (SettingsError, InvalidRequest, NotFound, DocumentError, BundleError)


class Commands(TyperGroup):
    """Commands that are imported only when they are called."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The name of the command, the command, and its arguments."""
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(name), rest


def load_command(name: str | None) -> Any:
    """The command of this name, with its options."""
    if name is None:
        return None
    place, text = COMMANDS[name]
    single = typer.Typer(add_completion=False)
    passed_on = {"allow_interspersed_args": name != "run"}  # the rest belongs to what is run
    single.command(name, help=text, context_settings=passed_on)(load(place))
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
    """A knowledge base of fixes for errors, served from Markdown articles."""


def start() -> None:
    """Runs the command line; expected errors become one line and an exit code."""
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
