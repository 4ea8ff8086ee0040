"""An index is made, changed and opened: its life."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from weakref import ref

import pytest

from corpus.errors import IndexMissing
from corpus.search.engine import Field, Removal
from corpus.store.filters import Filters
from tests.corpus.search.engines.shelf import Shelf, document, everything, files_only, found, words


@contextmanager
def uncollected() -> Iterator[None]:
    """Without the collector of garbage, which comes late, or never."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def opened() -> list[str]:
    """The files that this process has open."""
    return [str(path.readlink()) for path in Path("/proc/self/fd").iterdir() if path.is_symlink()]


def test_an_index_is_built_and_asked(shelf: Shelf) -> None:
    index = shelf.write(document("a", "connection refused"), document("b", "file not found"))
    assert index.count() == 2
    assert found(index, words("refused")) == ["a"]


def test_an_empty_index_finds_nothing(shelf: Shelf) -> None:
    index = shelf.write()
    preferred = {"lang:en": 1e-3}
    plan = words("a b", names={"a": 9.0}, pinned={"a": 1.0}, preferred=preferred)
    assert index.count() == 0
    assert found(index, plan) == []
    assert index.frequency("a", Field.BODY) == 0
    assert index.similar("refused", limit=5) == []


def test_an_empty_index_can_be_added_to(shelf: Shelf) -> None:
    shelf.write()
    assert found(shelf.write(document("a", "x")), words("x")) == ["a"]


def test_an_index_can_become_empty(shelf: Shelf) -> None:
    shelf.write(document("a", "x"), document("b", "x"))
    index = shelf.write(Removal("a"), Removal("b"))
    assert index.count() == 0
    assert found(index, words("x")) == []


def test_an_update_adds_and_leaves_the_rest(shelf: Shelf) -> None:
    shelf.write(document("a", "x"))
    index = shelf.write(document("b", "x y"))
    assert index.count() == 2
    assert found(index, words("y")) == ["b"]
    assert sorted(found(index, words("x"))) == ["a", "b"]


def test_a_removed_document_is_gone_everywhere(shelf: Shelf) -> None:
    gone = document("a", "x unique", names=["the name"], labels=["tag:t"])
    shelf.write(gone, document("b", "x"))
    index = shelf.write(Removal("a"))
    asked = words("x unique", names={"the_name": 1.0}, pinned={"a": 5.0})
    assert found(index, asked) == ["b"]
    assert index.count() == 1
    assert index.frequency("x", Field.BODY) == 1
    assert index.frequency("unique", Field.BODY) == 0
    assert index.similar("uniqe", limit=3) == []


def test_removing_what_is_not_there_does_nothing(shelf: Shelf) -> None:
    index = shelf.write(Removal("a"), document("b", "x"), Removal("c"))
    assert found(index, words("x")) == ["b"]


def test_a_document_is_replaced_by_one_of_its_id(shelf: Shelf) -> None:
    shelf.write(document("a", "old", confidence=1), document("b", "other"))
    index = shelf.write(Removal("a"), document("a", "new", confidence=90))
    assert index.count() == 2
    assert found(index, words("old")) == []
    confident = Filters(minimum_confidence=50)
    assert found(index, words("new", filters=confident, pinned={"a": 3.0})) == ["a"]


def test_changes_to_one_document_happen_in_order(shelf: Shelf) -> None:
    versions = [document("a", f"version{number}") for number in range(3)]
    index = shelf.write(
        versions[0],
        document("b", "x"),
        Removal("a"),
        versions[1],
        Removal("a"),
        versions[2],
        Removal("b"),
    )
    assert index.count() == 1
    assert found(index, words("version0 version1 x")) == []
    assert found(index, words("version2")) == ["a"]


def test_an_index_is_the_same_after_reopening(shelf: Shelf) -> None:
    index = shelf.write(*(document(str(n), f"x {'y ' * n}z") for n in range(20)))
    before = everything(index, words("x y"))
    index.close()
    assert everything(shelf.open(shelf.folders[0]), words("x y")) == before


