"""The same articles as rows of SQLite with a full-text index, as Datasette serves them."""

import os
import sqlite3
from pathlib import Path

from datasette.app import Datasette
from starlette.types import ASGIApp

from bench.corpora import article

_SETTINGS = {
    "num_sql_threads": 1,
    "suggest_facets": False,
    "allow_facet": False,
    "default_page_size": 20,
    "cache_size_kb": 65_536,
}
"""The fastest of those that its documentation names; more threads are slower on one core."""
_SCHEMA = """
create table articles (
    slug text primary key, code text, title text, summary text, body text, tags text
);
create virtual table articles_fts using fts5 (
    code, title, summary, body, content="articles", tokenize="porter"
);
"""


def build(file: Path, articles: int) -> Path:
    """Writes the first articles into a database."""
    made = map(article, range(articles))
    rows = ((a.slug, a.code, a.title, a.summary, a.body, "made-up") for a in made)
    connection = sqlite3.connect(file)
    connection.executescript(_SCHEMA)
    connection.executemany("insert into articles values (?, ?, ?, ?, ?, ?)", rows)
    connection.execute("insert into articles_fts (articles_fts) values ('rebuild')")
    connection.execute("insert into articles_fts (articles_fts) values ('optimize')")
    connection.commit()
    connection.execute("vacuum")
    connection.close()
    return file


def app() -> ASGIApp:
    """Datasette over the database that `ROWS` names, which never changes."""
    served: ASGIApp = Datasette([], immutables=[os.environ["ROWS"]], settings=_SETTINGS).app()
    return served
