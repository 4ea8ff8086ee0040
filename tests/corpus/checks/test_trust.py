"""Trust: receipts against claims, and against the row and the text that they are about."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from corpus.checks.checks import read_checks
from corpus.checks.claims import claims
from corpus.checks.evidence import Evidence, evidence_of
from corpus.checks.explanation import article_explanation, entry_explanation
from corpus.checks.receipts import RUNNER, CheckOutcome, ObservedError, Receipt
from corpus.checks.trust import EntryTrust, Level, Trust, seen_signatures, with_evidence
from corpus.diagnosis.signatures.signature import Origin
from corpus.document.article import (
    Article,
    Metadata,
    Status,
    VerificationRecord,
    VerificationResult,
)
from corpus.document.article_document import parse, render
from tests.factories import make_article, make_entry, make_metadata, make_receipt, make_translation

BODY = """\
## Error table

| Error | Cause | Solution |
|---|---|---|
| `cat: note.txt: No such file or directory` | It is not there | Make it |
| `fatal: bad object HEAD` | Nobody knows | Delete .git |

## Fix

### Make the file

```bash check=missing step=reproduce exit=1 error="cat: note.txt: No such file or directory"
cat note.txt
```

```bash check=missing step=fix
touch note.txt
```

```bash check=missing step=confirm
test -f note.txt
```
"""
EDITED = BODY.replace("touch note.txt", "echo > note.txt")
CHINESE = BODY.replace("It is not there", "不存在").replace("Make it", "创建它")
ROW = "error-cat-notetxt-no-such-file-or-directory"
OTHER = "error-fatal-bad-object-head"


def make_pair(body: str = BODY, chinese: str = CHINESE, **metadata: object) -> Article:
    """The article in both languages."""
    return make_article(
        slug="guide",
        metadata=make_metadata(**metadata),  # type: ignore[arg-type]
        translations=[
            make_translation(body=body),
            make_translation(lang="zh", body=chinese),
        ],
    )


def receipt(outcome: CheckOutcome = CheckOutcome.FIXED, **changes: object) -> Receipt:
    """What running the check of BODY came to."""
    [known] = read_checks(BODY).good
    values = {
        "check": "missing",
        "error": known.error,
        "outcome": outcome,
        "vouches_for": {"en": known.fingerprint(BODY), "zh": known.fingerprint(CHINESE)},
        "observed": [ObservedError(template="cat: <path>: No such file or directory")],
        **changes,
    }
    return make_receipt(**values)  # type: ignore[arg-type]


def trust(
    receipts: Sequence[Receipt], article: Article, lang: str = "en", owner: str = "guide"
) -> Trust:
    """What receipts amount to for an article in a language."""
    entry = make_entry(article)
    return replace(entry, evidence=evidence_of(receipts, article, owner=owner)).trust(lang)


def metadata(status: Status = Status.PENDING, *, records: int = 0) -> Metadata:
    record = VerificationRecord(
        verifier="Somebody",
        result=VerificationResult.PASSED,
        verified_at="2026-01-01T00:00:00.000Z",
    )
    return make_metadata(status=status, records=(record,) * records)


@pytest.mark.parametrize(
    ("status", "records", "outcomes", "body", "level"),
    [
        (Status.PENDING, 0, [], BODY, Level.NONE),
        (Status.VERIFIED, 0, [], BODY, Level.ATTESTED),
        (Status.PENDING, 1, [], BODY, Level.ATTESTED),
        (Status.PENDING, 0, [CheckOutcome.FIXED], BODY, Level.EXECUTED),
        (Status.VERIFIED, 0, [CheckOutcome.FIXED], BODY, Level.EXECUTED),
        (Status.PENDING, 0, [CheckOutcome.NOT_FIXED], BODY, Level.NONE),
        (Status.PENDING, 0, [CheckOutcome.FIXED], EDITED, Level.STALE),
        (Status.VERIFIED, 0, [CheckOutcome.FIXED], EDITED, Level.ATTESTED),
        (Status.PENDING, 0, [CheckOutcome.NOT_FIXED], EDITED, Level.NONE),
    ],
)
def test_levels(
    status: Status, records: int, outcomes: list[CheckOutcome], body: str, level: Level
) -> None:
    article = replace(make_pair(body), metadata=metadata(status, records=records))
    found = trust([*map(receipt, outcomes)], article)
    assert (found.level, found.of(ROW).level) == (level, level)


def test_one_row_was_run_and_the_other_was_not() -> None:
    found = trust([receipt()], make_pair())

    assert (found.level, found.executed_entries, found.entries) == (Level.EXECUTED, 1, 2)
    assert article_explanation(found, "en") == (
        "1 of 2 errors was run. A machine saw the error, applied the fix and saw it gone: "
        "1 check fixed on Debian 12, last on 2026-11-22."
    )
    assert found.of(ROW).level is Level.EXECUTED
    assert entry_explanation(found.of(ROW), "en") == (
        "A machine saw the error, applied the fix and saw it gone: "
        "1 check fixed on Debian 12, last on 2026-11-22."
    )
    assert found.of(ROW).last_run == "2026-11-22T14:00:00Z"
    assert list(map(str, found.of(ROW).environments)) == ["Debian 12, bash 5.2"]
    assert article_explanation(found, "zh") == (
        "2 个错误中有 1 个运行过。机器看到了错误，应用了修复，并看到错误消失："
        "1 项检查已修复，运行于 Debian 12，最近一次 2026-11-22。"
    )
    assert found.of(OTHER) == EntryTrust(level=Level.NONE, others_run=True)
    assert entry_explanation(found.of(OTHER), "en") == (
        "Nobody states that this was verified, and no run shows it. "
        "Other errors of this article were run."
    )


def test_a_fix_that_did_not_work_is_told() -> None:
    found = trust([receipt(CheckOutcome.NOT_FIXED)], make_pair()).of(ROW)
    assert entry_explanation(found, "en") == (
        "Nobody states that this was verified, and no run shows it: "
        "1 check not fixed on Debian 12, last on 2026-11-22."
    )


@pytest.mark.parametrize(
    "edit",
    [
        ("| Make it |", "| Delete everything |"),
        ("It is not there", "The disk is full"),
        ("touch note.txt", "rm -rf ~"),
        ("### Make the file", "### Make the file\n\nFirst run `rm -rf ~`."),
        ("test -f note.txt", "true"),
        ("exit=1", "exit=0"),
    ],
)
def test_whatever_is_edited_of_a_row_its_fix_or_its_check_makes_it_stale(
    edit: tuple[str, str],
) -> None:
    found = trust([receipt()], make_pair(BODY.replace(*edit)))
    assert (found.level, found.executed_entries) == (Level.STALE, 0)


def test_an_added_row_was_not_run() -> None:
    row = "| `fatal: bad object HEAD` | Nobody knows | Delete .git |"
    added = "| `bash: foo: command not found` | It is missing | `rm -rf ~` |"
    found = trust([receipt()], make_pair(BODY.replace(row, f"{row}\n{added}")))
    assert found.of("error-bash-foo-command-not-found").level is Level.NONE
    assert (found.executed_entries, found.entries) == (1, 3)


def test_a_second_row_with_the_same_message_was_not_run() -> None:
    row = "| `cat: note.txt: No such file or directory` | It is not there | Make it |"
    other = "| `cat: note.txt: No such file or directory` | A virus | `rm -rf ~` |"
    found = trust([receipt()], make_pair(BODY.replace(row, f"{row}\n{other}")))
    assert found.of(ROW).level is Level.EXECUTED
    assert found.of(f"{ROW}-1").level is Level.NONE


def test_a_translation_is_trusted_by_its_own_text() -> None:
    harmful = make_pair(chinese=CHINESE.replace("创建它", "`rm -rf ~`"))
    assert trust([receipt()], make_pair(), "zh").of(ROW).level is Level.EXECUTED
    assert trust([receipt()], harmful, "en").of(ROW).level is Level.EXECUTED
    assert trust([receipt()], harmful, "zh").of(ROW).level is Level.STALE


def test_a_hash_counts_in_its_own_language_only() -> None:
    [known] = read_checks(BODY).good
    swapped = receipt(vouches_for={"zh": known.fingerprint(BODY), "de": known.fingerprint(BODY)})
    assert trust([swapped], make_pair()).level is Level.STALE


FORGED = {
    "another runner": receipt(runner=RUNNER + 1),
    "an older runner": receipt(runner=RUNNER - 1),
    "no sandbox": receipt(sandbox="none"),
    "another sandbox": receipt(sandbox="docker 27.1"),
    "no runs": receipt(runs=[]),
    "no control run": receipt(runs=[run for run in receipt().runs if run.kind != "control"]),
    "no green run": receipt(runs=[run for run in receipt().runs if run.kind != "green"]),
    "runs once": receipt(runs=[run.model_copy(update={"times": 1}) for run in receipt().runs]),
    "no steps": receipt(runs=[run.model_copy(update={"steps": ()}) for run in receipt().runs]),
    "1999": receipt(ran_at="1999-12-31T23:59:59Z"),
    "2199": receipt(ran_at="2199-01-01T00:00:00Z"),
    "no date": receipt(ran_at="lately"),
    "Windows 95": receipt(os="Windows 95", kernel="Windows 4.0"),
    "Windows 95 by its name": receipt(os="Microsoft Windows 95"),
    "no name": receipt(os=" "),
    "another kernel": receipt(kernel="Darwin 23.1"),
    "another error": receipt(error="fatal: bad object HEAD"),
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
def test_what_is_forged_or_foreign_counts_for_nothing(forged: Receipt) -> None:
    article = make_pair()
    [item] = evidence_of([forged], article)
    assert item.objection
    assert trust([forged], article).level is Level.NONE
    record = with_evidence(article, [item], "en").metadata.records[-1]
    assert record.result is VerificationResult.PARTIAL
    assert (record.notes or "").startswith(f"counts for nothing, {item.objection}: fixed")


def test_the_receipts_of_another_article_count_for_nothing() -> None:
    assert trust([receipt()], make_pair(), owner="another").level is Level.NONE


@pytest.mark.parametrize(
    ("later", "level"),
    [
        (receipt(CheckOutcome.NOT_FIXED, ran_at="2026-11-23T00:00:00Z"), Level.NONE),
        (receipt(CheckOutcome.FLAKY, ran_at="2026-11-23T00:00:00Z"), Level.NONE),
        (receipt(CheckOutcome.NOT_FIXED), Level.NONE),
        (receipt(CheckOutcome.NOT_FIXED, ran_at="2026-11-21T00:00:00Z"), Level.EXECUTED),
        (receipt(CheckOutcome.UNVERIFIABLE, ran_at="2026-11-23T00:00:00Z"), Level.EXECUTED),
        (receipt(CheckOutcome.NOT_FIXED, runner=RUNNER + 1), Level.EXECUTED),
        (receipt(CheckOutcome.NOT_FIXED, vouches_for={"en": "sha256:older"}), Level.EXECUTED),
        (receipt(CheckOutcome.NOT_FIXED, os="Debian 13"), Level.EXECUTED),
    ],
)
def test_a_later_run_of_the_same_on_the_same_system_wins(later: Receipt, level: Level) -> None:
    for receipts in ([receipt(), later], [later, receipt()]):
        assert trust(receipts, make_pair()).level is level


def test_a_row_says_what_came_of_it_on_each_system() -> None:
    elsewhere = receipt(CheckOutcome.NOT_FIXED, os="Debian 13")
    known = trust([receipt(), elsewhere], make_pair()).of(ROW)
    assert [(run.os, run.outcome) for run in known.environments] == [
        ("Debian 12", CheckOutcome.FIXED),
        ("Debian 13", CheckOutcome.NOT_FIXED),
    ]


def test_receipts_of_checks_that_are_gone_do_not_count() -> None:
    assert evidence_of([receipt(check="another")], make_pair()) == ()


def test_a_check_about_a_quote_makes_no_row_executed() -> None:
    quoted = "| `cat: note.txt: No such file or directory` | It is not there | Make it |\n"
    body = "> cat: note.txt: No such file or directory\n\n" + BODY.replace(quoted, "")
    [check] = read_checks(body).good
    found = trust([receipt(vouches_for={"en": check.fingerprint(body)})], make_pair(body))
    assert (found.level, found.executed_entries, found.entries) == (Level.NONE, 0, 1)


def test_what_a_receipt_is_about_is_said() -> None:
    [item] = evidence_of([receipt()], make_pair())
    coverage = item.of("zh")
    assert (coverage.anchor, coverage.is_current) == (ROW, True)
    assert coverage.places == ("row 1", "Fix", "Fix › Make the file")
    assert not item.of("de").is_current


def current() -> tuple[Article, tuple[Evidence, ...]]:
    article = make_pair()
    return article, evidence_of([receipt()], article)


def test_what_a_run_printed_is_a_signature_of_its_row() -> None:
    article, evidence = current()
    [seen] = seen_signatures(evidence, article)
    assert (seen.origin, seen.terms) == (Origin.RUN, ("no", "such", "file", "or", "directori"))
    assert seen.anchor == ROW
    edited = make_pair(EDITED)
    assert seen_signatures(evidence_of([receipt()], edited), edited) == []


def test_a_document_tells_what_was_run_where_and_when() -> None:
    article, evidence = current()
    told = with_evidence(article, evidence, "en")
    text = render(told, lang="en", public_url="http://127.0.0.1:8000")

    assert (
        """\