def test_the_previous_index_can_still_be_read(shelf: Shelf) -> None:
    first = shelf.write(document("a", "x"), document("b", "x"))
    shelf.write(Removal("a"), document("c", "x"))
    assert found(first, words("x")) == ["a", "b"]
    assert found(shelf.open(shelf.folders[0]), words("x")) == ["a", "b"]


@files_only
def test_the_files_of_the_previous_index_stay_as_they_are(shelf: Shelf) -> None:
    shelf.write(document("a", "x"), document("b", "x"))
    bytes_before = {file.name: file.read_bytes() for file in shelf.folders[0].iterdir()}
    shelf.write(Removal("a"), document("c", "x"))
    bytes_after = {file.name: file.read_bytes() for file in shelf.folders[0].iterdir()}
    assert bytes_after == bytes_before


def test_an_index_does_not_need_the_one_before(shelf: Shelf) -> None:
    shelf.write(document("a", "x"))
    shelf.write(document("b", "x"))
    shelf.engine.sweep(shelf.root, keep=shelf.folders[1].name.__eq__)
    with pytest.raises(IndexMissing):
        shelf.open(shelf.folders[0])
    assert sorted(found(shelf.open(shelf.folders[1]), words("x"))) == ["a", "b"]


def test_many_small_updates_add_up(shelf: Shelf) -> None:
    for number in range(25):
        index = shelf.write(document(f"{number:02}", f"x n{number}"))
    index = shelf.write(Removal("07"))
    assert found(index, words("x")) == [f"{number:02}" for number in range(25) if number != 7]
    assert found(index, words("n24")) == ["24"]


def test_rewriting_most_of_an_index_keeps_all_of_it(shelf: Shelf) -> None:
    shelf.write(*(document(str(n), "x old") for n in range(9)))
    changes = [change for n in range(1, 9) for change in (Removal(str(n)), document(str(n), "x"))]
    index = shelf.write(*changes)
    assert found(index, words("x")) == [str(n) for n in range(1, 9)] + ["0"]
    assert found(index, words("old")) == ["0"]
    assert index.frequency("x", Field.BODY) == 9


def test_an_index_of_the_same_name_is_replaced(shelf: Shelf, tmp_path: Path) -> None:
    shelf.write(document("a", "x"), document("b", "x"))
    folder = tmp_path / shelf.folders[0].name
    shelf.engine.write(folder, previous=None, changes=[document("c", "x")])
    assert found(shelf.open(folder), words("x")) == ["c"]


@files_only
def test_what_is_in_the_way_of_a_new_index_is_replaced(shelf: Shelf, tmp_path: Path) -> None:
    leftover = tmp_path / f"{shelf.engine.name}-0"
    leftover.mkdir()
    (leftover / "rubbish").write_text("x")
    assert found(shelf.write(document("a", "x")), words("x")) == ["a"]
    assert not (leftover / "rubbish").exists()


def test_an_index_that_nobody_uses_any_more_ends_at_once(shelf: Shelf) -> None:
    shelf.write(document("a", "reset", names=["a"]), document("b", "refused"))
    index = shelf.engine.open(shelf.folders[0])
    assert found(index, words("reset")) == ["a"]
    assert index.similar("resets", limit=3) == ["reset"]
    assert index.frequency("reset", Field.BODY) == 1
    ended = ref(index)

    with uncollected():
        del index
        assert ended() is None


@files_only
def test_the_files_of_an_index_end_with_it(shelf: Shelf) -> None:
    folder = shelf.root / "alone"
    shelf.engine.write(folder, previous=None, changes=[document("a", "reset")])

    with uncollected():
        assert found(shelf.engine.open(folder), words("reset")) == ["a"]
        assert str(folder) not in Path("/proc/self/maps").read_text()
    assert not [path for path in opened() if path.startswith(str(folder))]
