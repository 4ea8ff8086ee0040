"""How many of the errors that people meet most `content/` answers: `content/coverage.tsv`.

`python -m tests.corpus.diagnosis.coverage [ENGINE] [AREA]` prints what each area comes to, and
each message that has no sure row of its article, or a wrong one.
"""

import csv
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from corpus.diagnosis.matching.match import SURE, MatchOutcome
from tests.corpus.diagnosis.measure import Answer, Diagnosed
from tests.relevance.measure import opened

TABLE = Path(__file__).parents[3] / "content" / "coverage.tsv"


@dataclass(frozen=True, slots=True, kw_only=True)
class FrequentError:
    """A message that people meet often, and the articles that answer it."""

    area: str
    message: str
    articles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a diagnosis of a message says."""

    error: FrequentError
    answers: list[Answer]

    @property
    def answered(self) -> bool:
        """Whether the first answer is a sure row of the right article, with cause and solution."""
        first = self.answers[0] if self.answers else None
        return bool(
            first
            and first.outcome in SURE
            and first.slug in self.error.articles
            and first.row
            and first.row.cause
            and first.row.solution
        )

    @property
    def wrong(self) -> list[Answer]:
        """The first answer, if it is sure and not right.

        An article that is about the kind of error in general may stand below it.
        """
        return [
            answer
            for answer in self.answers[:1]
            if answer.outcome in SURE and answer.slug not in self.error.articles
        ]

    @property
    def wrong_exact(self) -> list[Answer]:
        """The wrong answers that are called exact."""
        return [answer for answer in self.wrong if answer.outcome is MatchOutcome.EXACT]


def frequent_errors() -> list[FrequentError]:
    """The rows of the table; in a message `\\n` is a line end, articles have commas between."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            FrequentError(
                area=row["area"],
                message=row["message"].replace("\\n", "\n"),
                articles=frozenset(row["article"].split(",")),
            )
            for row in rows
        ]


def results(diagnosed: Diagnosed, area: str = "") -> list[Result]:
    """The results of all messages, or those of an area."""
    return [
        Result(error=error, answers=diagnosed.answers(error.message))
        for error in frequent_errors()
        if area in ("", error.area)
    ]


def main(engine: str = "whoosh", area: str = "") -> None:
    """Prints the results."""
    by_area: dict[str, list[Result]] = defaultdict(list)
    with TemporaryDirectory() as folder, opened(engine, Path(folder)) as reading:
        for result in results(Diagnosed(reading), area):
            by_area[result.error.area].append(result)
            if not result.answered or result.wrong:
                named = ", ".join(f"{one.outcome} {one.slug}" for one in result.answers[:3])
                print(f"{result.error.area}: {result.error.message!r}: {named or 'nothing'}")
    for name, found in sorted(by_area.items()):
        print(f"{name}: {_figures(found)}")
    print(f"all: {_figures([result for found in by_area.values() for result in found])}")


def _figures(found: list[Result]) -> str:
    answered = sum(result.answered for result in found)
    exact = sum(bool(result.wrong_exact) for result in found)
    wrong = sum(bool(result.wrong) for result in found)
    return f"{answered} of {len(found)} answered, {exact} wrong exact, {wrong} wrong"


if __name__ == "__main__":
    main(*sys.argv[1:])
