# ruff: noqa: S311 - the same documents and plans on every run
"""All at once: engines agree on random plans, and threads on an answer."""

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.search.engine import Alternative, Clause, Field, Hits, IndexDocument, Plan
from corpus.store.filters import Filters, Sort
from tests.corpus.search.engines.shelf import BODY_ONLY, Shelf, cleared, document, everything, made
from tests.opensearch import address


def _random_documents(
    choice: random.Random, count: int, *, shortest_key: int = 0
) -> list[IndexDocument]:
    def text(length: int) -> str:
        ranks = (min(60, int(choice.paretovariate(0.8))) for _ in range(length))
        return " ".join(f"w{rank}" for rank in ranks)

    return [
        document(
            f"{number:03}",
            text(choice.randrange(3, 60)),
            key=text(choice.randrange(shortest_key, 8)),
            pairs=f"p&{number % 7} q&{number % 5}",
            names=[f"name {number % 50}"],
            labels=[f"domain:d{choice.randrange(4)}", f"lang:{choice.choice(['en', 'zh'])}"],
            confidence=choice.randrange(0, 100, 10),
            updated_ms=choice.randrange(5),
        )
        for number in range(count)
    ]


def _random_plan(choice: random.Random) -> Plan:
    def some(most: int) -> tuple[str, ...]:
        return tuple(f"w{choice.randrange(1, 62)}" for _ in range(choice.randint(1, most)))

    clauses = tuple(
        Clause(tuple(Alternative(some(2), choice.choice([1.0, 0.7])) for _ in range(number)))
        for number in choice.choices([1, 1, 1, 3], k=choice.randint(1, 8))
    )
    domains = tuple(f"d{choice.randrange(5)}" for _ in range(choice.choice([0, 0, 1, 2])))
    return Plan(
        boosts=choice.choice([BODY_ONLY, {Field.KEY: 3.0, Field.BODY: 1.0}]),
        clauses=clauses,
        minimum=choice.randint(1, len(clauses)),
        names=choice.choice([{}, {"name_7": 100.0}]),
        pairs=choice.choice([{}, {"p&3": 1.5, "q&1": 0.7, "absent": 9.0}]),
        floor=choice.choice([0.0, 0.0, 1.0, 2.5]),
        pinned=choice.choice([{}, {"003": 50.0, "101": 60.0}]),
        phrases=choice.choice([(), (), (some(2),)]),
        excluded=choice.choice([(), (), some(1)]),
        preferred=choice.choice([{}, {"lang:zh": 1e-3}]),
        filters=Filters(domains=domains, minimum_confidence=choice.choice([0, 0, 40])),
        sort=choice.choice(list(Sort)),
    )


def _same_order(one: Hits, other: Hits) -> bool:
    """Whether the ranks agree; single precision may swap neighbours of equal score."""
    return all(
        mine.id == yours.id or mine.score == pytest.approx(yours.score, rel=1e-4, abs=1e-3)
        for mine, yours in zip(one.items, other.items, strict=True)
    )


# Lucene's mean length leaves out documents without a text, so only hits are the same for them.
@pytest.mark.parametrize(
    ("other_name", "shortest_key"),
    [("tantivy", 0), *([("opensearch", 0), ("opensearch", 1)] if address.IS_THERE else [])],
)
def test_engines_agree(tmp_path: Path, other_name: str, shortest_key: int) -> None:
    choice = random.Random(5)
    documents = _random_documents(choice, 200, shortest_key=shortest_key)
    shelves = [Shelf(made(name_), tmp_path) for name_ in ("whoosh", other_name)]
    one, other = (shelf.write(*documents) for shelf in shelves)
    for _ in range(300):
        plan = _random_plan(choice)
        mine, yours = everything(one, plan), everything(other, plan)
        assert mine.total == yours.total
        assert {hit.id for hit in mine.items} == {hit.id for hit in yours.items}
        if other_name != "opensearch" or shortest_key:
            assert _same_order(mine, yours)
    for shelf in shelves:
        shelf.close()
        cleared(shelf.engine, tmp_path)


def test_threads_get_the_same_answers(shelf: Shelf) -> None:
    choice = random.Random(6)
    documents = _random_documents(choice, 200)
    plans = [_random_plan(choice) for _ in range(40)]
    index = shelf.write(*documents)
    alone = [everything(index, plan) for plan in plans]
    fresh = shelf.open(shelf.folders[0])

    def ask(seed: int) -> Sequence[Hits]:
        order = random.Random(seed).sample(range(len(plans)), len(plans))
        answers = {number: everything(fresh, plans[number]) for number in order}
        return [answers[number] for number in range(len(plans))]

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(16))) == [alone] * 16
