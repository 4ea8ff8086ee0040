"""Diagnoses over `content/`: near-twins are not taken for what they look like, rows are found.

`python -m tests.corpus.diagnosis.measure` prints the figures.
"""

from collections.abc import Iterator

import pytest

from corpus.diagnosis.matching.match import SURE, SURENESS, MatchOutcome
from tests.corpus.diagnosis.coverage import results
from tests.corpus.diagnosis.measure import PASTED, Diagnosed, articles, cases, own_rows
from tests.shared_corpus import SharedCorpus
from tests.turns import part_of

PARTS = 8
"""Into which the articles are divided, for several processes to diagnose their rows: some by turns.
"""


@pytest.fixture(scope="module")
def diagnosed(shared_corpus: SharedCorpus) -> Iterator[Diagnosed]:
    with shared_corpus.reading() as reading:
        yield Diagnosed(reading)


@pytest.mark.slow
@pytest.mark.parametrize("part", part_of(range(PARTS), 4))
def test_a_row_pasted_verbatim_is_exact_with_itself(diagnosed: Diagnosed, part: int) -> None:
    rows = [*own_rows(articles(diagnosed.reading)[part::PARTS])]
    missed = [(card.slug, row) for card, row in rows if not diagnosed.comes_first(card, row)]
    assert len(rows) > 1_000 / PARTS
    assert missed == []


def test_near_twins_are_told_apart(diagnosed: Diagnosed) -> None:
    twins = cases("near_twins.tsv")
    found = {case.text: answers for case in twins if (answers := diagnosed.wrong(case))}
    exact = [
        text
        for text, answers in found.items()
        if any(answer.outcome is MatchOutcome.EXACT for answer in answers)
    ]
    assert len(twins) >= 200
    assert exact == []
    assert len(found) <= len(twins) // 50, found


def test_what_tempts_is_a_row(diagnosed: Diagnosed) -> None:
    rows = {row.text for _, row in own_rows(articles(diagnosed.reading))}
    assert {case.note for case in cases("near_twins.tsv")} <= rows


@pytest.mark.parametrize("name", PASTED)
def test_pastes_find_their_article(diagnosed: Diagnosed, name: str) -> None:
    pastes = cases(name)
    covered = [case for case in pastes if case.right]
    missed = [case.text for case in covered if not diagnosed.named_first(case)]
    sure = [
        (case.text, answer.slug)
        for case in pastes
        for answer in diagnosed.wrong(case)
        if answer.outcome is MatchOutcome.EXACT
    ]
    assert len(covered) >= 100
    assert sure == []
    assert len(missed) <= 0.05 * len(covered), missed


def test_pastes_that_no_article_covers_are_nothing_sure(diagnosed: Diagnosed) -> None:
    texts = [case for name in PASTED for case in cases(name) if not case.right]
    assert len(texts) >= 20
    found = {case.text: answers for case in texts if (answers := diagnosed.wrong(case))}
    assert len(found) <= 1, found


def test_what_is_sure_comes_first_and_says_what_to_do(diagnosed: Diagnosed) -> None:
    for case in (case for name in (*PASTED, "near_twins.tsv") for case in cases(name)):
        found = diagnosed.answers(case.text)
        ranks = [SURENESS[answer.outcome] for answer in found]
        assert ranks == sorted(ranks, reverse=True), case
        for answer in found:
            if answer.outcome in SURE:
                assert answer.row is not None, case
                assert answer.row.cause, case
                assert answer.row.solution, case


@pytest.mark.parametrize(("name", "fewest"), [("unrelated.tsv", 200), ("healthy.tsv", 150)])
def test_what_reports_no_error_is_nothing_sure(
    diagnosed: Diagnosed, name: str, fewest: int
) -> None:
    texts = cases(name)
    assert len(texts) >= fewest
    assert {case.text: found for case in texts if (found := diagnosed.wrong(case))} == {}


def test_the_errors_that_people_meet_most_are_answered(diagnosed: Diagnosed) -> None:
    found = results(diagnosed)
    missed = [result.error.message for result in found if not result.answered]
    assert len([result for result in found if result.wrong_exact]) <= 1  # pandas' KeyError
    assert len(missed) <= 0.04 * len(found), missed
    assert sum(bool(result.wrong) for result in found) <= 0.005 * len(found)
