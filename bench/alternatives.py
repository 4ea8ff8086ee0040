"""What else one could take for the same work: the same articles, the same questions, one run.

Equal work is a ranked list of twenty articles with a snippet of each. Datasette's own search is
there too, which ranks nothing; Tantivy by itself, as the limit of what our engine leaves us; and
OpenSearch and Xapian where they are installed (`make .venv/opensearch/ready`; Debian:
`python3-xapian`).
"""

import json
import os
import re
import sqlite3
import statistics
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import tantivy
from datasette.app import Datasette
from starlette.types import ASGIApp

from bench import load, servers
from bench.corpora import Sites, article
from bench.load import Asked, Load, Options, contest
from bench.report import Section, Table, at_least, at_most
from bench.servers import Server
from tests.opensearch import nodes

SIZE = 20
"""Articles of an answer."""


@dataclass(frozen=True, slots=True)
class Text:
    """An article, as every engine here gets it."""

    slug: str
    title: str
    body: str


Ask = Callable[[str], list[str]]
"""From a question to slugs, the best first."""
Engine = Callable[[Iterable[Text]], Ask]


def words_of(question: str) -> list[str]:
    """Its words, each once."""
    return list(dict.fromkeys(re.findall(r"\w+", question.lower())))


# Engines in this process


def fts5(texts: Iterable[Text], *, operator: str = "OR") -> Ask:
    """SQLite FTS5: stemmed, ranked by bm25, with a snippet."""
    database = sqlite3.connect(":memory:")
    database.execute(
        "create virtual table d using fts5 (slug unindexed, title, body, tokenize = 'porter')"
    )
    rows = ((text.slug, text.title, text.body) for text in texts)
    database.executemany("insert into d values (?, ?, ?)", rows)

    def ask(question: str) -> list[str]:
        query = fts5_query(question, operator)
        return [slug for slug, _ in database.execute(_RANKED, (query,))] if query else []

    return ask


_RANKED = f"""
select slug, snippet(d, 2, '<b>', '</b>', '…', 32) from d where d match ? order by rank limit {SIZE}
"""  # noqa: S608 - a number of ours


def fts5_query(question: str, operator: str) -> str:
    """All words of a question in FTS5's language."""
    return f" {operator} ".join(f'"{word}"' for word in words_of(question))


def tantivy_alone(texts: Iterable[Text]) -> Ask:
    """Tantivy by its Python binding: any of the words, stemmed, with a snippet."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("slug", stored=True, tokenizer_name="raw")
    for field in ("title", "body"):
        builder.add_text_field(field, stored=True, tokenizer_name="en_stem")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(num_threads=1)
    for text in texts:
        writer.add_document(tantivy.Document(slug=text.slug, title=text.title, body=text.body))
    writer.commit()
    index.reload()
    searcher = index.searcher()

    def ask(question: str) -> list[str]:
        query, _ = index.parse_query_lenient(" ".join(words_of(question)), ["title", "body"])
        snippets = tantivy.SnippetGenerator.create(searcher, query, schema, "body")
        slugs = []
        for _score, place in searcher.search(query, SIZE, count=False).hits:
            document = searcher.doc(place)
            snippets.snippet_from_doc(document).to_html()
            slugs.append(str(document.get_first("slug")))
        return slugs

    return ask


_SYSTEM_PYTHON = "/usr/bin/python3"
"""Debian's bindings are for its own Python."""
_XAPIAN = f"""
import json, sys, tempfile, time, xapian
stemmer = xapian.Stem("en")
with tempfile.TemporaryDirectory() as folder:
    database = xapian.WritableDatabase(folder, xapian.DB_CREATE)
    generator = xapian.TermGenerator()
    generator.set_stemmer(stemmer)
    for line in iter(sys.stdin.readline, "\\n"):
        slug, title, body = json.loads(line)
        document = xapian.Document()
        generator.set_document(document)
        generator.index_text(title)
        generator.increase_termpos()
        generator.index_text(body)
        document.set_data(json.dumps([slug, body]))
        database.add_document(document)
    database.commit()
    database.close()
    database = xapian.Database(folder)
    parser = xapian.QueryParser()
    parser.set_stemmer(stemmer)
    parser.set_stemming_strategy(parser.STEM_SOME)
    parser.set_default_op(xapian.Query.OP_OR)
    enquire = xapian.Enquire(database)
    for line in sys.stdin:
        started = time.perf_counter()
        enquire.set_query(parser.parse_query(json.loads(line), 0))
        found, slugs = enquire.get_mset(0, {SIZE}), []
        for match in found:
            slug, body = json.loads(match.document.get_data())
            found.snippet(body, 200, stemmer)
            slugs.append(slug)
        print(json.dumps([slugs, time.perf_counter() - started]), flush=True)
"""


