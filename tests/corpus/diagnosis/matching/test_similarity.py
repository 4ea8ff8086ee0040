"""Similarity: what a message and a claim share, and what speaks against."""

import pytest

from corpus.diagnosis.matching.similarity import compare
from corpus.diagnosis.signatures.signature import Origin, Signature
from tests.corpus.diagnosis.matching.claims import claim, idf


def score(observed: Signature, claimed: Signature) -> float:
    return compare(observed, claimed, idf).score


def test_another_code_of_the_same_kind_speaks_against() -> None:
    claimed = claim("E0382: use of moved value")
    same = claim("E0382: use of a moved thing", Origin.OBSERVED)
    other = claim("E0499: use of moved value", Origin.OBSERVED)
    assert score(same, claimed) > 0.75
    assert score(other, claimed) < 0.5


def test_only_statuses_that_mean_something_speak_against() -> None:
    claimed = claim("the command returned exit status 1")
    own = claim("the command returned exit status 2", Origin.OBSERVED)
    killed = claim("the command returned exit status 137", Origin.OBSERVED)
    assert score(own, claimed) > score(killed, claimed)


@pytest.mark.parametrize(
    ("line", "claimed", "shares"),
    [
        ("exit status 1", "errno 1", False),  # both are a 1, of different things
        ("exit status 1", "process exited with code 1", True),
        ("exit status 1", "Error 1", True),  # which does not say of what
        ("Error 1", "errno 1", True),
    ],
)
def test_a_number_counts_within_its_namespace(line: str, claimed: str, shares: bool) -> None:
    assert (
        compare(claim(line, Origin.OBSERVED), claim(claimed), lambda _: 1.0).score > 0
    ) is shares


def test_the_order_of_words_tells_twins_apart() -> None:
    first = claim("first list longer than the second list")
    second = claim("second list longer than the first list")
    observed = claim("first list longer than the second list", Origin.OBSERVED)
    assert score(observed, first) > score(observed, second)


def test_words_in_quotes_help_when_they_are_equal() -> None:
    observed = claim("unexpected '#else'", Origin.OBSERVED)
    same, other = claim("unexpected '#else'"), claim("unexpected '#elif'")
    assert score(observed, same) > score(observed, other)


def test_what_an_error_is_wrapped_in_counts_half() -> None:
    claimed = claim("port is already allocated")
    alone = claim("starting web: port is already allocated", Origin.OBSERVED)
    mixed = claim("starting web port is already allocated", Origin.OBSERVED)
    assert score(alone, claimed) > score(mixed, claimed)
