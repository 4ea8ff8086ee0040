"""What `fixbook run` says of real failures, recorded, over the articles of this repository."""

from collections.abc import Iterator

import pytest

from cli.failures.advice import advice
from tests.cli.healthy import Diagnosed, healthy_texts, local_corpus
from tests.cli.record import FOLDER, failures
from tests.shared_corpus import SharedCorpus

pytestmark = pytest.mark.slow

SLICE = 320


@pytest.fixture(scope="module")
def diagnosed(shared_corpus: SharedCorpus) -> Iterator[Diagnosed]:
    """Asks the local corpus, as `fixbook run` does."""
    with local_corpus(shared_corpus.folder("tantivy")) as asked:
        yield asked


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


def test_it_is_silent_about_texts_in_which_nothing_failed(diagnosed: Diagnosed) -> None:
    """A slice of the thousand of `python -m tests.cli.healthy`: what every machine has alike."""
    texts = [*healthy_texts(SLICE, ["diffs", "sources"])]
    spoken = [
        (text.name, lines)
        for _, text in texts
        if (lines := advice(diagnosed(text.content.decode("utf-8", "replace"))))
    ]
    assert len(texts) >= SLICE // 5
    assert len(spoken) <= len(texts) // 20, spoken
