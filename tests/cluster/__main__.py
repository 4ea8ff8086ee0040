"""`python -m tests.cluster [arguments of pytest]`: these tests, on an OpenSearch of their own."""

import os
import signal
import subprocess
import sys

from tests.cluster.conftest import VARIABLE
from tests.opensearch.nodes import started


def main(arguments: list[str]) -> int:
    """Runs pytest; its exit code is ours."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the node is closed
    with started() as (node,):
        environment = {**os.environ, VARIABLE: f"opensearch://{node.host}"}
        command = [sys.executable, "-m", "pytest", "tests/cluster", *arguments]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
