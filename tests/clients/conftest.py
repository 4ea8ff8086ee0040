"""A server with an article, and a key. Tests of generators that are not installed are left out."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.library import Library
from corpus.settings import Settings
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.process import environment, running
from tests.clients.tools import NODE_TOOLS, PYTHON_TOOLS
from tests.conftest import write_files
from tests.factories import make_document

_TOOLS = {"test_python_client.py": PYTHON_TOOLS, "test_typescript_client.py": NODE_TOOLS}
collect_ignore = [name for name, folder in _TOOLS.items() if not folder.exists()]


@pytest.fixture
def port(settings: Settings, tmp_path: Path) -> Iterator[int]:
    write_files(settings.content_dir, {"connection-refused.md": make_document()})
    with running(env=environment(settings), log=tmp_path / "server.log") as found:
        yield found


@pytest.fixture
def key(port: int, library: Library) -> str:
    """An API key of that server."""
    assert port
    with library.database.recording() as connection:
        return api_keys.add(connection, "ann", [Scope.REPORT])
