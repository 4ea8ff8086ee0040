"""The site of most tests of pages."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import site_of
from tests.api.site import Site
from tests.factories import make_article, make_document


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One with one article, for tests that change nothing."""
    documents = {"connection-refused.md": make_document(make_article())}
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened
