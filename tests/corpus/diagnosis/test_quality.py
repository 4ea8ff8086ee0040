"""Diagnoses over `content/`: near-twins are not taken for what they look like, rows are found.

`python -m tests.corpus.diagnosis.measure` prints the figures.
"""

from collections.abc import Iterator

import pytest

from corpus.diagnosis.scoring import MatchOutcome
from corpus.search.reading import Reading
from tests.corpus.diagnosis.measure import cases, comes_first, own_rows, wrong
from tests.relevance.measure import opened


@pytest.fixture(scope="module")
def reading(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reading]:
    with opened("whoosh", tmp_path_factory.mktemp("quality")) as reading:
        yield reading


def test_near_twins_are_told_apart(reading: Reading) -> None:
    twins = cases("near_twins.tsv")
    found = {case.text: answers for case in twins if (answers := wrong(reading, case))}
    exact = [
        text
        for text, answers in found.items()
        if any(answer.outcome is MatchOutcome.EXACT for answer in answers)
    ]
    assert len(twins) >= 200
    assert exact == []
    assert len(found) <= len(twins) // 50, found


def test_what_tempts_is_a_row(reading: Reading) -> None:
    rows = {row.text for _, row in own_rows(reading)}
    assert {case.note for case in cases("near_twins.tsv")} <= rows


def test_a_row_pasted_verbatim_is_exact_with_itself(reading: Reading) -> None:
    rows = [*own_rows(reading)]
    missed = [(card.slug, row) for card, row in rows if not comes_first(reading, card, row)]
    assert len(rows) > 1_000
    assert missed == []
