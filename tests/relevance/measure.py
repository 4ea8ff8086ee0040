"""How well the labelled sets are answered: `python -m tests.relevance.measure [ENGINE…]`.

`queries.tsv` and `questions.tsv` beside this module are the sets, for people to edit; the
articles are those of `content/`. A row is one number: a measure of a kind of queries on an engine.
With `--vectors FOLDER` they are asked with a static model, which
`python -m tests.static_models FOLDER` makes.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from corpus.diagnosis.matching.match import MatchOutcome
from corpus.library import Library
from corpus.search.diagnosis import Diagnosis, diagnose
from corpus.search.highlight import Highlight
from corpus.search.reading import Reading
from corpus.search.service import SearchRequest, search
from corpus.settings import load_settings
from corpus.store.filters import Filters
from corpus.store.migrations.upgrade import upgrade
from ingest.pipeline import IngestOptions, ingest

FOLDER = Path(__file__).parent
CONTENT = FOLDER.parents[1] / "content"
DEPTH = 10
"""Hits that are looked at."""
NEGATIVE = ("nothing", "unclaimed", "off topic")
DIAGNOSED = ("message", "log", *NEGATIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A query, and the slugs of which one must come first; none if there is no answer."""

    kind: str
    expected: frozenset[str]
    query: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came back for a case."""

    case: Case
    found: Sequence[str]
    """Slugs by search, best first."""
    diagnosed: Sequence[str]
    """Slugs by diagnosis, best first."""
    outcome: MatchOutcome
    searched: MatchOutcome | None
    """How sure the search is."""

    @property
    def is_right(self) -> bool:
        """Whether the first slug that the diagnosis names is an expected one."""
        return self.diagnosed[0] in self.case.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One number."""

    engine: str
    measure: str
    kind: str
    cases: int
    value: float
    """0 to 1; the best is 1."""


def read_cases(folder: Path = FOLDER) -> list[Case]:
    """The labelled sets, in the order of the files."""
    files = (folder / "queries.tsv", folder / "questions.tsv")
    lines = [line for file in files for line in file.read_text("utf-8").splitlines()]
    return [_case(folder, line) for line in lines if line and not line.startswith("#")]


def _case(folder: Path, line: str) -> Case:
    kind, slugs, query = line.split("\t")
    if query.startswith("logs/"):
        query = (folder / query).read_text("utf-8")
    expected = frozenset(slugs.split(",")) - {"-"}
    return Case(kind=kind, expected=expected, query=query)


def answers(reading: Reading, cases: Sequence[Case]) -> list[Answered]:
    """Asks every case, as a search and, where it may be an error, for a diagnosis."""
    slugs = _slugs(reading)
    return [_answered(reading, case, slugs) for case in cases]


def _answered(reading: Reading, case: Case, slugs: Callable[[str], str]) -> Answered:
    lang = "zh" if case.kind == "chinese" or case.kind.endswith("zh") else "en"
    asked = SearchRequest(q=case.query, lang=lang, page_size=DEPTH, highlight=Highlight.NONE)
    page = search(reading, asked)
    diagnosis = Diagnosis(observed=(), matches=())
    if case.kind in DIAGNOSED:
        diagnosis = diagnose(reading, case.query, filters=Filters(), limit=DEPTH)
    return Answered(
        case=case,
        found=[item.summary.slug for item in page.items],
        diagnosed=[slugs(match.key) for match in diagnosis.matches],
        outcome=diagnosis.outcome,
        searched=page.outcome,
    )


def _slugs(reading: Reading) -> Callable[[str], str]:
    return lambda id_: reading.summaries.load(reading.connection, [id_])[0].slug


def rows(engine: str, answered: Sequence[Answered]) -> list[Row]:
    """All measures of all kinds."""
    found = [*_ranks(answered), *_silences(answered), *_precisions(answered)]
    return [
        Row(engine=engine, measure=measure, kind=kind, cases=len(values), value=mean(values))
        for measure, kind, values in found
        if values
    ]


_Values = tuple[str, str, list[float]]