class Xapian:
    """Xapian in a process of its own; what it takes is measured there."""

    def __init__(self, texts: Iterable[Text]) -> None:
        self.seconds = 0.0
        """Of the last question."""
        self._process = subprocess.Popen(
            [_SYSTEM_PYTHON, "-c", _XAPIAN],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        if self._process.stdin is None or self._process.stdout is None:
            raise RuntimeError("a process has been started without pipes")
        self._questions, self._answers = self._process.stdin, self._process.stdout
        for text in texts:
            self._say([text.slug, text.title, text.body])
        self._write("\n")

    @staticmethod
    def is_installed() -> bool:
        """Whether there are Debian's bindings."""
        command = [_SYSTEM_PYTHON, "-c", "import xapian"]
        with suppress(OSError):
            return subprocess.run(command, capture_output=True, check=False).returncode == 0
        return False

    def __call__(self, question: str) -> list[str]:
        """The slugs that it finds, best first."""
        self._say(question)
        slugs, self.seconds = json.loads(self._answers.readline())
        found: list[str] = slugs
        return found

    def stop(self) -> None:
        """Ends the process."""
        self._process.terminate()
        self._process.wait()

    def _say(self, value: object) -> None:
        self._write(f"{json.dumps(value)}\n")

    def _write(self, text: str) -> None:
        self._questions.write(text)
        self._questions.flush()


@contextmanager
def engines(texts: Sequence[Text]) -> Iterator[Mapping[str, Ask]]:
    """What is installed, by name, over these texts."""
    found: dict[str, Ask] = {
        "SQLite FTS5, all words": fts5(texts, operator="AND"),
        "SQLite FTS5, any word": fts5(texts),
        "Tantivy alone": tantivy_alone(texts),
    }
    with ExitStack() as stack:
        if Xapian.is_installed():
            found["Xapian"] = xapian = Xapian(texts)
            stack.callback(xapian.stop)
        if has_opensearch():
            (node,) = stack.enter_context(nodes.started())
            found["OpenSearch"] = partial(ask_opensearch, f"http://{node.host}")
            fill_opensearch(f"http://{node.host}", texts)
        yield found


def seconds(ask: Ask, question: str) -> float:
    """What one question takes, without the way to a process of its own."""
    started = time.perf_counter()
    ask(question)
    return ask.seconds if isinstance(ask, Xapian) else time.perf_counter() - started


# OpenSearch


def has_opensearch() -> bool:
    """Whether `make .venv/opensearch/ready` was run."""
    return nodes.LIBRARIES.is_dir()


def fill_opensearch(url: str, texts: Sequence[Text]) -> None:
    """Puts the texts into the index `d`, analysed as English, in one segment."""
    field = {"type": "text", "analyzer": "english"}
    properties = {"slug": {"type": "keyword"}, "title": field, "body": field}
    index = {"settings": {"number_of_shards": 1, "number_of_replicas": 0}}
    _put(f"{url}/d", json.dumps({**index, "mappings": {"properties": properties}}), method="PUT")
    for at in range(0, len(texts), 500):
        lines = (
            f'{{"index":{{}}}}\n{json.dumps({"slug": t.slug, "title": t.title, "body": t.body})}\n'
            for t in texts[at : at + 500]
        )
        _put(f"{url}/d/_bulk", "".join(lines), kind="application/x-ndjson")
    _put(f"{url}/d/_forcemerge?max_num_segments=1", "")
    _put(f"{url}/d/_refresh", "")


def opensearch_query(question: str) -> str:
    """Any of the words in title or body, twenty documents, with a highlight."""
    query = {"multi_match": {"query": question, "fields": ["title", "body"]}}
    highlight = {"fields": {"body": {"number_of_fragments": 1, "fragment_size": 200}}}
    return json.dumps(
        {"size": SIZE, "_source": ["slug", "title"], "query": query, "highlight": highlight}
    )


def ask_opensearch(url: str, question: str) -> list[str]:
    """The slugs that it finds, best first."""
    answer = json.loads(_put(f"{url}/d/_search", opensearch_query(question)))
    return [hit["_source"]["slug"] for hit in answer["hits"]["hits"]]


def _put(url: str, body: str, *, method: str = "POST", kind: str = "application/json") -> bytes:
    request = Request(url, body.encode(), {"Content-Type": kind}, method=method)  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310 - a server of ours
        found: bytes = answer.read()
        return found


# The part of the page

_SLUG = "made-up-000007"
_KINDS = ("three words", "a message", "a code")
_ENGINE_QUESTIONS = 200
_TEXT = """\
{articles} articles. End to end, one connection asks what nobody has asked before and gets twenty
ranked articles with a snippet of each; Datasette answers a stored query with `bm25` and `snippet`
of SQLite FTS5, for all words and for any. Its own search, which ranks nothing and says not why
something matched, is the last. It runs without access log, on an immutable database, with one SQL
thread and a cache of 64 MB, without facets and counts, which are its fastest settings. A ratio is
how many times as many requests a second Fixbook answers.
"""
_ALONE = "Engines alone, without a server, the median of {questions} questions"


def alternatives(sites: Sites, options: Options) -> Section:
    """Against what else there is, end to end and engine by engine."""
    database = _fts_rows(options.folder / "rows.db", options.articles)
    texts = [_text(number) for number in range(options.articles)]
    with ExitStack() as stack:
        ours = stack.enter_context(sites.of(options.articles).serving())
        theirs = stack.enter_context(_datasette(database))
        article_loads = contest(
            {
                _OURS: (ours, [Asked(path=f"/api/v1/articles/{_SLUG}?format=json")]),
                _DATASETTE: (theirs, [Asked(path=f"/rows/articles/{quote(_SLUG)}.json")]),
            },
            rounds=options.rounds,
            seconds=options.seconds,
        )
        asked: dict[str, tuple[Server, _Line]] = {
            _OURS: (ours, _our_line),
            "FTS5 ranked, all words": (theirs, partial(_ranked_line, "AND")),
            _ANY: (theirs, partial(_ranked_line, "OR")),
            _DATASETTE: (theirs, _datasette_line),
        }
        if has_opensearch():
            asked["OpenSearch"] = (stack.enter_context(_opensearch(texts)), _opensearch_line)
        found = {kind: _end_to_end(asked, options, kind) for kind in _KINDS}
    rows = tuple(
        (kind, name, f"{each.per_second:,.0f}", f"{each.p50:.2f} ms", _ratio(loads, name))
        for kind, loads in found.items()
        for name, each in loads.items()
    )
    head = ("question", "asked", "requests/s", "p50", "ratio")
    ranked = [_times(loads, _ANY) for loads in found.values()]
    return Section(
        title="Against what else there is",
        text=_TEXT.format(articles=f"{options.articles:,}"),
        tables=(
            Table(head, rows),
            Table(
                ("engine", *_KINDS),
                _alone(texts),
                title=_ALONE.format(questions=_ENGINE_QUESTIONS),
            ),
        ),
        goals=(
            at_least("article, JSON, to Datasette", 8, _times(article_loads, _DATASETTE)),
            at_least("search, to ranked FTS5 (any word), the least of the kinds", 8, min(ranked)),
            at_most("search for three words, p50", 3, found["three words"][_OURS].p50, unit=" ms"),
        ),
    )


_OURS, _ANY, _DATASETTE = "Fixbook", "FTS5 ranked, any word", "Datasette's search"
_Line = Callable[[str, int], str]
"""From a question and its number to a request line."""


def _end_to_end(
    asked: Mapping[str, tuple[Server, _Line]], options: Options, kind: str
) -> dict[str, Load]:
    """The loads of all that answer over HTTP, for one kind of question."""
    return contest(
        {
            name: (server, _asked(options, kind, f"{kind} {name}", line))
            for name, (server, line) in asked.items()
        },
        rounds=options.rounds,
        seconds=options.seconds,
        connections=1,
    )


def _asked(options: Options, kind: str, name: str, line: Callable[[str, int], str]) -> list[Asked]:
    """The same questions for everybody, others in each round."""
    rounds = []
    for number in range(options.rounds + 1):
        questions = load.ask(
            kind, articles=options.articles, count=options.questions(), seed=f"{number}"
        )
        rounds.append([line(question, at) for at, question in enumerate(questions)])
    return load.files(rounds, options.folder, name=re.sub(r"\W+", "-", name))


def _our_line(question: str, number: int) -> str:
    return f"GET\t/api/v1/search?{urlencode({'q': question, 'asked': number})}"


def _ranked_line(operator: str, question: str, _number: int) -> str:
    query = urlencode({"q": fts5_query(question, operator), "_shape": "objects"})
    return f"GET\t/rows/ranked.json?{query}"


def _datasette_line(question: str, _number: int) -> str:
    shown = {"_size": SIZE, "_shape": "objects", "_nocount": 1, "_nofacet": 1, "_nosuggest": 1}
    return f"GET\t/rows/articles.json?{urlencode({**shown, '_search': question})}"


def _opensearch_line(question: str, _number: int) -> str:
    return f"POST\t/d/_search\t{opensearch_query(question)}"


@contextmanager
def _opensearch(texts: Sequence[Text]) -> Iterator[Server]:
    """A node on the core of the other servers."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(allowed)[:1])
    try:
        with nodes.started() as (node,):
            os.sched_setaffinity(0, allowed)
            fill_opensearch(f"http://{node.host}", texts)
            yield Server(f"http://{node.host}", process=0, start=0.0)
    finally:
        os.sched_setaffinity(0, allowed)


def _times(loads: Mapping[str, Load], name: str) -> float:
    return loads[_OURS].per_second / loads[name].per_second


def _ratio(loads: Mapping[str, Load], name: str) -> str:
    return "" if name == _OURS else f"{_times(loads, name):.1f}"


def _alone(texts: Sequence[Text]) -> tuple[tuple[str, ...], ...]:
    """Milliseconds a question, by engine."""
    asked = {
        kind: load.ask(kind, articles=len(texts), count=_ENGINE_QUESTIONS, seed="alone")
        for kind in _KINDS
    }
    with engines(texts) as found:
        return tuple((name, *(_median(ask, asked[kind]) for kind in _KINDS))
                     for name, ask in found.items())  # fmt: skip


def _median(ask: Ask, questions: Sequence[str]) -> str:
    return f"{1000 * statistics.median([seconds(ask, each) for each in questions]):.2f} ms"


def _text(number: int) -> Text:
    made = article(number)
    return Text(made.slug, f"{made.code}: {made.title}", f"{made.summary}\n\n{made.body}")


@contextmanager
def _datasette(database: Path) -> Iterator[Server]:
    """Datasette over a database."""
    with servers.uvicorn(
        "bench.alternatives:datasette_app", "/-/versions.json", {"ROWS": str(database)}
    ) as server:
        yield server


_SETTINGS = {
    "num_sql_threads": 1,
    "suggest_facets": False,
    "allow_facet": False,
    "default_page_size": SIZE,
    "cache_size_kb": 65_536,
}
"""The fastest of those that its documentation names; more threads are slower on one core."""
_STORED_QUERY = f"""
select articles.slug, articles.title, articles.summary,
       snippet(articles_fts, 3, '<b>', '</b>', '…', 32) as snippet, rank as score
from articles_fts join articles on articles.rowid = articles_fts.rowid
where articles_fts match :q order by rank limit {SIZE}
"""  # noqa: S608 - a number of ours
_FTS_SCHEMA = """
create table articles (
    slug text primary key, code text, title text, summary text, body text, tags text
);
create virtual table articles_fts using fts5 (
    code, title, summary, body, content="articles", tokenize="porter"
);
"""


def _fts_rows(file: Path, articles: int) -> Path:
    """Writes the first articles into a database."""
    made = map(article, range(articles))
    rows = ((a.slug, a.code, a.title, a.summary, a.body, "made-up") for a in made)
    connection = sqlite3.connect(file)
    connection.executescript(_FTS_SCHEMA)
    connection.executemany("insert into articles values (?, ?, ?, ?, ?, ?)", rows)
    connection.execute("insert into articles_fts (articles_fts) values ('rebuild')")
    connection.execute("insert into articles_fts (articles_fts) values ('optimize')")
    connection.commit()
    connection.execute("vacuum")
    connection.close()
    return file


def datasette_app() -> ASGIApp:
    """Datasette over the database that `ROWS` names, which never changes."""
    queries = {"ranked": {"sql": _STORED_QUERY}}
    served: ASGIApp = Datasette(
        [],
        immutables=[os.environ["ROWS"]],
        settings=_SETTINGS,
        metadata={"databases": {"rows": {"queries": queries}}},
    ).app()
    return served
