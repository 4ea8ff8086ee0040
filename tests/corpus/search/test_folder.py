from pathlib import Path

import pytest

from corpus.errors import IndexMissing
from corpus.search.folder import check, prepare, seal


def sealed(folder: Path, *, engine: str = "e 1", length: int = 10) -> Path:
    folder.mkdir()
    (folder / "segment").write_bytes(b"s" * length)
    (folder / "meta.json").write_text("{}")
    (folder / "MAIN_WRITELOCK").touch()
    seal(folder, engine=engine)
    return folder


def test_a_sealed_folder_is_whole(tmp_path: Path) -> None:
    check(sealed(tmp_path / "1"), engine="e 1")


def test_locks_do_not_matter(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "1")
    (folder / "MAIN_WRITELOCK").unlink()
    (folder / ".other.lock").touch()
    check(folder, engine="e 1")


def test_a_folder_is_for_one_engine_and_format(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match=r"^the search index is damaged$"):
        check(sealed(tmp_path / "1"), engine="e 2")


@pytest.mark.parametrize("length", [10, 20_000_000])
def test_changed_ends_are_damage(tmp_path: Path, length: int) -> None:
    folder = sealed(tmp_path / "1", length=length)
    for place in (0, length - 1):
        with (folder / "segment").open("r+b") as file:
            file.seek(place)
            file.write(b"x")
        with pytest.raises(IndexMissing):
            check(folder, engine="e 1")
        with (folder / "segment").open("r+b") as file:
            file.seek(place)
            file.write(b"s")
    check(folder, engine="e 1")


def test_files_too_few_or_too_many_are_damage(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "1")
    (folder / "more").touch()
    with pytest.raises(IndexMissing):
        check(folder, engine="e 1")
    (folder / "more").unlink()
    (folder / "segment").unlink()
    with pytest.raises(IndexMissing):
        check(folder, engine="e 1")


def test_without_a_seal_there_is_no_index(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "1")
    (folder / "seal.json").unlink()
    with pytest.raises(IndexMissing, match=r"^the search index is missing$"):
        check(folder, engine="e 1")


def test_files_are_linked_except_what_the_engine_changes(tmp_path: Path) -> None:
    before, after = sealed(tmp_path / "1"), tmp_path / "2"
    prepare(after, previous=before, copied=".json")
    assert sorted(path.name for path in after.iterdir()) == ["meta.json", "segment"]
    assert (after / "segment").stat().st_ino == (before / "segment").stat().st_ino
    assert (after / "meta.json").stat().st_ino != (before / "meta.json").stat().st_ino


def test_a_folder_starts_empty_whatever_was_there(tmp_path: Path) -> None:
    prepare(sealed(tmp_path / "1"), previous=None)
    assert list((tmp_path / "1").iterdir()) == []
