"""`fixbook diagnose`. It must start fast, because it stands at the end of a pipe."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.failures.advice import SURE
from cli.failures.streams import CHUNK, Tail
from cli.loading import load
from cli.options import Json, Lang
from cli.output import print_item, print_json
from cli.server_client import LARGEST_TEXT, client_from_environment


def diagnose(
    file: Annotated[str, typer.Argument(help="A file with a log; - is standard input.")] = "-",
    lang: Lang = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="Articles at most.")] = 3,
    as_json: Json = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 where nothing is surely known.")
    ] = False,
) -> None:
    text = _read(file, LARGEST_TEXT).decode("utf-8", "replace")
    if not text.strip():
        raise typer.BadParameter("there is nothing to diagnose")
    client = client_from_environment()
    ask = client.diagnose if client else load("cli.failures.diagnosis:local_diagnosis")
    found: dict[str, Any] = ask(text, lang=lang, limit=limit)
    if as_json:
        print_json(found)
    else:
        _print(found, lang or "en")
    if exit_code and found["outcome"] not in SURE:
        raise typer.Exit(1)


def _print(found: dict[str, Any], lang: str) -> None:
    """The answer for a person: what is only related is not shown below what is exact."""
    print(f"{found['outcome']}: searched {found['searched']['articles']} articles")
    for match in found["matches"]:
        if (found["outcome"], match["outcome"]) == ("exact", "related"):
            continue
        error = match["error"]
        row = (error["error"], error["cause"], error["solution"]) if error else None
        print_item(match["title"], match["slug"], lang, row)
        print(f"    {match['outcome']} {match['score']:.2f}, line {match['line']} of the text")


def _read(file: str, limit: int) -> bytes:
    """The last lines of a file or of standard input, `limit` bytes at most."""
    tail = Tail(limit)
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            while chunk := source.read(CHUNK):
                tail.add(chunk)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
    return tail.content()
