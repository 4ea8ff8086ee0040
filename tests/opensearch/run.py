"""Starts a server, runs the tests that need one, and stops it: `make test-opensearch`."""

import os
import subprocess
import sys

from tests.opensearch.nodes import started

_TESTS = (
    "tests/corpus/search/engines",
    "tests/relevance/test_relevance.py",
    "tests/opensearch",
    *("-k", "opensearch"),  # the other engines have their turn in `make test`
    *("-n", "2", "--dist", "loadfile"),
)


def main(arguments: list[str]) -> int:
    """The exit code of pytest; arguments go to it instead of the usual tests."""
    with started() as (node,):
        environment = {**os.environ, "FIXBOOK_TEST_OPENSEARCH": f"opensearch://{node.host}"}
        command = [sys.executable, "-m", "pytest", *(arguments or _TESTS)]
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
