"""Checks that prove nothing do not come to `fixed`, and those that prove something do."""

import pytest

from corpus.checks.receipts import CheckOutcome
from tests.turns import part_of
from tests.verify.conftest import Verified
from tests.verify.disguised_checks import DISGUISED, PLAIN
from tests.verify.evasive_checks import EVASIVE
from tests.verify.everyday_checks import EVERYDAY
from tests.verify.lying_checks import HONEST, LYING, Sample

pytestmark = pytest.mark.slow

LIES = {**LYING, **EVASIVE, **DISGUISED}
HONEST_ONES = {**HONEST, **EVERYDAY, **PLAIN}
PARTS = 4


def outcome_of(verified: Verified, sample: Sample) -> tuple[CheckOutcome, str]:
    report = verified(sample.body())
    assert report.problems == []
    [result] = report.results
    return result.outcome, result.reason


@pytest.mark.parametrize("name", part_of([*LIES], PARTS))
def test_a_lying_check_is_not_fixed(verified: Verified, name: str) -> None:
    outcome, reason = outcome_of(verified, LIES[name])
    assert outcome is not CheckOutcome.FIXED
    assert not reason.startswith("the runner failed")


@pytest.mark.parametrize("name", part_of([*HONEST_ONES], PARTS))
def test_an_honest_check_is_fixed(verified: Verified, name: str) -> None:
    outcome, reason = outcome_of(verified, HONEST_ONES[name])
    if outcome is CheckOutcome.UNVERIFIABLE:
        pytest.skip(reason)
    assert (outcome, reason) == (
        CheckOutcome.FIXED,
        "the error appeared without the fix and was gone with it, 2 of 2 times",
    )
