"""Reading: articles searched for, shown, and found by what a program printed."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from cli.open_library import opened
from cli.options import Json, Lang
from cli.output import print_item, print_json
from corpus.errors import NotFound
from corpus.settings import load_settings
from corpus.text.escaping import harmless, one_line


def search(
    query: Annotated[list[str], typer.Argument(help="Words, a code, a message.")],
    lang: Lang = "en",
    limit: Annotated[int, typer.Option(min=1, max=100, help="Articles at most.")] = 10,
    as_json: Json = False,
) -> None:
    """Search the articles."""
    from api.responses.search import item_object
    from corpus.search.service import SearchRequest
    from corpus.search.service import search as answer

    settings = load_settings()
    wanted = SearchRequest(q=" ".join(query), lang=lang, page_size=limit)
    with opened(settings) as library, library.reading() as reading:
        found = answer(reading, wanted)
    items = [item_object(item, url=settings.address) for item in found.items]
    if as_json:
        print_json(
            {
                "outcome": found.outcome,
                "total": found.total,
                "items": items,
                "suggestion": found.suggestion,
            }
        )
        return
    for item in items:
        print_item(item["title"], item["slug"], lang, item["matches"][:1])
    if found.suggestion:
        print(f"Did you mean: {one_line(found.suggestion)}")
    nearest = " (nothing is surely about it: the nearest)" if found.outcome == "related" else ""
    print(f"{found.total} articles{nearest}")


def show(
    slug: Annotated[str, typer.Argument(help="Slug, id, reference code or alias.")],
    form: Annotated[str, typer.Option("--format", help="markdown or json")] = "markdown",
    lang: Lang = "",
) -> None:
    """Print an article."""
    from api.responses.articles import article_object, references
    from corpus.document.article_document import render
    from corpus.store import articles
    from corpus.store.queries import catalog

    if form not in ("markdown", "json"):
        raise typer.BadParameter("may be markdown or json", param_hint="--format")
    settings = load_settings()
    with opened(settings) as library, library.reading() as reading:
        address = catalog.find(reading.connection, slug)
        if address is None:
            raise NotFound(f"there is no article {slug!r}")
        [entry] = articles.shown(reading.connection, [address.id])
        slugs = catalog.slugs(reading.connection, references(entry))
    lang, url = lang or entry.article.languages[0], settings.address
    if form == "json":
        print_json(article_object(entry, lang=lang, url=url, slugs=slugs))
    else:
        sys.stdout.write(harmless(render(entry.told, lang=lang, public_url=url)))


def diagnose(
    file: Annotated[str, typer.Argument(help="A file with a log; - is standard input.")] = "-",
    lang: Lang = "",
    limit: Annotated[int, typer.Option(min=1, max=50, help="Articles at most.")] = 3,
    as_json: Json = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="End with 1 where nothing is surely known.")
    ] = False,
) -> None:
    """Find the articles that know the error in a log: some-command 2>&1 | fixbook diagnose"""
    from api.requests.diagnosis import LARGEST, Question, diagnosis_object

    text = _read(file, LARGEST).decode("utf-8", "replace")
    if not text.strip():
        raise typer.BadParameter("there is nothing to diagnose")
    settings = load_settings()
    question = Question(text=text, lang=lang, limit=limit)
    with opened(settings) as library, library.reading() as reading:
        found = diagnosis_object(reading, question, accept=lang or "en", url=settings.address)
    if as_json:
        print_json(found)
    else:
        _print_diagnosis(found, lang or "en")
    if exit_code and found["outcome"] not in ("exact", "likely"):
        raise typer.Exit(1)


def _print_diagnosis(found: dict[str, Any], lang: str) -> None:
    """The answer for a person: what is only related is not shown below what is exact."""
    print(f"{found['outcome']}: searched {found['searched']['articles']} articles")
    hidden = "related" if found["outcome"] == "exact" else ""
    for match in found["matches"]:
        if match["outcome"] == hidden:
            continue
        row = [match["error"]] if match["error"] else []
        print_item(match["title"], match["slug"], lang, row)
        print(f"    {match['outcome']} {match['score']:.2f}, line {match['line']} of the text")


def _read(file: str, limit: int) -> bytes:
    """The first bytes of a file or of standard input."""
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as source:
            return source.read(limit)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}") from None
