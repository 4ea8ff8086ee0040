"""What most tests need: settings over a temporary folder, and a library with articles in it."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.settings import Settings, load_settings
from corpus.upgrade import upgrade
from ingest.pipeline import Options, ingest

Ingested = Callable[[Mapping[str, str]], Library]
"""From file names under the content folder and their texts to a library that holds them."""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings that keep everything below `tmp_path`."""
    return load_settings(content_dir=tmp_path / "content", data_dir=tmp_path / "data")


@pytest.fixture
def library(settings: Settings) -> Iterator[Library]:
    """An empty library, its tables made."""
    opened = Library(settings)
    upgrade(opened.database)
    yield opened
    opened.close()


@pytest.fixture
def ingested(library: Library) -> Ingested:
    """Writes documents into the content folder and ingests all of it, without complaint."""

    def fill(documents: Mapping[str, str]) -> Library:
        write_files(library.settings.content_dir, documents)
        report = ingest(library, [library.settings.content_dir], options=Options())
        assert [str(problem) for problem in report.problems] == []
        return library

    return fill


def write_files(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Writes texts (or bytes) under a folder by their relative names, and returns the folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
