"""Receipts: their file, and which of them are kept."""

from pathlib import Path

import pytest

from corpus.checks.evidence import merge_receipts
from corpus.checks.receipts import (
    CheckOutcome,
    ObservedError,
    Receipt,
    RunKind,
    RunRecord,
    StepRecord,
    read_receipts,
    receipt_path,
    write_receipts,
)
from corpus.errors import DocumentError
from tests.factories import make_receipt


def receipt(
    *,
    check: str = "refused",
    outcome: CheckOutcome = CheckOutcome.FIXED,
    os: str = "Debian 12",
    kernel: str = "Linux 6.1",
    ran_at: str = "2026-11-22T14:00:00Z",
    seconds: float = 0.1,
    fingerprint: str = "sha256:aa",
    status: int | None = 1,
    ran: bool = True,
) -> Receipt:
    """A receipt of one red run."""
    step = StepRecord(step="reproduce", exit_status=status, seconds=seconds, output="refused")
    return make_receipt(
        check=check,
        outcome=outcome,
        vouches_for={"en": fingerprint},
        runs=[RunRecord(kind=RunKind.RED, times=2, steps=(step,))] if ran else [],
        os=os,
        kernel=kernel,
        ran_at=ran_at,
    )


def test_a_file_gives_back_what_was_written(tmp_path: Path) -> None:
    path = receipt_path(tmp_path / "receipts", "guide")
    receipts = (receipt(check="a", status=None), receipt(check="b"))
    assert write_receipts(path, slug="guide", receipts=reversed(receipts))
    assert path == tmp_path / "receipts" / "guide.json"
    assert read_receipts(path) == receipts
    assert not write_receipts(path, slug="guide", receipts=receipts)
    assert [entry.name for entry in path.parent.iterdir()] == ["guide.json"]


def test_without_receipts_there_is_no_file(tmp_path: Path) -> None:
    path = receipt_path(tmp_path, "guide")
    assert read_receipts(path) == ()
    assert not write_receipts(path, slug="guide", receipts=[])
    write_receipts(path, slug="guide", receipts=[receipt()])
    assert write_receipts(path, slug="guide", receipts=[])
    assert not path.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the file: Invalid JSON: EOF while parsing a value at line 1 column 0"),
        ("[]", "the file: Input should be an object"),
        ('{"article": "a", "receipts": [{}]}', "receipts.0.check: Field required"),
    ],
)
def test_another_file_is_told(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "guide.json"
    path.write_text(text)
    with pytest.raises(DocumentError) as raised:
        read_receipts(path)
    assert raised.value.message == f"not a receipt file: {message}"


def test_one_that_says_the_same_stays() -> None:
    old = receipt()
    new = receipt(ran_at="2027-01-01T00:00:00Z", seconds=3.0, kernel="Linux 6.2")
    assert merge_receipts([old], [new], checks=["refused"]) == [old]


@pytest.mark.parametrize(
    "new",
    [
        receipt(outcome=CheckOutcome.NOT_FIXED),
        receipt(fingerprint="sha256:bb"),
        receipt(status=2),
    ],
)
def test_one_that_says_something_else_replaces_it(new: Receipt) -> None:
    assert merge_receipts([receipt()], [new], checks=["refused"]) == [new]


def with_programs(**programs: str) -> Receipt:
    made = receipt()
    environment = made.environment.model_copy(update={"runtimes": programs})
    return made.model_copy(update={"environment": environment})


def test_a_program_more_or_less_is_chance_and_another_version_is_news() -> None:
    old = with_programs(bash="5.2", python="3.11.2")
    assert with_programs(bash="5.2", python="3.11.2", sleep="9.1").says_the_same(old)
    assert with_programs(bash="5.2").says_the_same(old)
    assert not with_programs(bash="5.2", python="3.11.4").says_the_same(old)


def test_another_writer_of_the_error_is_news() -> None:
    seen = ObservedError(template="refused", line="refused", program="cat")
    mine, other = (
        receipt().model_copy(update={"observed": (each,)})
        for each in (seen, seen.model_copy(update={"program": "curl"}))
    )
    assert not mine.says_the_same(other)


def test_another_system_has_its_own() -> None:
    old, new = receipt(), receipt(os="Fedora 42")
    assert merge_receipts([old], [new], checks=["refused"]) == [old, new]


def test_what_could_not_run_never_replaces_what_ran() -> None:
    nothing = receipt(outcome=CheckOutcome.UNVERIFIABLE, ran=False)
    elsewhere = receipt(outcome=CheckOutcome.UNVERIFIABLE, ran=False, os="Fedora 42")
    assert merge_receipts([receipt()], [nothing], checks=["refused"]) == [receipt()]
    assert merge_receipts([receipt()], [elsewhere], checks=["refused"]) == [receipt()]
    assert merge_receipts([], [nothing], checks=["refused"]) == [nothing]
    assert merge_receipts([nothing], [receipt()], checks=["refused"]) == [receipt()]


def test_those_of_checks_that_are_gone_go() -> None:
    assert merge_receipts([receipt(check="old")], [], checks=["refused"]) == []


def test_a_receipt_is_about_the_texts_whose_hashes_it_names() -> None:
    assert receipt(fingerprint="sha256:aa").is_about("en", "sha256:aa")
    assert not receipt(fingerprint="sha256:aa").is_about("en", "sha256:bb")
    assert not receipt(fingerprint="sha256:aa").is_about("zh", "sha256:aa")


@pytest.mark.parametrize(
    ("written", "instead", "problem"),
    [
        ('"seconds": 0.1', '"seconds": 1e999', "receipts.0.runs.0.steps.0.seconds"),
        ('"times": 2', f'"times": {"9" * 400}', "receipts.0.runs.0.times"),
    ],
)
def test_numbers_that_no_database_holds(
    tmp_path: Path, written: str, instead: str, problem: str
) -> None:
    path = receipt_path(tmp_path, "guide")
    write_receipts(path, slug="guide", receipts=[receipt()])
    text = path.read_text()
    assert written in text
    path.write_text(text.replace(written, instead))
    with pytest.raises(DocumentError, match=rf"^not a receipt file: {problem}: "):
        read_receipts(path)


def test_a_character_that_postgresql_does_not_hold(tmp_path: Path) -> None:
    path = receipt_path(tmp_path, "guide")
    write_receipts(path, slug="guide", receipts=[receipt()])
    path.write_text(path.read_text().replace("T14:00:00Z", "\\u0000"))
    assert [each.ran_at for each in read_receipts(path)] == ["2026-11-22\ufffd"]
