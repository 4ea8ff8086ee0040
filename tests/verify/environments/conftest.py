"""Folders that the sandbox's user can reach: pytest's own are closed to others."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """An empty folder that everybody may read."""
    with TemporaryDirectory(prefix="fixbook-test-") as name:
        path = Path(name).resolve()
        path.chmod(0o755)
        yield path
