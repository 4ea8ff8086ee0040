"""Commands over the library of a test, each in a process of its own."""

import subprocess
import sys
from collections.abc import Callable

import pytest

from corpus.settings import Settings
from tests.api.process import environment

Command = Callable[..., str]
"""From arguments to standard output."""


@pytest.fixture
def command(settings: Settings) -> Command:
    def run(*arguments: str, **variables: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            env=environment(settings, **variables),
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        return done.stdout

    return run
