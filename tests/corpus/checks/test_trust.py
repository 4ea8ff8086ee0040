"""Trust: receipts against claims, and against the text that they are about."""

from dataclasses import replace

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.receipts import CheckOutcome, ObservedError, Receipt
from corpus.checks.trust import (
    Evidence,
    Level,
    evidence_of,
    seen_signatures,
    trust_of,
    with_evidence,
)
from corpus.diagnosis.signatures import Origin
from corpus.document.article import Metadata, Status, VerificationRecord, VerificationResult
from corpus.document.article_document import parse, render
from tests.factories import make_article, make_metadata, make_receipt

BODY = """\
## Error table

| Error | Cause | Solution |
|---|---|---|
| `cat: note.txt: No such file or directory` | It is not there | Make it |

## Fix

```bash check=missing step=reproduce exit=1
cat note.txt
```

```bash check=missing step=fix
touch note.txt
```

```bash check=missing step=confirm
test -f note.txt
```
"""


def receipt(
    outcome: CheckOutcome = CheckOutcome.FIXED, *, body: str = BODY, check: str = "missing"
) -> Receipt:
    [known] = read_checks(BODY).good
    return make_receipt(
        check=check,
        error=known.error,
        outcome=outcome,
        vouches_for={"en": known.fingerprint(body)},
        observed=[ObservedError(template="cat: <path>: No such file or directory")],
    )


def evidence(*receipts: Receipt, body: str = BODY) -> tuple[Evidence, ...]:
    return evidence_of(receipts, body)


def metadata(status: Status = Status.PENDING, *, records: int = 0) -> Metadata:
    record = VerificationRecord(
        verifier="Somebody",
        result=VerificationResult.PASSED,
        verified_at="2026-01-01T00:00:00.000Z",
    )
    return make_metadata(status=status, records=(record,) * records)


EDITED = BODY.replace("touch note.txt", "echo > note.txt")


@pytest.mark.parametrize(
    ("status", "records", "receipts", "body", "level"),
    [
        (Status.PENDING, 0, [], BODY, Level.NONE),
        (Status.VERIFIED, 0, [], BODY, Level.ATTESTED),
        (Status.PENDING, 1, [], BODY, Level.ATTESTED),
        (Status.PENDING, 0, [CheckOutcome.FIXED], BODY, Level.EXECUTED),
        (Status.PENDING, 0, [CheckOutcome.NOT_FIXED], BODY, Level.NONE),
        (Status.PENDING, 0, [CheckOutcome.FIXED], EDITED, Level.STALE),
        (Status.VERIFIED, 0, [CheckOutcome.FIXED], EDITED, Level.ATTESTED),
        (Status.PENDING, 0, [CheckOutcome.NOT_FIXED], EDITED, Level.NONE),
    ],
)
def test_levels(
    status: Status, records: int, receipts: list[CheckOutcome], body: str, level: Level
) -> None:
    found = evidence(*map(receipt, receipts), body=body)
    assert trust_of(metadata(status, records=records), found).level is level


def test_what_was_run_is_told_in_words() -> None:
    trust = trust_of(metadata(), evidence(receipt()))
    assert trust.explanation == (
        "A machine saw the error, applied the fix and saw it gone: "
        "1 check fixed on Debian 12, last on 2026-11-22."
    )
    assert trust.last_run == "2026-11-22T14:00:00Z"


def test_a_fix_that_did_not_work_is_told() -> None:
    trust = trust_of(metadata(), evidence(receipt(CheckOutcome.NOT_FIXED)))
    assert trust.explanation == (
        "Nobody states that this was verified, and no run shows it: "
        "1 check not fixed on Debian 12, last on 2026-11-22."
    )


def test_receipts_of_checks_that_are_gone_do_not_count() -> None:
    assert evidence(receipt(check="another")) == ()


def test_what_a_run_printed_is_a_signature_of_its_row() -> None:
    [seen] = seen_signatures(evidence(receipt()), BODY)
    assert (seen.origin, seen.terms) == (Origin.RUN, ("no", "such", "file", "or", "directori"))
    assert seen.anchor == "error-cat-notetxt-no-such-file-or-directory"
    assert seen_signatures(evidence(receipt(), body=EDITED), EDITED) == []


def test_a_document_tells_what_was_run_where_and_when() -> None:
    article = replace(make_article(), metadata=metadata())
    told = with_evidence(article, evidence(receipt()))
    lang = article.translations[0].lang
    text = render(told, lang=lang, public_url="http://127.0.0.1:8000")

    assert (
        """\
## Verification Records

- **fixbook verify, check missing** (passed) - 2026-11-22T14:00:00Z
  - Notes: fixed: so it came; error: cat: note.txt: No such file or directory; \
isolation: bubblewrap 0.8
  - Environment: Debian 12 x86_64 / bash / 5.2
  - Verifier: official_bot
"""
        in text
    )
    assert parse(text, lang=lang).metadata.records == told.metadata.records


def test_without_evidence_a_document_is_as_written() -> None:
    article = make_article()
    assert with_evidence(article, ()) is article
