"""References that lead nowhere: links that look like an article but open none."""

import re
from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from corpus.store import schema
from ingest.discover import SourceFile, Unit
from ingest.names import Names
from ingest.report import Problem

_LIKE_AN_ARTICLE = re.compile(r"art_[\w-]+|[A-Z][A-Z0-9]*(?:-[A-Z0-9]+)+")


def is_reference(target: str) -> bool:
    """Whether a link's target has the form of a reference code or an article id."""
    return _LIKE_AN_ARTICLE.fullmatch(target) is not None


def unresolved_references(
    connection: Connection, names: Names, units: Sequence[Unit]
) -> Iterator[Problem]:
    """A warning for each link that looks like a code or an id and opens no article."""
    files = {(unit.name, file.lang): file for unit in units for file in unit.files}
    table = schema.references
    query = (
        select(schema.articles.c.unit, table.c.lang, table.c.target)
        .join(schema.articles, schema.articles.c.id == table.c.article_id)
        .order_by(schema.articles.c.unit, table.c.lang, table.c.position)
    )
    for unit, lang, target in connection.execute(query):
        if is_reference(target) and not names.knows(target):
            yield reference_problem(files.get((unit, lang)), target, unit=unit)


def reference_problem(file: SourceFile | None, target: str, *, unit: str = "") -> Problem:
    """The warning, at the line of the link; the unit stands for a file that is not at hand."""
    message = f"the reference {target!r} leads to no article"
    if file is None:
        return Problem(unit, 1, message, warning=True)
    return Problem(file.shown, _line_of(f"]({target})", file), message, warning=True)


def _line_of(text: str, file: SourceFile) -> int:
    try:
        content = file.path.read_text(errors="replace")
    except OSError:
        return 1  # gone since it was read
    return content.count("\n", 0, max(content.find(text), 0)) + 1
