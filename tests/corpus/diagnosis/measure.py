"""How good diagnoses are over `content/`: `python -m tests.corpus.diagnosis.measure [ENGINE]`.

The cases are the files in `quality/`, for people to edit.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.diagnosis.matching.match import SURE, MatchOutcome
from corpus.diagnosis.signatures.extraction import row_messages
from corpus.search.diagnosis import diagnose, row_of
from corpus.search.reading import Reading
from corpus.store.filters import Filters
from corpus.store.summaries import ArticleSummary, Passage, PassageKind
from tests.relevance.measure import opened

FOLDER = Path(__file__).parent / "quality"
PASTED = ("pastes.tsv", "threads.tsv")
"""Files of what people paste: our own inventions, and from public issue threads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An article that a diagnosis names."""

    slug: str
    outcome: MatchOutcome
    row: Passage | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A text, the articles that may be named as sure for it, and a note."""

    right: frozenset[str]
    text: str
    note: str = ""


def cases(name: str) -> list[Case]:
    """The cases of a file: right articles, text (`\\n` is a line end), note, tabs between."""
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [_case(line) for line in lines if line and not line.startswith("#")]


def _case(line: str) -> Case:
    right, text, *note = line.split("\t")
    return Case(
        right=frozenset(right.split(",")) - {"-"},
        text=text.replace("␤", "\n"),
        note="".join(note),
    )


class Diagnosed:
    """What diagnoses of one corpus name: each text is diagnosed once, whoever asks for it."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self._of = cache(partial(diagnose, reading, filters=Filters(), limit=5))

    def answers(self, text: str, *, lang: str = "en") -> list[Answer]:
        """What a diagnosis of a text names, best first."""
        reading, matches = self.reading, self._of(text).matches
        found = reading.summaries.load(reading.connection, [match.key for match in matches])
        return [
            Answer(
                slug=card.slug,
                outcome=match.outcome,
                row=row_of(reading, match, card, card.lang(lang)),
            )
            for match, card in zip(matches, found, strict=True)
        ]

    def wrong(self, case: Case) -> list[Answer]:
        """The answers that are sure and not right."""
        return [
            answer
            for answer in self.answers(case.text)
            if answer.outcome in SURE and answer.slug not in case.right
        ]

    def named_first(self, case: Case) -> bool:
        """Whether the first article is a right one."""
        return any(answer.slug in case.right for answer in self.answers(case.text)[:1])

    def comes_first(self, card: ArticleSummary, row: Passage) -> bool:
        """Whether a row, pasted verbatim, is exact and first, with its cause and solution.

        Where another article has the very same message, either may be the first, and both are
        exact.
        """
        found = [
            answer
            for answer in self.answers(row.text, lang=row.lang)
            if answer.outcome is MatchOutcome.EXACT and answer.row and answer.row.solution
        ]
        own = [answer.slug == card.slug and _is_same_row(answer.row, row) for answer in found]
        if not any(own):
            return False
        first = found[0].row
        return own[0] or (first is not None and row_messages(first.text) == row_messages(row.text))


def articles(reading: Reading) -> list[ArticleSummary]:
    """All articles."""
    ids = [row[0] for row in reading.connection.exec_driver_sql("SELECT id FROM articles")]
    return reading.summaries.load(reading.connection, ids)


def own_rows(cards: Iterable[ArticleSummary]) -> Iterator[tuple[ArticleSummary, Passage]]:
    """All rows of all error tables in all languages."""
    for card in cards:
        for passage in card.passages:
            if passage.kind is PassageKind.ERROR:
                yield card, passage


def _is_same_row(one: Passage | None, other: Passage) -> bool:
    """Whether two messages stand in one row: its first cell may have several."""
    return one is not None and (one.cause, one.solution) == (other.cause, other.solution)


def main(engine: str) -> None:
    """Prints what each file comes to."""
    with TemporaryDirectory() as folder, opened(engine, Path(folder)) as reading:
        diagnosed, rows = Diagnosed(reading), [*own_rows(articles(reading))]
        good = sum(diagnosed.comes_first(card, row) for card, row in rows)
        print(f"own rows first, exact, with a solution: {good} of {len(rows)}")
        for name in ("near_twins.tsv", "unrelated.tsv", "healthy.tsv", *PASTED):
            found = [diagnosed.wrong(case) for case in cases(name)]
            exact = sum(any(a.outcome is MatchOutcome.EXACT for a in each) for each in found)
            print(f"{name}: {exact} wrong exact, {sum(map(bool, found))} wrong, of {len(found)}")
        for name in PASTED:
            covered = [case for case in cases(name) if case.right]
            first = [diagnosed.named_first(case) for case in covered]
            print(f"{name}: {sum(first)} of {len(first)} first")


if __name__ == "__main__":
    main(*sys.argv[1:] or ["whoosh"])
