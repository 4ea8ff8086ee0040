"""Generations: what is published, the lock, the notice, and the sweeping of old indexes."""

import multiprocessing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Pipe
from pathlib import Path

import pytest

from corpus.errors import Busy
from corpus.library import Library
from corpus.store import generations
from corpus.store.generations import (
    EMPTY,
    Generation,
    Notice,
    ingest_lock,
    is_needed,
    moment_after,
    new_index_name,
    number_of,
)
from tests.conftest import Ingested


def hold_lock(folder: Path, pipe: Pipe) -> None:
    """Holds the lock until the process is ended."""
    with ingest_lock(folder):
        pipe.send("held")
        pipe.recv()


def test_before_the_first_ingest_there_is_the_empty_generation(library: Library) -> None:
    assert library.current() == EMPTY


def test_the_newest_generation_takes_the_place_of_the_one_before(library: Library) -> None:
    for number in (1, 2):
        published = Generation(
            number=number, index_name=f"x-{number}", published_at="2026-01-01", articles=3
        )
        with library.database.writing() as connection:
            generations.publish(connection, published)

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


def test_no_two_indexes_have_the_same_name() -> None:
    first, second = new_index_name(7), new_index_name(7)
    assert first != second
    assert number_of(first) == number_of(f"whoosh-{second}") == 7
    assert number_of(new_index_name(123_456_789)) == 123_456_789


@pytest.mark.parametrize(
    "name", ["", "whoosh-00000007", "whoosh-00000007-0123abcd.new", "7-0123abcd", "fixbook"]
)
def test_other_names_have_no_number(name: str) -> None:
    assert number_of(name) == -1


@pytest.mark.parametrize(
    ("index", "needed"),
    [
        ("whoosh-00000003-aaaaaaaa", True),
        ("tantivy-00000003-aaaaaaaa", True),
        ("whoosh-00000003-bbbbbbbb", False),
        ("whoosh-00000003-aaaaaaaa.new", False),
        ("whoosh-00000002-cccccccc", True),
        ("whoosh-00000001-dddddddd", False),
        ("whoosh-00000004-eeeeeeee", False),
        ("whoosh-00000003", False),
    ],
)
def test_the_index_in_use_and_the_one_before_are_needed(index: str, needed: bool) -> None:
    assert is_needed(index, newest="00000003-aaaaaaaa") is needed


def test_no_index_is_needed_before_the_first_generation() -> None:
    assert not is_needed("whoosh-00000001-aaaaaaaa", newest="")


def published(moment: str) -> Generation:
    return Generation(number=1, index_name="", published_at=moment, articles=0)


@pytest.mark.parametrize(
    ("before", "clock", "after"),
    [
        ("2026-11-22T10:00:00.000Z", "2026-11-22T10:00:05.250Z", "2026-11-22T10:00:05.250Z"),
        ("2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.000Z", "2026-11-22T10:00:00.001Z"),
        ("2026-11-22T10:00:00.000Z", "2026-11-22T09:00:00.000Z", "2026-11-22T10:00:00.001Z"),
        ("2036-01-01T00:00:00.000Z", "2026-11-22T09:00:00.000Z", "2026-11-22T09:00:00.000Z"),
    ],
)
def test_time_goes_on_even_if_the_clock_is_set_back(before: str, clock: str, after: str) -> None:
    assert moment_after(published(before), datetime.fromisoformat(clock)) == after


def test_the_first_generation_has_the_time_of_the_clock() -> None:
    assert moment_after(EMPTY, datetime(2026, 11, 22, tzinfo=UTC)) == "2026-11-22T00:00:00.000Z"


def test_an_ingest_while_the_clock_is_behind(ingested: Ingested) -> None:
    library = ingested({"a.md": "# A\n\nText.\n"})
    ahead = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="milliseconds")
    first = replace(library.current(), published_at=ahead.replace("+00:00", "Z"))
    with library.database.writing() as connection:
        generations.publish(connection, first)
    ingested({"a.md": "# A\n\nOther text.\n"})
    second = library.current()

    assert second.number == 2
    assert second.published_at > first.published_at
    assert library.has_index(second)