## Verification Records

- **fixbook verify, check missing** (passed) - 2026-11-22T14:00:00Z
  - Notes: fixed: so it came; error: cat: note.txt: No such file or directory; \
covers: row 1, Fix, Fix › Make the file; isolation: bubblewrap 0.8
  - Environment: Debian 12 x86_64 / bash / 5.2
  - Verifier: official_bot
"""
        in text
    )
    assert parse(text, lang="en").metadata.records == told.metadata.records


def test_without_evidence_a_document_is_as_written() -> None:
    article = make_article()
    assert with_evidence(article, (), "en") is article


def test_a_wording_that_leaves_open_what_was_seen_is_executed_as_well() -> None:
    seen = "`cat: note.txt: No such file or directory`"
    wordings = (
        "`cat: <file>: No such file or directory`",
        "`cat: other.txt: No such file or directory`",
    )
    row = f"{seen}, {', '.join(wordings)} | It is not there"
    elsewhere = "| `cat: <name>: No such file or directory` | Another cause | Look |\n"
    body = BODY.replace(f"{seen} | It is not there", row).replace(
        "\n\n## Fix", f"\n{elsewhere}\n## Fix"
    )
    [check] = read_checks(body).good
    [item] = evidence_of([receipt(vouches_for={"en": check.fingerprint(body)})], make_pair(body))
    anchors = [entry.anchor for entry in claims(body).entries]
    assert len(anchors) == 5
    assert item.of("en").anchors == (anchors[0], anchors[1])
