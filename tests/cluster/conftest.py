"""Two machines over one PostgreSQL and one OpenSearch, behind nginx: `make test-cluster`."""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from tests.api.process import edition, environment
from tests.cluster.machines import Machine, ingest
from tests.cluster.proxy import proxying
from tests.conftest import write_files
from tests.databases import create
from tests.postgres.conftest import machine
from tests.postgres.server import Server

VARIABLE = "FIXBOOK_TEST_CLUSTER"
"""Where OpenSearch is, while these tests run."""

collect_ignore_glob = [] if VARIABLE in os.environ else ["test_*.py"]


@dataclass(frozen=True)
class Cluster:
    """All of it, with the first edition published."""

    port: int
    """nginx."""
    machines: tuple[Machine, Machine]
    publish: Callable[[int], None]
    """Publishes an edition, from a third machine."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """One for all tests of a module; each leaves it whole."""
    folder = tmp_path_factory.mktemp("cluster")
    search = f"{os.environ[VARIABLE]}/c{uuid4().hex[:12]}"
    with Server() as server:
        create(server.url(), "fixbook", template="template0")
        more = {
            "FIXBOOK_SEARCH_URL": search,
            "FIXBOOK_SEARCH_REPLICAS": "0",
            "FIXBOOK_RATE_LIMIT": "36000/hour",
            "FIXBOOK_TRUSTED_PROXIES": "127.0.0.1",
        }

        def told(name: str) -> dict[str, str]:
            return environment(machine(folder / name, server.url("fixbook")), **more)

        def publish(number: int) -> None:
            write_files(folder / "content", edition(number))
            ingest(told("publisher"))

        publish(1)
        machines = tuple(Machine(env=told(n), log=folder / f"{n}.log") for n in ("one", "two"))
        try:
            for each in machines:
                each.start()
            with proxying(folder / "nginx", [each.port for each in machines]) as port:
                yield Cluster(port, (machines[0], machines[1]), publish)
        finally:
            for each in machines:
                each.kill()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that is not there yet."""
    return tmp_path / "nginx"
