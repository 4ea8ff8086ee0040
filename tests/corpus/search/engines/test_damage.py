"""Damage: an index that is not as it was written is missing."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from corpus.errors import IndexMissing
from corpus.search.engine import Change
from corpus.search.engines.registry import engine as engine_of
from tests.corpus.search.engines.shelf import EMBEDDED, Shelf, document, files_only, found, words


def _rewrite(file: Path, content: bytes) -> None:
    """In its place, for a file that is cut while it is mapped somewhere kills the process."""
    file.unlink()
    file.write_bytes(content)


def _truncate_all(folder: Path) -> None:
    for file in list(folder.iterdir()):
        _rewrite(file, file.read_bytes()[: file.stat().st_size // 2])


def _truncate_largest(folder: Path) -> None:
    largest = max(folder.iterdir(), key=lambda file: (file.stat().st_size, file.name))
    _rewrite(largest, largest.read_bytes()[:-1])


def _remove_largest(folder: Path) -> None:
    max(folder.iterdir(), key=lambda file: (file.stat().st_size, file.name)).unlink()


def _fill_with_rubbish(folder: Path) -> None:
    for file in list(folder.iterdir()):
        _rewrite(file, b"\x8a" * file.stat().st_size)


def _spoil_postings_in_place(folder: Path) -> None:
    for file in (*folder.glob("*.pst"), *folder.glob("*.idx")):
        with file.open("r+b") as opened:
            opened.write(b"\x8a" * file.stat().st_size)


def _empty(folder: Path) -> None:
    for file in folder.iterdir():
        file.unlink()


def _make_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("x")


DAMAGE = [
    _truncate_all,
    _truncate_largest,
    _remove_largest,
    _fill_with_rubbish,
    _empty,
    _make_a_file,
    shutil.rmtree,
]


@files_only
@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_missing(shelf: Shelf, damage: Callable[[Path], None]) -> None:
    shelf.write(*(document(str(n), "x y z") for n in range(50))).close()
    damage(shelf.folders[0])
    with pytest.raises(IndexMissing):
        shelf.open(shelf.folders[0])
    with pytest.raises(IndexMissing):
        shelf.write(document("a", "x"))


@files_only
def test_damage_to_an_open_index_is_noticed_when_it_is_read(shelf: Shelf) -> None:
    index = shelf.write(*(document(str(n), f"x y{n}") for n in range(50)))
    _spoil_postings_in_place(shelf.folders[0])
    with pytest.raises(IndexMissing):
        index.search(words("x y1"), offset=0, limit=5)


def test_an_index_of_another_engine_is_missing(tmp_path: Path) -> None:
    for name_ in EMBEDDED:
        engine_of(name_).write(tmp_path / name_, previous=None, changes=[document("a", "x")])
    for name_, other in zip(EMBEDDED, reversed(EMBEDDED), strict=True):
        with pytest.raises(IndexMissing):
            engine_of(name_).open(tmp_path / other)


def test_an_unfinished_index_is_missing(shelf: Shelf, tmp_path: Path) -> None:
    def interrupted() -> Iterator[Change]:
        yield document("a", "x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shelf.engine.write(tmp_path / "new", previous=None, changes=interrupted())
    with pytest.raises(IndexMissing):
        shelf.open(tmp_path / "new")
    shelf.engine.write(tmp_path / "new", previous=None, changes=[document("a", "x")])
    assert found(shelf.open(tmp_path / "new"), words("x")) == ["a"]
