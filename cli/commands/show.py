"""`fixbook show`."""

import json
import sys
from typing import Annotated

import typer
from msgspec import to_builtins

from api.responses.articles import article_object, references
from cli.open_library import open_library
from cli.options import Lang
from cli.output import print_json
from cli.server_client import client_from_environment
from corpus.document.article_document import render
from corpus.errors import NotFound
from corpus.feedback.reports import current_counts
from corpus.settings import load_settings
from corpus.store import articles
from corpus.store.queries import catalog
from corpus.text.escaping import harmless


def show(
    slug: Annotated[str, typer.Argument(help="Slug, id, reference code or alias.")],
    form: Annotated[str, typer.Option("--format", help="markdown or json")] = "markdown",
    lang: Lang = "",
) -> None:
    if form not in ("markdown", "json"):
        raise typer.BadParameter("must be markdown or json", param_hint="--format")
    if client := client_from_environment():
        text = client.article(slug, form=form, lang=lang)
        print_json(json.loads(text)) if form == "json" else sys.stdout.write(harmless(text))
        return
    settings = load_settings()
    with open_library(settings) as library, library.reading() as reading:
        found = articles.find(reading.connection, slug)
        if found is None:
            raise NotFound(f"there is no article {slug!r}")
        entry = found.entry
        slugs = catalog.slugs(reading.connection, references(entry))
        counts = current_counts(reading.connection, entry)
    lang, url = lang or entry.article.languages[0], settings.address
    if form == "json":
        shown = article_object(entry, lang=lang, url=url, slugs=slugs, reports=counts)
        print_json(to_builtins(shown))
    else:
        sys.stdout.write(harmless(render(entry.with_run_records(lang), lang=lang, public_url=url)))
