"""Generations: what is published, the lock, the notice, and the sweeping of old indexes."""

import multiprocessing
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import pytest

from corpus import generation
from corpus.errors import Busy
from corpus.generation import EMPTY, Generation, Notice, ingest_lock, sweep
from corpus.library import Library


def hold_lock(folder: Path, pipe: Pipe) -> None:
    """Holds the lock until the process is ended."""
    with ingest_lock(folder):
        pipe.send("held")
        pipe.recv()


def names(folder: Path) -> list[str]:
    """What a folder holds."""
    return sorted(path.name for path in folder.iterdir())


def test_before_the_first_ingest_there_is_the_empty_generation(library: Library) -> None:
    assert library.current() == EMPTY


def test_the_newest_generation_takes_the_place_of_the_one_before(library: Library) -> None:
    for number in (1, 2):
        published = Generation(
            number=number, index_name=f"x-{number}", published_at="2026-01-01", articles=3
        )
        with library.database.writing() as connection:
            generation.publish(connection, published)

    assert library.current() == published


def test_the_lock_is_for_one(tmp_path: Path) -> None:
    with ingest_lock(tmp_path), pytest.raises(Busy, match="another ingest is running"):
        ingest_lock(tmp_path).__enter__()

    with ingest_lock(tmp_path):
        pass


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=hold_lock, args=(tmp_path, theirs))
    process.start()
    assert ours.recv() == "held"
    with pytest.raises(Busy):
        ingest_lock(tmp_path).__enter__()

    process.kill()
    process.join()

    with ingest_lock(tmp_path):
        pass


def test_a_notice_is_seen_by_all_who_have_it_open(tmp_path: Path) -> None:
    first, second = Notice(tmp_path), Notice(tmp_path)
    before = second.value()

    first.raise_()

    assert second.value() == before + 1
    first.close()
    second.close()
    again = Notice(tmp_path)
    assert again.value() == before + 1
    again.close()


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        ("whoosh-00000003", ["whoosh-00000002", "whoosh-00000003"]),
        ("tantivy-00000004", ["tantivy-00000004", "whoosh-00000003"]),
        ("whoosh-00000001", ["whoosh-00000001"]),
        ("", []),
    ],
)
def test_the_index_in_use_and_the_one_before_stay(
    tmp_path: Path, keep: str, kept: list[str]
) -> None:
    for name in ("whoosh-00000001", "whoosh-00000002", "whoosh-00000003", "tantivy-00000004"):
        (tmp_path / name / "segments").mkdir(parents=True)

    sweep(tmp_path, keep=keep)

    assert names(tmp_path) == kept


def test_sweeping_where_nothing_is(tmp_path: Path) -> None:
    sweep(tmp_path / "none", keep="whoosh-00000001")

    assert names(tmp_path) == []
