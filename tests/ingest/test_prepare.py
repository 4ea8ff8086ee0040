"""Preparing: what a unit becomes, and when it counts as changed."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest

from ingest.discover import SourceFile, Unit
from ingest.prepare import PreparedUnit, RejectedUnit, fingerprint, prepare
from ingest.report import Problem
from tests.conftest import write_files
from tests.factories import make_document


def unit(folder: Path, **files: str) -> Unit:
    """A unit of files `a.<lang>.md` by language."""
    write_files(folder, {f"a.{lang}.md": text for lang, text in files.items()})
    return Unit(
        name="content/a",
        slug="a",
        domain="net",
        files=tuple(
            SourceFile(
                folder / (name := f"a.{lang}.md"), name, PurePosixPath("content", name), lang
            )
            for lang in files
        ),
        receipts=folder / "receipts" / "a.json",
    )


def test_a_unit_becomes_an_entry(tmp_path: Path) -> None:
    prepared = prepare(unit(tmp_path, en="# Title\n\nText.", zh="# 标题\n"))

    assert isinstance(prepared, PreparedUnit)
    assert prepared.entry.unit == "content/a"
    assert prepared.entry.article.slug == "a"
    assert prepared.entry.article.metadata.domain == "net"
    assert [text.title for text in prepared.entry.article.translations] == ["Title", "标题"]
    assert [derived.lang for derived in prepared.entry.derived] == ["en", "zh"]
    files = [derived.file for derived in prepared.entry.derived]
    assert files == ["content/a.en.md", "content/a.zh.md"]
    assert prepared.index_document.id == prepared.entry.article.metadata.id
    assert prepared.warnings == ()


def test_what_is_wrong_is_told_for_each_file(tmp_path: Path) -> None:
    rejected = prepare(unit(tmp_path, en="", de="# Fine", zh="a\n\0"))

    assert rejected == RejectedUnit(
        unit="content/a",
        problems=(
            Problem("a.en.md", 1, "empty"),
            Problem("a.zh.md", 2, "holds a NUL character"),
        ),
    )


def test_a_file_that_is_gone_is_told(tmp_path: Path) -> None:
    missing = unit(tmp_path, en="text")
    missing.files[0].path.unlink()

    assert fingerprint(missing) is None
    assert prepare(missing) == RejectedUnit(
        unit="content/a",
        problems=(Problem("a.en.md", 1, "cannot be read: No such file or directory"),),
        has_gone=True,
    )


def test_the_fingerprint_is_that_of_what_was_read(tmp_path: Path) -> None:
    made = unit(tmp_path, en=make_document(), zh="# 标题\n")

    prepared = prepare(made)

    assert isinstance(prepared, PreparedUnit)
    assert prepared.entry.fingerprint == fingerprint(made)


@pytest.mark.parametrize("change", ["content", "slug", "domain", "lang", "name", "fewer"])
def test_the_fingerprint_changes_with_all_that_matters(tmp_path: Path, change: str) -> None:
    made = unit(tmp_path, en="one", zh="two")
    before = fingerprint(made)
    other = {
        "content": made,
        "slug": replace(made, slug="b"),
        "domain": replace(made, domain=""),
        "lang": replace(made, files=(made.files[0], replace(made.files[1], lang="de"))),
        "name": replace(
            made, files=(made.files[0], replace(made.files[1], relative=PurePosixPath("zh/a.md")))
        ),
        "fewer": replace(made, files=made.files[:1]),
    }[change]
    if change == "content":
        made.files[1].path.write_text("three")

    assert fingerprint(other) != before


def test_the_place_of_a_file_does_not_matter(tmp_path: Path) -> None:
    here, there = unit(tmp_path / "here", en="text"), unit(tmp_path / "there", en="text")

    assert fingerprint(here) == fingerprint(there)