def _ranks(answered: Sequence[Answered]) -> Iterator[_Values]:
    for kind in dict.fromkeys(a.case.kind for a in answered if a.case.expected):
        own = [a for a in answered if a.case.kind == kind]
        for way, lists in (
            ("search", [a.found for a in own]),
            ("diagnosis", [a.diagnosed for a in own if kind in DIAGNOSED]),
        ):
            ranks = [
                reciprocal(slugs, a.case.expected) for slugs, a in zip(lists, own, strict=False)
            ]
            yield f"{way} MRR@{DEPTH}", kind, ranks
            yield f"{way} hit@1", kind, [float(rank == 1) for rank in ranks]
            yield f"{way} hit@3", kind, [float(rank >= 1 / 3) for rank in ranks]


def reciprocal(slugs: Sequence[str], expected: frozenset[str]) -> float:
    """One by the rank of the first expected slug; 0 if there is none."""
    return next((1 / rank for rank, slug in enumerate(slugs, 1) if slug in expected), 0.0)


def _silences(answered: Sequence[Answered]) -> Iterator[_Values]:
    for kind in NEGATIVE:
        own = [a for a in answered if a.case.kind == kind]
        if kind != "unclaimed":
            yield "search finds nothing", kind, [float(not a.found) for a in own]
            sure = (MatchOutcome.EXACT, MatchOutcome.LIKELY)
            yield "search is sure of nothing", kind, [float(a.searched not in sure) for a in own]
        yield "diagnosis finds nothing", kind, [float(not a.diagnosed) for a in own]


def _precisions(answered: Sequence[Answered]) -> Iterator[_Values]:
    for outcome in (MatchOutcome.EXACT, MatchOutcome.LIKELY):
        sure = [a for a in answered if a.searched is outcome and a.case.kind != "unclaimed"]
        found = [float(a.found[0] in a.case.expected) for a in sure]
        yield "precision of search", outcome, found
    for outcome in (MatchOutcome.EXACT, MatchOutcome.LIKELY, MatchOutcome.RELATED):
        right = [float(a.is_right) for a in answered if a.outcome is outcome]
        yield "precision of outcome", outcome, right


def measure(engine: str, *, vectors: Path | None = None) -> list[Row]:
    """The rows of an engine over the articles of `content/`."""
    with TemporaryDirectory() as folder, opened(engine, Path(folder), vectors=vectors) as reading:
        return rows(engine, answers(reading, read_cases()))


@contextmanager
def opened(
    engine: str, folder: Path, *, content: Path = CONTENT, vectors: Path | None = None
) -> Iterator[Reading]:
    """A library in `folder` with the articles of `content`, open for reading."""
    library = Library(load_settings(data_dir=folder, search_url=engine, vectors=vectors))
    try:
        upgrade(library.database)
        ingest(library, [content], options=IngestOptions())
        with library.reading() as reading:
            yield reading
    finally:
        library.close()


def table(found: Sequence[Row]) -> str:
    """The rows as text, engines side by side."""
    engines = list(dict.fromkeys(row.engine for row in found))
    lines = [f"{'measure':24} {'kind':12} {'cases':>5}" + "".join(f" {e:>8}" for e in engines)]
    values = {(row.engine, row.measure, row.kind): row.value for row in found}
    for row in found:
        if row.engine == engines[0]:
            shown = (values.get((engine, row.measure, row.kind), 0.0) for engine in engines)
            numbers = "".join(f" {value:8.3f}" for value in shown)
            lines.append(f"{row.measure:24} {row.kind:12} {row.cases:5}{numbers}")
    return "\n".join(lines)


def main() -> None:
    """Prints the table of the engines that are named."""
    parser = argparse.ArgumentParser(prog="python -m tests.relevance.measure")
    parser.add_argument("engines", nargs="*", default=["whoosh"])
    parser.add_argument("--vectors", type=Path)
    asked = parser.parse_args()
    found = [row for engine in asked.engines for row in measure(engine, vectors=asked.vectors)]
    print(table(found))


if __name__ == "__main__":
    main()
