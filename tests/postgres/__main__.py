"""`python -m tests.postgres [arguments of pytest]`: the whole suite, on a server of its own."""

import os
import signal
import subprocess
import sys

from corpus.store.database import Database
from corpus.store.migrations.upgrade import upgrade
from tests.databases import TEMPLATE, VARIABLE, create
from tests.postgres.server import Server


def main(arguments: list[str]) -> int:
    """Runs pytest; its exit code is ours."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that the server is closed
    with Server() as server:
        create(server.url(), TEMPLATE, template="template0")
        database = Database(server.url(TEMPLATE))
        upgrade(database)
        database.dispose()
        command = [sys.executable, "-m", "pytest", *arguments]
        environment = {**os.environ, VARIABLE: server.url()}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
