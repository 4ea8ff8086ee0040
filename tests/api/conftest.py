"""Sites: the application over a corpus, asked in this process."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.settings import Settings
from ingest.pipeline import IngestOptions, ingest
from tests.api.site import Site
from tests.conftest import Ingested, settings_in, write_files
from tests.databases import make_tables

Served = Callable[..., Site]
"""From documents by file name, and settings if need be, to a site that serves them."""


@pytest.fixture
def serve(settings: Settings, ingested: Ingested) -> Iterator[Served]:
    """Ingests documents and serves them until the test ends."""
    with ExitStack() as sites:

        def start(documents: Mapping[str, str], **changed: object) -> Site:
            ingested(documents)
            return sites.enter_context(Site(settings.model_copy(update=changed)))

        yield start


@contextmanager
def site_of(folder: Path, documents: Mapping[str, str]) -> Iterator[Site]:
    """A site over documents, for the many tests of a module that change nothing."""
    settings = settings_in(folder)
    write_files(settings.content_dir, documents)
    library = Library(settings)
    make_tables(library.database)
    report = ingest(library, [settings.content_dir], options=IngestOptions())
    library.close()
    assert report.good == bool(documents)
    with Site(settings) as site:
        yield site
