"""`fixbook search`."""

from typing import Annotated

import typer
from msgspec import to_builtins

from api.responses.search import search_page
from cli.open_library import open_library
from cli.options import Json, Lang
from cli.output import print_item, print_json
from corpus.search import service
from corpus.search.service import SearchRequest
from corpus.settings import load_settings
from corpus.text.escaping import one_line


def search(
    query: Annotated[list[str], typer.Argument(help="Words, a code or a message.")],
    lang: Lang = "en",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Articles at most.")] = 10,
    as_json: Json = False,
) -> None:
    settings = load_settings()
    wanted = SearchRequest(q=" ".join(query), lang=lang, page_size=limit)
    with open_library(settings) as library, library.reading() as reading:
        found = service.search(reading, wanted)
    page = search_page(found, page=1, page_size=limit, lang=lang, url=settings.address)
    if as_json:
        items = to_builtins(page.items)
        facts = {"outcome": found.outcome, "total": found.total}
        print_json({**facts, "items": items, "suggestion": found.suggestion})
        return
    for item in page.items:
        rows = [(match.text, match.cause or None, match.solution or None) for match in item.matches]
        print_item(item.title, item.slug, lang, rows[0] if rows else None)
    if found.suggestion:
        print(f"Did you mean: {one_line(found.suggestion)}")
    nearest = " (no certain match; these are the nearest)" if found.outcome == "related" else ""
    print(f"{found.total} articles{nearest}")
