"""Coverage: how many errors were run, by article and number of environments."""

from pathlib import Path

from corpus.checks.checks import read_checks
from corpus.checks.receipts import CheckOutcome, receipt_path, write_receipts
from tests.factories import make_article, make_receipt, make_translation
from tests.verify.bodies import MISSING, make_body
from verify.coverage import coverage_table


def test_errors_that_were_run_are_counted_by_article(tmp_path: Path) -> None:
    body = make_body()
    [check] = read_checks(body).good
    article = make_article(slug="guide", translations=[make_translation(body=body)])
    outcomes = [CheckOutcome.FIXED, CheckOutcome.FIXED, CheckOutcome.NOT_FIXED]
    receipts = [
        make_receipt(
            error=MISSING,
            os=f"Debian {number}",
            outcome=outcome,
            vouches_for={"en": check.fingerprint(body)},
        )
        for number, outcome in enumerate(outcomes, start=11)
    ]
    write_receipts(receipt_path(tmp_path, "guide"), slug="guide", receipts=receipts)
    other = make_article(slug="other")

    assert coverage_table([article, other], tmp_path) == (
        "| article | rows | run | errors | run | in 1 | in 2 |\n|---|---|---|---|---|---|---|\n"
        "| guide | 1 | 1 | 1 | 1 |  | 1 |\n"
        "| other | 2 | 0 | 2 | 0 |  |  |\n"
        "| all | 3 | 1 | 3 | 1 |  | 1 |\n\n"
        "Errors run, by environment: Debian 11 (1), Debian 12 (1)."
    )
