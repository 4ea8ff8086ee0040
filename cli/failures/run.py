"""`fixbook run`."""

from pathlib import Path
from typing import Annotated

import typer

from cli.failures.wrapper import wrap


def run(
    command: Annotated[list[str], typer.Argument(help="The command and its arguments.")],
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write what it came to into this file.")
    ] = None,
    bundle: Annotated[
        Path | None, typer.Option(help="Ask this bundle instead of a server or the local corpus.")
    ] = None,
    report: Annotated[
        bool,
        typer.Option("--report", help="Report to the server whether the fix of an error worked."),
    ] = False,
) -> None:
    wrap(command, json_file=json_file, bundle=bundle, report=report)
