"""An engine of each kind, and a shelf of its indexes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.search.engine import Engine
from tests.corpus.search.engines.shelf import ENGINES, Shelf, cleared, made


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Engine:
    return made(request.param)


@pytest.fixture
def shelf(engine: Engine, tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(engine, tmp_path)
    yield opened
    opened.close()
    cleared(engine, tmp_path)
