"""One site for all tests of MCP that change nothing."""

from collections.abc import Iterator

import pytest

from tests.api.conftest import site_of
from tests.api.mcp.calls import documents
from tests.api.site import Site


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_of(tmp_path_factory.mktemp("mcp"), documents()) as site:
        yield site
