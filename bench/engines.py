"""The engines alone, each in a process of its own so that its memory can be told.

`python -m bench.engines NAME ARTICLES` measures one and prints JSON. Times of an engine are
apart from those of the plan.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench import corpora
from bench.corpora import Article
from bench.machine import size_mb
from bench.options import Options
from bench.report import Section, Table
from bench.site import Sites
from corpus.search.engine import Field, IndexDocument, OpenIndex, Removal
from corpus.search.engines.registry import engine
from corpus.search.planner import plan
from corpus.search.query import read_query
from corpus.store.filters import Filters, Sort, label, name
from corpus.text.analysis import terms

ENGINES = ("whoosh", "tantivy")
_QUERIES = 200
_TEXT = """\
The engines without anything around them, {articles} articles. The first round of questions
meets an index that nobody has asked yet (`cold`), the second a warm one; `plan` is what it
takes to decide what to look for.
"""
_Figures = dict[str, float]


def measure(_sites: Sites, options: Options) -> Section:
    """Both, one after the other."""
    columns = {each: _in_process(each, options.articles) for each in ENGINES}
    rows = (
        (row, *(f"{figures[row]:.2f}" for figures in columns.values()))
        for row in columns[ENGINES[0]]
    )
    return Section(
        title="Engines alone",
        text=_TEXT.format(articles=f"{options.articles:,}"),
        tables=(Table(("", *ENGINES), tuple(rows)),),
    )


def _in_process(name: str, articles: int) -> _Figures:
    command = [sys.executable, "-m", "bench.engines", name, str(articles)]
    figures: _Figures = json.loads(subprocess.check_output(command))
    return figures


def figures_of(tested: str, count: int) -> _Figures:
    """Builds, updates, opens and asks one engine; times in ms unless they say otherwise."""
    made = [corpora.article(number) for number in range(count)]
    documents = [_document(article) for article in made]
    figures: _Figures = {}
    before = _memory()
    with tempfile.TemporaryDirectory() as temporary:
        first, second = Path(temporary) / "1", Path(temporary) / "2"
        with _timed(figures, "build, s", 1):
            engine(tested).write(first, previous=None, changes=documents)
        figures["memory to build, MB"] = _memory() - before
        figures["on disk, MB"] = size_mb(first)
        with _timed(figures, "update of 10 articles, ms"):
            engine(tested).write(second, previous=first, changes=_renewed(documents[:10]))
        del documents
        with _timed(figures, "open, ms"):
            index = engine(tested).open(second)
        for kind, asked in _questions(made).items():
            _ask(index, kind, asked, figures)
        index.close()
    return figures


def _document(article: Article) -> IndexDocument:
    """What an engine gets of an article."""
    id_ = f"art_{article.number:06}"
    key = f"{article.code} {article.title} {article.title}"
    return IndexDocument(
        id=id_,
        names=(id_, name(article.title), article.code.casefold()),
        texts={
            Field.KEY: " ".join(terms(key)),
            Field.TEXT: " ".join(terms(f"{key}\n{article.body}")),
            Field.BODY: " ".join(terms(f"{key}\n{article.body}")),
            Field.SIGNATURE: " ".join(terms(f"{article.code} {' '.join(article.errors)}")),
        },
        labels=(label("domain", "bench"), label("lang", "en")),
        confidence=article.number % 101,
        updated_ms=1_700_000_000_000 + article.number,
    )


def _renewed(documents: Sequence[IndexDocument]) -> Iterator[IndexDocument | Removal]:
    for changed in documents:
        yield Removal(changed.id)
        yield changed


def _questions(made: Sequence[Article]) -> Mapping[str, list[str]]:
    """A code, words in a row and many of them, from random articles."""
    choice = random.Random("engines")  # noqa: S311 - questions, not secrets
    asked: dict[str, list[str]] = {"a code": [], "ten words": [], "30 words": []}
    for article in choice.choices(made, k=_QUERIES):
        words = choice.choice(article.paragraphs).split()
        asked["a code"].append(article.code)
        asked["ten words"].append(" ".join(words[:10]))
        asked["30 words"].append(" ".join(words[:30]))
    return asked


@contextmanager
def _timed(figures: _Figures, what: str, factor: float = 1000) -> Iterator[None]:
    """Writes down how long a block takes."""
    started = time.perf_counter()
    yield
    figures[what] = (time.perf_counter() - started) * factor


def _ask(index: OpenIndex, kind: str, asked: Sequence[str], figures: _Figures) -> None:
    for state in ("cold", "warm"):
        planning, searching = [], []
        for query in asked:
            start = time.perf_counter()
            made = plan(
                read_query(query, Filters()),
                index,
                words=query,
                pinned={},
                lang="en",
                sort=Sort.RELEVANCE,
            ).plan
            between = time.perf_counter()
            index.search(made, offset=0, limit=20)
            planning.append(1000 * (between - start))
            searching.append(1000 * (time.perf_counter() - between))
        figures[f"{kind}, {state}: plan, ms"] = statistics.median(planning)
        figures[f"{kind}, {state}: p50, ms"] = statistics.median(searching)
        figures[f"{kind}, {state}: p95, ms"] = statistics.quantiles(searching, n=20)[-1]


def _memory() -> float:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(figures_of(sys.argv[1], int(sys.argv[2]))))
