"""`fixbook gaps`."""

import json
import subprocess
from pathlib import Path

import pytest

from corpus.feedback import gaps
from corpus.feedback.drafts import draft
from corpus.feedback.gaps import Gap, UnansweredQuestion
from corpus.library import Library
from ingest.check import check
from tests.cli.feedback.conftest import Command
from tests.conftest import Ingested

SIGNATURE = "Error: cannot attach shared segment <str>: tenant quota exceeded"


def test_it_lists_them_and_drafts_an_article(
    library: Library, ingested: Ingested, command: Command, tmp_path: Path
) -> None:
    assert command("gaps") == "there are no gaps; they are counted where FIXBOOK_GAPS=on\n"
    askings = [
        UnansweredQuestion(signature=SIGNATURE, caller=who, nearest="quota") for who in "aab"
    ]
    with library.database.recording() as connection:
        gaps.record(connection, askings)

    [gap] = json.loads(command("gaps", "--json"))["gaps"]
    assert gap == {
        "signature": SIGNATURE,
        "asked": 3,
        "callers": 2,
        "firstAt": gap["firstAt"],
        "lastAt": gap["lastAt"],
        "nearest": "quota",
    }
    assert command("gaps").splitlines() == [
        f"  1  3× by 2, last {gap['lastAt']}",
        f"     {SIGNATURE}  (nearest: quota)",
    ]

    file = tmp_path / "new" / "quota.md"
    file.parent.mkdir()
    command("gaps", "--draft", "1", "--to", str(file))
    assert [str(problem) for problem in check([file], default_lang="en")] == []
    with pytest.raises(subprocess.CalledProcessError):
        command("gaps", "--draft", "1", "--to", str(file))  # is there
    with pytest.raises(subprocess.CalledProcessError):
        command("gaps", "--draft", "2")

    ingested({"quota.md": file.read_text("utf-8")})
    with library.reading() as reading:
        [row] = reading.connection.exec_driver_sql("SELECT error, cause FROM error_entries")
    assert tuple(row) == (SIGNATURE, "TODO: the cause")


@pytest.mark.parametrize(
    ("signature", "name"),
    [
        (SIGNATURE, "error-cannot-attach-shared-segment-tenant-quota-exceeded.md"),
        ("`a | b`: # [bad] *token* <path>\\", "a-b-bad-token.md"),
        ("错误: <str>", "gap.md"),
        ("E4711 " + "x" * 300, "e4711-" + "x" * 54 + ".md"),
    ],
)
def test_any_signature_makes_a_document(tmp_path: Path, signature: str, name: str) -> None:
    gap = Gap(
        signature=signature, asked=3, callers=2, first_at="2026-11-01T00:00:00Z",
        last_at="2026-11-02T00:00:00Z", nearest=None,
    )  # fmt: skip
    found, text = draft(gap)
    (tmp_path / found).write_text(text, "utf-8")

    assert found == name
    assert [str(problem) for problem in check([tmp_path / found], default_lang="en")] == []
