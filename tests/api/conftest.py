"""Sites: the application over a corpus, asked in this process."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack

import pytest

from corpus.settings import Settings
from tests.api.site import Site
from tests.conftest import Ingested

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
