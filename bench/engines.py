# ruff: noqa: S311 - a script, with seeds, that starts itself
"""How fast the engines build and answer: `python bench/engines.py [--articles 10000]`.

The corpus is recombined from the Markdown files of a folder (`--texts`), or generated
from a seed where there is none. Times of an engine are apart from those of the plan.
Each engine runs in a process of its own, so that its memory can be told.
"""

import argparse
import json
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from corpus.filters import Filters, label, name
from corpus.search.analysis import terms
from corpus.search.engine import Field, IndexDocument, OpenIndex, Removal, Sort
from corpus.search.engines import engine
from corpus.search.query import read_query
from corpus.search.ranking import plan

ENGINES = ("whoosh", "tantivy")
TEXTS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "cpp-errors"
CHARACTERS = 4_000
QUERIES = 200
LIMITS: Mapping[str, Mapping[str, float]] = {
    "whoosh": {"code": 2.0, "message": 25.0, "30 words": 60.0},
    "tantivy": {"code": 0.2, "message": 1.5, "30 words": 4.0},
}
"""Milliseconds that the median of an engine may take on 10,000 articles."""


@dataclass(frozen=True, slots=True)
class Article:
    """A made-up article, before analysis."""

    number: int
    title: str
    body: str

    @property
    def code(self) -> str:
        """An error code that no other article has."""
        return f"X{self.number + 10_000}"


def articles(texts: Path, count: int) -> Iterator[Article]:
    """Articles of about 4 KB from paragraphs of the texts, the same on every run."""
    choice = random.Random(1)
    paragraphs = _paragraphs(texts) or _invented(choice)
    titles = [line for line in paragraphs if 20 < len(line) < 90] or paragraphs
    for number in range(count):
        body: list[str] = []
        while sum(map(len, body)) < CHARACTERS:
            body.append(choice.choice(paragraphs))
        yield Article(number, choice.choice(titles), "\n\n".join(body))


def _paragraphs(texts: Path) -> list[str]:
    files = sorted(texts.rglob("*.md"))
    blocks = (block.strip() for file in files for block in file.read_text("utf-8").split("\n\n"))
    return [block for block in blocks if 20 < len(block) < 1_500 and not block.startswith("---")]


def _invented(choice: random.Random) -> list[str]:
    words = ["".join(choice.choices("abcdefghijklmnoprstuvwy", k=3 + n % 8)) for n in range(20_000)]
    ranks = [min(19_999, int(choice.paretovariate(0.7))) for _ in range(400_000)]
    return [" ".join(words[rank] for rank in ranks[at : at + 40]) for at in range(0, 400_000, 40)]


def document(article: Article) -> IndexDocument:
    """What an engine gets of an article."""
    id_ = f"art_{article.number:06}"
    key = f"{article.code} {article.title} {article.title}"
    return IndexDocument(
        id=id_,
        names=(id_, name(article.title), article.code.casefold()),
        texts={
            Field.KEY: " ".join(terms(key)),
            Field.BODY: " ".join(terms(f"{key}\n{article.body}")),
            Field.SIGNATURE: " ".join(terms(f"{article.code} {article.title}")),
        },
        labels=(label("domain", "bench"), label("lang", "en")),
        confidence=article.number % 101,
        updated_ms=1_700_000_000_000 + article.number,
    )


def queries(made: Sequence[Article]) -> Mapping[str, list[str]]:
    """Questions of each kind, taken from random articles."""
    choice = random.Random(2)
    asked: dict[str, list[str]] = {"code": [], "message": [], "30 words": []}
    for article in choice.sample(made, min(QUERIES, len(made))):
        words = article.body.split()
        start = choice.randrange(max(1, len(words) - 30))
        asked["code"].append(article.code)
        asked["message"].append(" ".join(words[start : start + choice.randint(8, 12)]))
        asked["30 words"].append(" ".join(words[start : start + 30]))
    return asked


def measure(name: str, texts: Path, count: int) -> dict[str, float]:
    """Builds, updates, opens and asks one engine."""
    made = list(articles(texts, count))
    documents = [document(article) for article in made]
    figures = {"memory before": _memory()}
    tested = engine(name)
    with tempfile.TemporaryDirectory() as temporary:
        first, second = Path(temporary) / "1", Path(temporary) / "2"
        with _timed(figures, "build s", 1):
            tested.write(first, previous=None, changes=documents)
        figures["build memory"] = _memory() - figures["memory before"]
        figures["disk MB"] = sum(file.stat().st_size for file in first.iterdir()) / 1e6
        with _timed(figures, "update of 10 ms", 1000):
            tested.write(second, previous=first, changes=_renewed(documents[:10]))
        del documents
        with _timed(figures, "open ms", 1000):
            index = tested.open(second)
        for kind, asked in queries(made).items():
            _ask(index, kind, asked, figures)
        index.close()
    return figures


def _renewed(documents: Sequence[IndexDocument]) -> Iterator[IndexDocument | Removal]:
    for changed in documents:
        yield Removal(changed.id)
        yield changed


class _timed:  # noqa: N801  # reads as a phrase: with _timed(...)
    """Writes down how long a block takes."""

    def __init__(self, figures: dict[str, float], what: str, factor: float) -> None:
        self._figures, self._what, self._factor = figures, what, factor

    def __enter__(self) -> None:
        self._start = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._figures[self._what] = (time.perf_counter() - self._start) * self._factor


def _ask(index: OpenIndex, kind: str, asked: Sequence[str], figures: dict[str, float]) -> None:
    """The first round meets an index that nobody has asked yet, the second a warm one."""
    for state in ("cold", "warm"):
        planning, searching = [], []
        for query in asked:
            start = time.perf_counter()
            made = plan(
                read_query(query, Filters()), index, pinned={}, lang="en", sort=Sort.RELEVANCE
            )
            between = time.perf_counter()
            index.search(made, offset=0, limit=20)
            planning.append(1000 * (between - start))
            searching.append(1000 * (time.perf_counter() - between))
        figures[f"{kind}, {state}: plan"] = statistics.median(planning)
        figures[f"{kind}, {state}: p50"] = statistics.median(searching)
        figures[f"{kind}, {state}: p95"] = statistics.quantiles(searching, n=20)[-1]


def _memory() -> float:
    """The most that this process has held so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--texts", type=Path, default=TEXTS)
    parser.add_argument("--only", choices=ENGINES)
    options = parser.parse_args()
    if options.only:
        sys.stdout.write(json.dumps(measure(options.only, options.texts, options.articles)))
        return
    columns = {engine: _in_process(engine, options) for engine in ENGINES}
    print(f"{options.articles} articles, Python {platform.python_version()}, {platform.machine()}")
    print(f"{'':26}" + "".join(f"{engine:>12}" for engine in columns) + "   at most")
    for row in columns[ENGINES[0]]:
        limits = [LIMITS[engine].get(row.removesuffix(", cold: p50"), "") for engine in columns]
        shown = "".join(f"{figures[row]:12.2f}" for figures in columns.values())
        print(f"{row:26}{shown}   {' / '.join(map(str, limits)).strip(' /')}")


def _in_process(engine: str, options: argparse.Namespace) -> dict[str, float]:
    command = [sys.executable, __file__, "--only", engine]
    command += ["--articles", str(options.articles), "--texts", str(options.texts)]
    figures: dict[str, float] = json.loads(subprocess.check_output(command))
    return figures


if __name__ == "__main__":
    main()
