"""Content folders that mean harm: nothing outside is read, nothing hangs, names stay names."""

import os
from pathlib import Path

import pytest

from ingest.check import check
from ingest.discover import find_sources
from ingest.report import Problem
from tests.factories import numbered_document
from tests.ingest.conftest import Shelf

HIDDEN = "# Secret\n\nnobody may read this\n"


def complaints(folder: Path) -> list[str]:
    """What `fixbook check` prints about a folder, with paths from it."""
    found = check([folder], default_lang="en")
    return [str(problem).removeprefix(f"{folder}/") for problem in found]


@pytest.mark.parametrize("name", ["out", "out.md", "deep/er/out.md"])
def test_nothing_outside_of_the_folder_is_published(shelf: Shelf, name: str) -> None:
    outside = shelf.content.parent / "outside"
    outside.mkdir()
    (outside / "secret.md").write_text(HIDDEN)
    shelf.write({"good.md": numbered_document(1)})
    link = shelf.content / name
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(outside / "secret.md" if name.endswith(".md") else outside)

    report = shelf.ingest()

    assert shelf.complaints(report) == [f"{name}:1: a link that leads out of the folder"]
    assert shelf.titles() == {"article-001": "Article number 1"}


def test_a_link_by_way_of_a_link_leads_out_too(shelf: Shelf) -> None:
    (shelf.content.parent / "secret.md").write_text(HIDDEN)
    shelf.write({"good.md": numbered_document(1), ".hidden/x.txt": ""})
    (shelf.content / ".hidden" / "hop").symlink_to("../..")
    (shelf.content / "a.md").symlink_to(".hidden/hop/secret.md")

    report = shelf.ingest()

    assert shelf.complaints(report) == ["a.md:1: a link that leads out of the folder"]
    assert shelf.titles() == {"article-001": "Article number 1"}


def test_a_hard_link_is_the_file_and_clashes_with_itself(shelf: Shelf) -> None:
    shelf.write({"a.md": numbered_document(1)})
    (shelf.content / "b.md").hardlink_to(shelf.content / "a.md")

    report = shelf.ingest()

    assert shelf.complaints(report) == [
        "b.md:1: the id 'art_Numbered0001' is already used by content/a",
        "b.md:1: the slug 'article-001' is already used by content/a",
    ]
    assert shelf.titles() == {"article-001": "Article number 1"}


@pytest.mark.parametrize("whole_folder", [True, False])
def test_a_pipe_is_not_waited_for(tmp_path: Path, whole_folder: bool) -> None:
    os.mkfifo(tmp_path / "pipe.md")

    found = check([tmp_path if whole_folder else tmp_path / "pipe.md"], default_lang="en")

    assert [problem.message for problem in found] == ["not a file"]


def test_a_device_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "zero.md").symlink_to("/dev/zero")

    assert complaints(tmp_path) == ["zero.md:1: a link that leads out of the folder"]


HOSTILE_NAMES = {
    "a line break": ("a\nb.md", r"a\nb.md"),
    "a forged line": ("x.md:1: all is well\ny.md", r"x.md:1: all is well\ny.md"),
    "an escape sequence": ("\x1b[2Jz.md", r"\x1b[2Jz.md"),
    "a right-to-left override": ("dm.\u202egnp.md", r"dm.\u202egnp.md"),
    "a separator of lines": ("a\u2028b.md", r"a\u2028b.md"),
    "a carriage return": ("good\rbad.md", r"good\rbad.md"),
}


@pytest.mark.parametrize(("name", "shown"), HOSTILE_NAMES.values(), ids=HOSTILE_NAMES)
def test_a_name_stays_on_its_line(tmp_path: Path, name: str, shown: str) -> None:
    (tmp_path / name).write_bytes(b"\xff")

    assert complaints(tmp_path) == [f"{shown}:1: not UTF-8: invalid start byte"]


@pytest.mark.parametrize("name", [name for name, _ in HOSTILE_NAMES.values()], ids=HOSTILE_NAMES)
def test_a_name_becomes_one_segment_of_a_url(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("# Title\n")

    [unit] = find_sources([tmp_path], default_lang="en").units

    assert unit.slug.isprintable()
    assert not set(unit.slug) & set("/\\?#%: \n")


def test_what_a_problem_quotes_stays_on_its_line() -> None:
    problem = Problem("a.md", 3, "found \x1b[31mred\x1b[0m\nb.md:1: forged\u202e")

    assert str(problem) == r"a.md:3: found \x1b[31mred\x1b[0m\nb.md:1: forged\u202e"
