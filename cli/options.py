"""The options that several commands have."""

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Folders and files; FIXBOOK_CONTENT_DIR by default.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Lang = Annotated[str, typer.Option(help="The language that is preferred.")]
Bundle = Annotated[
    Path | None, typer.Option(help="Serve this file, which export made, and nothing else.")
]
