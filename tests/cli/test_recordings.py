"""What `fixbook run` says of real failures, recorded, over the articles of this repository.

And of what fails though nothing is wrong: files that differ, words that are not there.
"""

from collections.abc import Callable, Iterator
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from cli.failures.advice import advice
from cli.failures.diagnosis import local_diagnosis
from corpus.settings import load_settings
from tests.cli.record import FOLDER, failures
from tests.relevance.measure import opened

TREE = Path(__file__).parents[2]
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


def test_it_is_silent_about_a_thousand_files_that_differ(diagnosed: Diagnosed) -> None:
    spoken = [said for text in islice(differences(), 1000) if (said := advice(diagnosed(text)))]
    assert spoken == []


def differences() -> Iterator[str]:
    """What `diff -u` says of pairs of our own modules, which it ends with 1."""
    modules = sorted(p for top in ("api", "corpus", "ingest") for p in (TREE / top).rglob("*.py"))
    texts = [path.read_text("utf-8").splitlines(keepends=True)[:200] for path in modules]
    for step in range(1, 8):
        for before, after in zip(texts, texts[step:], strict=False):
            yield "".join(unified_diff(before, after, "before.py", "after.py", n=0))
