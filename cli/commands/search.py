"""`fixbook search`."""

from typing import Annotated, Any

import typer
from msgspec import to_builtins

from api.responses.search import search_page
from cli.open_library import open_library
from cli.options import Json, Lang
from cli.output import print_item, print_json
from cli.server_client import client_from_environment
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
    ask = client.search if (client := client_from_environment()) else _local_search
    page = ask(" ".join(query), lang=lang, limit=limit)
    items, total, suggestion = page["items"], page["pagination"]["total"], page["suggestion"]
    if as_json:
        facts = {"outcome": page["outcome"], "total": total}
        print_json({**facts, "items": items, "suggestion": suggestion})
        return
    for item in items:
        rows = [(row["text"], row.get("cause"), row.get("solution")) for row in item["matches"]]
        print_item(item["title"], item["slug"], lang, rows[0] if rows else None)
    if suggestion:
        print(f"Did you mean: {one_line(suggestion)}")
    nearest = " (no certain match; these are the nearest)" if page["outcome"] == "related" else ""
    print(f"{total} articles{nearest}")


def _local_search(query: str, *, lang: str, limit: int) -> dict[str, Any]:
    """A page of results from the local corpus, in the shape that a server answers in."""
    settings = load_settings()
    wanted = SearchRequest(q=query, lang=lang, page_size=limit)
    with open_library(settings) as library, library.reading() as reading:
        found = service.search(reading, wanted)
    page = search_page(found, page=1, page_size=limit, lang=lang, url=settings.address)
    answer: dict[str, Any] = to_builtins(page)
    return answer
