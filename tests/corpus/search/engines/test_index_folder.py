import os
import stat
from pathlib import Path

import pytest

from corpus.errors import IndexMissing
from corpus.search.engines.index_folder import check, prepare, replacing, seal, sweep


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


def test_a_folder_takes_the_place_of_another_when_it_is_whole(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "1")
    with replacing(folder, engine="e 1") as aside:
        (aside / "new").touch()
        check(folder, engine="e 1")
    check(folder, engine="e 1")
    assert sorted(path.name for path in folder.iterdir()) == ["new", "seal.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["1"]


def test_what_breaks_off_replaces_nothing(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "1")
    with pytest.raises(OSError, match="full"), replacing(folder, engine="e 1"):
        raise OSError("the disk is full")
    check(folder, engine="e 1")
    with pytest.raises(IndexMissing):
        check(tmp_path / "1.new", engine="e 1")


def test_the_one_before_must_be_whole(tmp_path: Path) -> None:
    before = sealed(tmp_path / "1")
    (before / "segment").unlink()
    with pytest.raises(IndexMissing):
        replacing(tmp_path / "2", engine="e 1", previous=before).__enter__()


def test_what_nobody_keeps_is_swept(tmp_path: Path) -> None:
    for name in ("1", "2", "2.new"):
        sealed(tmp_path / name)
    sweep(tmp_path, keep=lambda name: name == "2")
    assert [path.name for path in tmp_path.iterdir()] == ["2"]
    sweep(tmp_path / "none", keep=lambda _name: True)


@pytest.mark.parametrize("name", ["", "segment", "seal.json"])
def test_what_others_may_write_is_not_believed(tmp_path: Path, name: str) -> None:
    folder = sealed(tmp_path / "1")
    (folder / name).chmod(0o777)
    with pytest.raises(IndexMissing, match="another user"):
        check(folder, engine="e 1")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_another_user_owns_is_not_believed(tmp_path: Path) -> None:
    folder = sealed(tmp_path / "1")
    os.chown(folder / "segment", 65534, 65534)
    with pytest.raises(IndexMissing, match="another user"):
        check(folder, engine="e 1")


def test_an_index_is_written_so_that_others_cannot_write_it(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with replacing(tmp_path / "1", engine="e 1") as aside:
            (aside / "segment").write_bytes(b"s")
    finally:
        os.umask(before)
    check(tmp_path / "1", engine="e 1")
    modes = {
        stat.S_IMODE(path.stat().st_mode) for path in [tmp_path / "1", *(tmp_path / "1").iterdir()]
    }
    assert not [mode for mode in modes if mode & 0o022]


def test_a_folder_of_indexes_that_others_may_write_is_closed(tmp_path: Path) -> None:
    """They could put a folder in the place of one that has just been looked at."""
    folder = sealed(tmp_path / "1")
    tmp_path.chmod(0o777)
    with pytest.raises(IndexMissing, match="another user"):
        check(folder, engine="e 1")
    with replacing(tmp_path / "2", engine="e 1"):
        pass
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755
    check(folder, engine="e 1")
