"""Workers are killed, and generations change, while readers ask without a pause."""

import os
import signal
from pathlib import Path

import pytest

from tests.conftest import settings_in
from tests.faults.reader import asking, until
from tests.faults.service import serving


def test_a_killed_worker_is_replaced(tmp_path: Path) -> None:
    """At most a connection breaks. When no worker is left, whoever comes waits for the next."""
    with serving(settings_in(tmp_path), "--workers", "2") as service:
        readers = [service.reader() for _ in range(3)]
        until(readers[0].well)
        with asking(*readers[1:]):
            for victims in (slice(0, 1), slice(1, 2), slice(0, 2)):
                before = service.workers()
                assert len(before) == 2
                for pid in before[victims]:
                    os.kill(pid, signal.SIGKILL)
                killed = set(before[victims])
                seconds = until(lambda: len(set(service.workers()) - killed) == 2)  # noqa: B023
                seconds += until(readers[0].well)
                print(f"{len(killed)} of 2 workers killed: well again after {seconds:.1f} s")
        statuses = [status for reader in readers for status in reader.statuses]
        print(f"{len(statuses)} answers, {statuses.count(0)} connections broke")
    assert [reader.wrong for reader in readers] == [[], [], []]
    assert set(statuses) <= {0, 200}
    assert statuses.count(0) <= 2 * 4  # of two readers, and each died with one question at most


@pytest.mark.parametrize("engine", ["whoosh", "tantivy"])
def test_generations_change_under_load(tmp_path: Path, engine: str) -> None:
    settings = settings_in(tmp_path)
    with serving(settings, "--workers", "2", FIXBOOK_SEARCH_URL=engine) as service:
        readers = [service.reader() for _ in range(2)]
        with asking(*readers):
            for number in range(2, 7):
                for reader in readers:
                    reader.editions = [number - 1, number]
                service.publish(number)
                last = service.reader()
                last.editions = [number]
                until(lambda: [last.ask() for _ in range(8)] and newest(last.wrong))  # noqa: B023
    assert [reader.wrong for reader in readers] == [[], []]
    assert {status for reader in readers for status in reader.statuses} == {200}


def newest(wrong: list[object]) -> bool:
    """Whether nothing old was shown since this was last asked."""
    was_right = not wrong
    wrong.clear()
    return was_right
