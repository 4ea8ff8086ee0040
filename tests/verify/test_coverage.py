"""Coverage: how many errors were run, by article."""

from pathlib import Path

from corpus.checks.checks import read_checks
from corpus.checks.receipts import receipt_path, write_receipts
from tests.factories import make_article, make_receipt, make_translation
from tests.verify.bodies import MISSING, make_body
from verify.coverage import coverage_table


def test_errors_that_were_run_are_counted_by_article(tmp_path: Path) -> None:
    body = make_body()
    [check] = read_checks(body).good
    article = make_article(slug="guide", translations=[make_translation(body=body)])
    receipt = make_receipt(error=MISSING, vouches_for={"en": check.fingerprint(body)})
    write_receipts(receipt_path(tmp_path, "guide"), slug="guide", receipts=[receipt])
    other = make_article(slug="other")

    assert coverage_table([article, other], tmp_path) == (
        "| article | errors | run | on |\n|---|---|---|---|\n"
        "| guide | 1 | 1 | Debian 12 |\n"
        "| other | 2 | 0 |  |\n"
        "| all | 3 | 1 | Debian 12 |"
    )
