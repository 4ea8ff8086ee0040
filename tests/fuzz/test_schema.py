"""The specification against the running service: whatever it allows, the answers are as it says.

Schemathesis makes requests from the specification, good and bad ones, follows links from
one answer to the next request, and holds every answer against every check that it has.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.process import environment, running
from tests.conftest import write_files
from tests.factories import make_document, numbered_document

RULES = Path(__file__).parent / "schemathesis.toml"


def examined(port: int, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """A run of Schemathesis against the server on that port."""
    command = [
        *(
            sys.executable,
            "-m",
            "schemathesis.cli",
            "--config-file",
            str(RULES),
            "--no-color",
            "run",
        ),
        f"http://127.0.0.1:{port}/openapi.json",
        *("--checks=all", "--seed=1", "--generation-database=none", "--suppress-health-check=all"),
        *options,
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def port(settings: Settings, tmp_path: Path) -> Iterator[int]:
    """A server with a few articles, without limits of rate."""
    write_files(
        settings.content_dir,
        {
            "connection-refused.md": make_document(),
            **{f"article-{at:03}.md": numbered_document(at) for at in range(3)},
        },
    )
    with running(env=environment(settings), log=tmp_path / "server.log") as found:
        yield found


@pytest.mark.slow
def test_no_answer_breaks_the_specification(port: int, tmp_path: Path) -> None:
    done = examined(port, tmp_path, "--max-examples=20")

    assert done.returncode == 0, done.stdout + done.stderr
