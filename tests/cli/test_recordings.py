"""What `fixbook run` says of real failures, recorded, over the articles of this repository."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from cli.failures.advice import advice
from cli.failures.diagnosis import local_diagnosis
from corpus.settings import load_settings
from tests.cli.record import FOLDER, failures
from tests.relevance.measure import opened

Diagnosed = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def diagnosed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Diagnosed]:
    """Asks the local corpus, as `fixbook run` does."""
    folder = tmp_path_factory.mktemp("data")
    with opened("tantivy", folder), pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIXBOOK_DATA_DIR", str(folder))
        patch.setenv("FIXBOOK_SEARCH_URL", "tantivy")
        assert load_settings().data_dir == folder
        yield local_diagnosis


def test_it_speaks_of_most_recorded_failures_and_never_wrongly(diagnosed: Diagnosed) -> None:
    right, silent, wrong = 0, [], []
    for failure in failures():
        found = diagnosed(failure.file.read_text("utf-8"))
        if not advice(found):
            silent += [failure.name] * bool(failure.slugs)
        elif found["matches"][0]["slug"] in failure.slugs:
            right += 1
        else:
            wrong.append((failure.name, found["matches"][0]["slug"]))
    assert wrong == []
    assert right >= 0.85 * (right + len(silent)), silent


def test_every_recording_is_listed() -> None:
    assert {f.name for f in FOLDER.glob("*.log")} == {failure.file.name for failure in failures()}
