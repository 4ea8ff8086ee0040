"""The version before beside this one: servers are upgraded one at a time."""

import json
from pathlib import Path

from tests.api.process import PATH
from tests.cluster.conftest import Cluster
from tests.cluster.load import Load
from tests.cluster.machines import Machine, ask
from tests.cluster.test_cluster import until
from tests.versions import ADDING, CHANGING, next_version


def upgrade(machine: Machine, program: Path) -> None:
    """Stops a server and starts the next version in its place; returns when that has answered."""
    machine.stop()
    before = machine.answered()
    machine.start(program)
    until(lambda: machine.answered() > before + 20)


def test_servers_are_upgraded_one_at_a_time(cluster: Cluster, tmp_path: Path) -> None:
    program = next_version(tmp_path / "program", ADDING)
    with Load(cluster.port) as load:
        upgrade(cluster.machines[0], program)
        cluster.publish(2)  # as the version before does it
        for machine in cluster.machines:
            until(lambda: b"Edition 2" in ask(machine.port, PATH)[2])  # noqa: B023
        upgrade(cluster.machines[1], program)
    assert load.wrong == []


def test_a_server_whose_tables_are_gone_says_so(cluster: Cluster, tmp_path: Path) -> None:
    program = next_version(tmp_path / "program", CHANGING)
    old, new = cluster.machines
    new.stop()
    new.start(program)

    until(lambda: ask(old.port, PATH)[0] == 503)
    until(lambda: ask(new.port, "/readyz")[0] == 200)
    assert ask(old.port, "/readyz")[0] == 503
    error = json.loads(ask(old.port, PATH)[2])["error"]
    assert error["details"]["retryable"] is True
    assert ask(new.port, PATH)[0] == 200
    old.stop()
    old.start(program)
    until(lambda: ask(old.port, "/readyz")[0] == 200)
