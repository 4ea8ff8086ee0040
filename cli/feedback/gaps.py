"""`fixbook gaps`."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from msgspec import to_builtins

from api.responses.feedback.gaps import GapObject
from cli.open_library import open_library
from cli.options import Json
from cli.output import print_json
from corpus.feedback.drafts import draft as draft_of
from corpus.feedback.gaps import Gap
from corpus.feedback.gaps import gaps as shown_gaps
from corpus.settings import load_settings
from corpus.text.escaping import harmless

_MOST = 500


def gaps(
    *,
    draft: Annotated[
        int | None,
        typer.Option(
            help="Write the draft of an article about the gap with this number.",
            min=1,
            show_default=False,
        ),
    ] = None,
    to: Annotated[
        Path | None,
        typer.Option(help="The file of the draft; by default named after it.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    with open_library(load_settings()) as library, library.database.reading() as connection:
        found = shown_gaps(connection, limit=_MOST)
    if draft is not None:
        if draft > len(found):
            raise typer.BadParameter(f"there are {len(found)} gaps", param_hint="--draft")
        _write(found[draft - 1], to, as_json=as_json)
    elif as_json:
        print_json({"gaps": [_json(gap) for gap in found]})
    else:
        _print(found)


def _write(gap: Gap, to: Path | None, *, as_json: bool) -> None:
    name, text = draft_of(gap)
    file = to or Path(name)
    try:
        with file.open("x", encoding="utf-8") as target:
            target.write(text)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="--to") from error
    if as_json:
        print_json({"file": str(file), "gap": _json(gap)})
    else:
        print(f"{file}: fill in what says TODO, then `fixbook check {file}`")


def _json(gap: Gap) -> dict[str, object]:
    shown: dict[str, object] = to_builtins(GapObject.of(gap))
    return shown


def _print(found: Sequence[Gap]) -> None:
    for number, gap in enumerate(found, start=1):
        print(f"{number:>3}  {gap.asked}× by {gap.callers}, last {gap.last_at}")
        nearest = f"  (nearest: {gap.nearest})" if gap.nearest else ""
        print(harmless(f"     {gap.signature}{nearest}"))
    if not found:
        print("there are no gaps; they are counted where FIXBOOK_GAPS=on")
