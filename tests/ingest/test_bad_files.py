"""Bad files: each is told with path and line, the rest goes in, what was good before stays."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from corpus.document.article import Status
from corpus.library import Library
from corpus.store.migrations.upgrade import upgrade
from ingest.files.stable_read import LARGEST_FILE
from ingest.pipeline import IngestOptions
from tests.conftest import settings_in
from tests.factories import make_article, make_document, make_metadata, numbered_document
from tests.ingest.conftest import Shelf

GOOD = numbered_document(1)
NOBODY = 65534
TIMES = "it may be an ISO 8601 time such as 2026-03-12T07:04:44.744Z, or N/A"


def document(*, slug: str = "other", id_: str = "art_Other0000001", code: str | None = None) -> str:
    """A document with these names."""
    return make_document(make_article(slug=slug, metadata=make_metadata(id=id_, code=code)))


BAD: dict[str, tuple[str | bytes, str]] = {
    "not UTF-8": (
        b"# Title\n\ncaf\xe9\n",
        "3: not UTF-8: invalid continuation byte",
    ),
    "UTF-16": ("# Title\n".encode("utf-16"), "1: not UTF-8: invalid start byte"),
    "cut inside a character": (
        "# 标题\n\n正文".encode()[:-1],
        "3: not UTF-8: unexpected end of data",
    ),
    "NUL": ("# Title\n\na\0b\n", "3: holds a NUL character"),
    "empty": ("", "1: empty"),
    "blank": (" \n\n\t\n", "1: empty"),
    "too large": (b"x" * (LARGEST_FILE + 1), "1: larger than 8 MiB"),
    "cut in the body": (
        GOOD[: GOOD.index("## Error table")],
        "15: the document ends without a '## Metadata' section",
    ),
    "cut in the metadata": (
        GOOD[: GOOD.index("- **Risk Level:**")],
        "33: the metadata lack Risk Level, Published At, Updated At, Created At",
    ),
    "unknown status": (
        GOOD.replace("pending", "proven"),
        f"32: Verification Status is 'proven'; it may be {', '.join(Status)}",
    ),
    "broken date": (
        GOOD.replace("2026-03-13T", "2026-13-13T"),
        f"36: Updated At is '2026-13-13T08:00:00.000Z'; {TIMES}",
    ),
    "front matter that is not closed": (
        "---\ntitle: x\n\nText.\n",
        "1: the front matter is not closed with '---'",
    ),
    "an ID that is gone": (
        "# Cut off before anything tells",
        "1: states no ID, and art_Numbered0000 is published: is the text cut off?",
    ),
    "a duplicate slug": (
        document(slug="article-001"),
        "1: the slug 'article-001' is already used by content/good",
    ),
    "a duplicate id": (
        document(id_="art_Numbered0001"),
        "1: the id 'art_Numbered0001' is already used by content/good",
    ),
    "a duplicate code": (
        document(code="NET-001"),
        "1: the code 'NET-001' is already used by content/coded",
    ),
    "a code that is a slug": (
        document(code="article-001"),
        "1: the code 'article-001' is already used by content/good",
    ),
}


@pytest.mark.parametrize(("content", "complaint"), BAD.values(), ids=BAD)
def test_the_good_version_of_a_bad_file_stays(
    shelf: Shelf, content: str | bytes, complaint: str
) -> None:
    coded = document(slug="coded", id_="art_Coded0000001", code="NET-001")
    shelf.write({"bad.md": numbered_document(0), "good.md": GOOD, "coded.md": coded})
    shelf.ingest()
    shelf.write({"bad.md": content, "new.md": numbered_document(2)})

    report = shelf.ingest()

    assert shelf.complaints(report) == [f"bad.md:{complaint}"]
    assert not report.good
    assert (report.added, report.changed, report.removed, report.rejected) == (1, 0, 0, 1)
    assert sorted(shelf.titles()) == ["article-000", "article-001", "article-002", "coded"]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [bad for name, bad in BAD.items() if name != "an ID that is gone"],
    ids=[name for name in BAD if name != "an ID that is gone"],
)
def test_a_file_that_was_never_good_does_not_enter(
    shelf: Shelf, content: str | bytes, complaint: str
) -> None:
    coded = document(slug="coded", id_="art_Coded0000001", code="NET-001")
    shelf.write({"zzz-bad.md": content, "good.md": GOOD, "coded.md": coded})

    report = shelf.ingest()

    assert shelf.complaints(report) == [f"zzz-bad.md:{complaint}"]
    assert (report.added, report.rejected) == (2, 1)
    assert sorted(shelf.titles()) == ["article-001", "coded"]


def test_a_bad_file_is_told_again_until_it_is_good(shelf: Shelf) -> None:
    shelf.write({"good.md": GOOD, "bad.md": b"\xff"})
    shelf.ingest()

    again = shelf.ingest()
    assert shelf.complaints(again) == ["bad.md:1: not UTF-8: invalid start byte"]
    assert (again.generation, again.unchanged, again.rejected) == (1, 1, 1)

    shelf.write({"bad.md": numbered_document(2)})
    assert shelf.ingest().good
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_all_files_are_bad(shelf: Shelf) -> None:
    shelf.write({"a.md": b"\xff", "b.md": ""})

    report = shelf.ingest()

    assert shelf.complaints(report) == ["a.md:1: not UTF-8: invalid start byte", "b.md:1: empty"]
    assert (report.added, report.rejected, report.articles) == (0, 2, 0)
    assert shelf.titles() == {}


def test_one_bad_language_keeps_the_whole_article_as_it_was(shelf: Shelf) -> None:
    shelf.write({"a.md": GOOD, "a.zh.md": GOOD})
    shelf.ingest()
    shelf.write({"a.md": numbered_document(1, title="New"), "a.zh.md": b"\xff"})

    report = shelf.ingest()

    assert shelf.complaints(report) == ["a.zh.md:1: not UTF-8: invalid start byte"]
    assert shelf.titles() == {"article-001": "Article number 1"}


def test_every_bad_file_of_an_article_is_told(shelf: Shelf) -> None:
    shelf.write({"a.md": "", "a.zh.md": b"\xff"})

    report = shelf.ingest()

    assert shelf.complaints(report) == ["a.md:1: empty", "a.zh.md:1: not UTF-8: invalid start byte"]
    assert report.rejected == 1


def test_translations_with_different_slugs_are_not_one_article(shelf: Shelf) -> None:
    shelf.write({"a.md": GOOD, "a.zh.md": numbered_document(2)})

    report = shelf.ingest()

    assert shelf.complaints(report) == [
        "a.zh.md:1: its slug is 'article-002', the original's 'article-001'"
    ]
    assert shelf.titles() == {}


def test_a_name_stays_with_the_article_that_has_it(shelf: Shelf) -> None:
    shelf.write({"zzz.md": numbered_document(1, title="First come")})
    shelf.ingest()
    shelf.write({"aaa.md": numbered_document(1, title="Later")})

    report = shelf.ingest()

    assert shelf.complaints(report) == [
        "aaa.md:1: the id 'art_Numbered0001' is already used by content/zzz",
        "aaa.md:1: the slug 'article-001' is already used by content/zzz",
    ]
    assert shelf.titles() == {"article-001": "First come"}


def test_names_that_were_refused_are_free(shelf: Shelf) -> None:
    shelf.write({"a.md": GOOD, "b.md": document(slug="free", id_="art_Numbered0001")})
    shelf.ingest()
    shelf.write({"c.md": document(slug="free", id_="art_Free00000001")})

    report = shelf.ingest()

    assert shelf.complaints(report) == [
        "b.md:1: the id 'art_Numbered0001' is already used by content/a"
    ]
    assert sorted(shelf.titles()) == ["article-001", "free"]


def test_a_link_that_breaks_takes_nothing_away(shelf: Shelf) -> None:
    shelf.write({"sub/real.md": GOOD, "other/x.md": numbered_document(2)})
    shelf.ingest()
    (shelf.content / "sub" / "real.md").unlink()
    (shelf.content / "sub" / "real.md").symlink_to("nowhere.md")

    report = shelf.ingest()

    assert shelf.complaints(report) == ["sub/real.md:1: a link that leads nowhere or to itself"]
    assert (report.removed, report.rejected) == (0, 1)
    assert sorted(shelf.titles()) == ["article-001", "article-002"]


def test_a_missing_path_takes_nothing_away(shelf: Shelf) -> None:
    shelf.write({"a.md": GOOD})
    shelf.ingest()
    missing = shelf.content.with_name("contents")

    report = shelf.ingest(missing)

    assert [str(problem) for problem in report.problems] == [
        f"{missing}:1: there is no such file or folder"
    ]
    assert (report.generation, report.published) == (1, False)
    assert sorted(shelf.titles()) == ["article-001"]


@contextmanager
def nobody() -> Iterator[Path]:
    """A folder of somebody whom permissions stop; root, whom they do not, becomes nobody."""
    is_root = os.geteuid() == 0
    with tempfile.TemporaryDirectory() as folder:
        if is_root:
            os.chown(folder, NOBODY, NOBODY)
            os.seteuid(NOBODY)
        try:
            yield Path(folder)
        finally:
            if is_root:
                os.seteuid(0)


def test_what_may_not_be_read_takes_nothing_away() -> None:
    with nobody() as folder:
        library = Library(settings_in(folder))
        upgrade(library.database)
        shelf = Shelf(library)
        names = ("closed/deep/0.md", "open/1.md", "secret.md")
        shelf.write({name: numbered_document(n) for n, name in enumerate(names)})
        shelf.ingest()
        (shelf.content / "closed").chmod(0)
        (shelf.content / "secret.md").chmod(0)

        report = shelf.ingest()
        complaints, titles = shelf.complaints(report), shelf.titles()
        rebuilt = shelf.ingest(options=IngestOptions(rebuild=True))
        titles_rebuilt = shelf.titles()

        (shelf.content / "closed").chmod(0o700)
        library.close()
    assert complaints == [
        "closed:1: cannot be listed: Permission denied",
        "secret.md:1: cannot be read: Permission denied",
    ]
    assert (report.unchanged, report.removed, report.rejected) == (1, 0, 1)
    assert (rebuilt.changed, rebuilt.removed, rebuilt.rejected) == (1, 0, 1)
    assert sorted(titles) == ["article-000", "article-001", "article-002"]
    assert titles_rebuilt == titles
