"""Files of the index that lose their content under two workers, and under an ingest."""

from pathlib import Path

import pytest

from tests.conftest import settings_in
from tests.faults.reader import until
from tests.faults.service import run, serving
from tests.faults.test_index import ENGINES, largest, statuses_while, zero


def empty(folder: Path) -> None:
    for path in largest(folder):
        path.write_bytes(b"")


@pytest.mark.parametrize("engine", ENGINES)
def test_files_that_are_emptied(tmp_path: Path, engine: str) -> None:
    """Tantivy maps its files: a worker that reads one at this very moment is ended by the
    system. Another one takes its place, so a connection may break."""
    with serving(settings_in(tmp_path), "--workers", "2", FIXBOOK_SEARCH_URL=engine) as service:
        statuses = statuses_while(service, empty)
        assert statuses <= ({0, 200, 503} if engine == "tantivy" else {200, 503})


@pytest.mark.parametrize("engine", ENGINES)
def test_an_ingest_over_a_damaged_index(tmp_path: Path, engine: str) -> None:
    """The next generation is made from the documents alone, whole."""
    with serving(settings_in(tmp_path), FIXBOOK_SEARCH_URL=engine) as service:
        reader = service.reader()
        until(reader.well)
        reader.editions = [1, 2]
        zero(service.index())
        service.publish(2)
        until(reader.well)
        reader.editions = [2]
        until(reader.well)
        assert reader.wrong == []
        found = run("doctor", env=service.env)
        assert found.returncode == 0, found.stdout
