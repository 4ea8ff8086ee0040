"""Vectors: what they add to questions in words, and what they cost.

`python -m bench.vectors QUESTIONS` asks them of the service that the environment names, in a
process of its own so that its memory can be told, and prints JSON.
"""

import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.corpora import Site, Sites, article
from bench.load import Options
from bench.report import Section, Table
from bench.search import corpora_of, items_of, ranks_of, slugs_by_search
from bench.servers import ROOT, size_mb
from corpus.library import Library
from corpus.search.service import SearchRequest, search
from corpus.settings import load_settings
from tests.relevance import measure as labelled
from tests.static_models import wordllama

_QUESTIONS = 300
_TEXT = """\
Tantivy with and without `FIXBOOK_VECTORS`, of which the model is that of the package wordllama (256
dimensions, 16 MB). Costs are those of {articles:,} made-up articles: ingest is the whole process,
questions are {questions} of six words, asked for the first time, in CPU time, and memory is that
of the process that asks. Then the labelled sets of `tests/relevance`, and known items of other
corpora; 1 is the best.
"""


def vectors(sites: Sites, options: Options) -> Section:
    """The same corpora, without vectors and with them."""
    with TemporaryDirectory() as folder:
        model = wordllama(Path(folder))
        costs = tuple(_costs(sites, options.articles, name) for name in ("", str(model)))
        known = tuple(_known_items(options.corpora, model))
        rows = [
            replace(row, engine=name)
            for name, used in (("words", None), ("vectors", model))
            for row in labelled.measure("tantivy", vectors=used)
        ]
    head = ("costs", "ingest", "peak memory", "database", "question p50", "p95", "memory")
    text = _TEXT.format(articles=options.articles, questions=_QUESTIONS)
    return Section(
        title="Vectors",
        text=f"{text}\n{labelled.table(rows)}",
        tables=(
            Table(head, costs),
            Table(
                ("corpus", "kind", "by", "questions", "MRR@10", "hit@1", "hit@3", "empty"), known
            ),
        ),
    )


def _costs(sites: Sites, articles: int, model: str) -> tuple[str, ...]:
    name = "vectors" if model else "words"
    site = sites.fresh(articles, name=f"-{name}", vectors=model)
    asked = _asked(site)
    return (
        name,
        f"{site.seconds:.1f} s",
        f"{site.peak_mb:.0f} MB",
        f"{size_mb(site.data / 'fixbook.db'):.0f} MB",
        f"{asked['p50']:.2f} ms",
        f"{asked['p95']:.2f} ms",
        f"{asked['memory']:.0f} MB",
    )


def _asked(site: Site) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.vectors", str(site.articles)]
    printed = subprocess.check_output(command, cwd=ROOT, env=dict(site.environment), text=True)
    figures: dict[str, float] = json.loads(printed)
    return figures


def _known_items(corpora: Path, model: Path) -> Iterator[tuple[str, ...]]:
    for corpus, files in corpora_of(corpora):
        for name, used in (("words", None), ("vectors", model)):
            with (
                TemporaryDirectory() as data,
                labelled.opened("tantivy", Path(data), content=corpus, vectors=used) as reading,
            ):
                ask = partial(slugs_by_search, reading)
                for file in files:
                    kind = file.name.split(".")[1]
                    yield corpus.name, kind, name, *ranks_of(items_of(file), ask)


def _ask(articles: int) -> dict[str, float]:
    """Milliseconds of CPU time of a question, and the memory of this process in MB."""
    library, taken = Library(load_settings()), list[float]()
    with library.reading() as reading:
        for question in _questions(articles):
            start = time.process_time()
            search(reading, SearchRequest(q=question))
            taken.append(1000 * (time.process_time() - start))
    library.close()
    return {
        "p50": statistics.median(taken),
        "p95": statistics.quantiles(taken, n=20)[-1],
        "memory": _memory_mb(),
    }


def _questions(articles: int) -> Sequence[str]:
    """Three words of an article and three of another, so that no article is the answer."""
    choice = random.Random("questions")  # noqa: S311 - a benchmark
    return [
        " ".join(
            word.lower()
            for number in choice.sample(range(articles), 2)
            for word in choice.sample(article(number).paragraphs[0].rstrip(".").split(), 3)
        )
        for _ in range(_QUESTIONS)
    ]


def _memory_mb() -> float:
    """What this process holds now."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_ask(int(sys.argv[1]))))
