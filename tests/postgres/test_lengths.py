"""What PostgreSQL refuses for its length rejects only the document that holds it."""

import random
import string

import pytest

from corpus.document import limits
from corpus.library import Library
from ingest.pipeline import IngestOptions, ingest
from tests.conftest import write_files


def incompressible(size: int) -> str:
    chance = random.Random(20261128)  # noqa: S311 - the same text in each run
    return "".join(chance.choices(string.ascii_letters + string.digits, k=size))


@pytest.mark.parametrize("key", ["slug", "id", "code", "domain", "tags", "aliases"])
def test_a_name_that_no_index_holds(
    library: Library, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    """Should anything be as long in spite of the limits, which are put aside here."""
    monkeypatch.setattr(limits, "NAME_CHARACTERS", 100_000)
    monkeypatch.setattr(limits, "NAME_BYTES", 100_000)
    content = library.settings.content_dir
    named = f"---\n{key}: {incompressible(9_000)}\n---\n\n# B\n\nText.\n"
    write_files(content, {"a.md": "# A\n\nText.\n", "b.md": named, "c.md": "# C\n\nText.\n"})

    report = ingest(library, [content], options=IngestOptions(processes=1))

    assert [str(problem) for problem in report.problems] == [
        f"{content}/b.md:1: the database rejects it: ProgramLimitExceeded"
    ]
    assert (report.articles, report.rejected, report.added) == (2, 1, 2)
