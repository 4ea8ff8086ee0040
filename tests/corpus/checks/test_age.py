"""Age: receipts that are too old to count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from corpus.checks.age import is_too_old, oldest_valid
from corpus.checks.checks import read_checks
from corpus.checks.evidence import evidence_of, merge_receipts
from corpus.checks.explanation import entry_explanation
from corpus.checks.receipts import CheckOutcome
from corpus.checks.trust import Level
from tests.factories import make_article, make_entry, make_metadata, make_receipt, make_translation
from tests.verify.bodies import MISSING, make_body

NOW = datetime(2026, 12, 1, tzinfo=UTC)
BODY = make_body()


@pytest.mark.parametrize(
    ("max_age", "review_by", "ran_at", "old"),
    [
        (None, None, "2025-01-01T00:00:00Z", False),
        (30, None, "2026-11-02T00:00:00Z", False),
        (30, None, "2026-10-31T00:00:00Z", True),
        (None, "2026-11-01", "2026-10-31T00:00:00Z", True),
        (None, "2026-11-01", "2026-11-02T00:00:00Z", False),
        (None, "2026-12-24", "2026-10-31T00:00:00Z", False),
        (30, "2026-11-20", "2026-11-19T00:00:00Z", True),
        (30, None, "some day", False),
    ],
)
def test_when_a_receipt_is_too_old(
    max_age: int | None, review_by: str | None, ran_at: str, old: bool
) -> None:
    metadata = replace(make_metadata(), review_by=review_by)
    oldest = oldest_valid(metadata, max_age=max_age, now=NOW)
    assert is_too_old(make_receipt(ran_at=ran_at), oldest) is old


def test_what_is_too_old_is_stale() -> None:
    article = make_article(slug="guide", translations=[make_translation(body=BODY)])
    [check] = read_checks(BODY).good
    days_ago = (datetime.now(UTC) - timedelta(days=10)).isoformat()
    receipt = make_receipt(
        error=MISSING, vouches_for={"en": check.fingerprint(BODY)}, ran_at=days_ago
    )
    entry = make_entry(article)
    levels = {}
    for max_age in (None, 11, 9):
        found = evidence_of([receipt], article, max_age=max_age)
        levels[max_age] = replace(entry, evidence=found).trust("en")
    assert [trust.level for trust in levels.values()] == [
        Level.EXECUTED,
        Level.EXECUTED,
        Level.STALE,
    ]
    [row] = levels[9].run.values()
    assert entry_explanation(row, "en") == (
        "The fix was run, but for an older text or too long ago. "
        "Stale (age): a run is older than runs may be."
    )


def test_a_run_that_says_the_same_renews_only_what_is_too_old() -> None:
    old, new = make_receipt(ran_at="2026-11-01T00:00:00Z"), make_receipt()
    assert merge_receipts([old], [new], checks=["example"]) == [old]
    oldest = datetime(2026, 11, 2, tzinfo=UTC)
    assert merge_receipts([old], [new], checks=["example"], oldest=oldest) == [new]


def test_what_no_longer_runs_in_an_environment_leaves_no_old_receipt_there() -> None:
    here = make_receipt()
    where = here.environment.model_copy(update={"name": "small"})
    there = here.model_copy(update={"environment": where})
    cannot = there.model_copy(update={"outcome": CheckOutcome.UNVERIFIABLE, "runs": ()})
    edited = cannot.model_copy(update={"vouches_for": {"en": "sha256:edited"}})
    assert merge_receipts([here, there], [cannot], checks=["example"]) == [here, there]
    assert merge_receipts([here, there], [edited], checks=["example"]) == [here]
