"""Checks that prove nothing do not come to `fixed`, and those that prove something do."""

import pytest

from corpus.checks.receipts import CheckOutcome
from tests.verify.conftest import Verified
from tests.verify.disguised_checks import DISGUISED, PLAIN
from tests.verify.evasive_checks import EVASIVE
from tests.verify.everyday_checks import EVERYDAY
from tests.verify.lying_checks import HONEST, LYING, Sample, names

pytestmark = pytest.mark.slow


def outcome_of(verified: Verified, sample: Sample) -> tuple[CheckOutcome, str]:
    report = verified(sample.body())
    assert report.problems == []
    [result] = report.results
    return result.outcome, result.reason


@pytest.mark.parametrize(
    "sample",
    [*LYING.values(), *EVASIVE.values(), *DISGUISED.values()],
    ids=names(LYING, EVASIVE, DISGUISED),
)
def test_a_lying_check_is_not_fixed(verified: Verified, sample: Sample) -> None:
    outcome, reason = outcome_of(verified, sample)
    assert outcome is not CheckOutcome.FIXED
    assert not reason.startswith("the runner failed")


@pytest.mark.parametrize(
    "sample",
    [*HONEST.values(), *EVERYDAY.values(), *PLAIN.values()],
    ids=names(HONEST, EVERYDAY, PLAIN),
)
def test_an_honest_check_is_fixed(verified: Verified, sample: Sample) -> None:
    outcome, reason = outcome_of(verified, sample)
    if outcome is CheckOutcome.UNVERIFIABLE:
        pytest.skip(reason)
    assert (outcome, reason) == (
        CheckOutcome.FIXED,
        "the error appeared without the fix and was gone with it, 2 of 2 times",
    )
