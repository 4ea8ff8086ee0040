"""References that lead nowhere: links that look like an article but open none."""

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection, select

from corpus import schema
from ingest.names import Names
from ingest.report import Problem
from ingest.sources import SourceFile, Unit

_LIKE_AN_ARTICLE = re.compile(r"art_[\w-]+|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")


def unresolved_references(
    connection: Connection, names: Names, units: Sequence[Unit]
) -> Iterator[Problem]:
    """A warning for each link whose target has the form of a code or an id and is neither."""
    files = {(unit.name, file.lang): file for unit in units for file in unit.files}
    table = schema.references
    query = (
        select(schema.articles.c.unit, table.c.lang, table.c.target)
        .join(schema.articles, schema.articles.c.id == table.c.article_id)
        .order_by(schema.articles.c.unit, table.c.lang, table.c.position)
    )
    for unit, lang, target in connection.execute(query):
        if _LIKE_AN_ARTICLE.fullmatch(target) and not names.knows(target):
            yield _problem(files, unit, lang, target)


def _problem(
    files: Mapping[tuple[str, str], SourceFile], unit: str, lang: str, target: str
) -> Problem:
    file = files.get((unit, lang))
    message = f"the reference {target!r} leads to no article"
    if file is None:
        return Problem(unit, 1, message, warning=True)
    text = file.path.read_text(errors="replace")
    place = max(text.find(f"]({target})"), 0)
    return Problem(file.shown, text.count("\n", 0, place) + 1, message, warning=True)
