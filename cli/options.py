"""Options that several commands share."""

from pathlib import Path
from typing import Annotated

import typer

Paths = Annotated[
    list[Path] | None,
    typer.Argument(help="Folders and files; default: FIXBOOK_CONTENT_DIR.", show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
Lang = Annotated[str, typer.Option(help="The preferred language.")]
Bundle = Annotated[
    Path | None, typer.Option(help="Serve this bundle, as written by `export`, and nothing else.")
]
