"""Two versions of the program over one database, of which the newer one migrates it."""

import json
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.process import PATH, PATIENCE, edition, environment, get, ingest, running, shown
from tests.conftest import write_files
from tests.postgres.conftest import machine
from tests.versions import ADDING, CHANGING, next_version

TARGETS = (PATH, f"{PATH}.md", "/api/v1/search?q=ECONNREFUSED", "/api/v1/tags", "/en/articles")


@pytest.fixture
def published(settings: Settings) -> Settings:
    """A machine of this version that has published the first edition."""
    write_files(settings.content_dir, edition(1))
    ingest(settings)
    return settings


def newer(folder: Path, url: str, revision: str) -> dict[str, str]:
    """How a machine of the next version is started over a database."""
    program = next_version(folder / "program", revision)
    return environment(machine(folder / "newer", url), PYTHONPATH=str(program))


def statuses(port: int) -> set[int]:
    """What a server answers."""
    return {get(port, target)[0] for target in TARGETS}


def until_away(port: int) -> None:
    """Waits until what was kept is not answered any more either."""
    deadline = time.monotonic() + PATIENCE
    while statuses(port) != {503}:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def command(*arguments: str, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """A command of a version."""
    return subprocess.run(
        [sys.executable, "-m", "cli", *arguments], env=env, capture_output=True, text=True,
        check=False, cwd="/",
    )  # fmt: skip


def test_the_version_before_goes_on_beside_one_that_adds(
    published: Settings, tmp_path: Path
) -> None:
    env = newer(tmp_path, published.database_url, ADDING)
    with running("--no-ingest", env=environment(published), log=tmp_path / "old.txt") as old:
        assert statuses(old) == {200}
        with running("--no-ingest", env=env, log=tmp_path / "new.txt") as new:
            for port in (old, new):
                assert statuses(port) == {200}
                assert get(port, "/readyz")[0] == 200
            write_files(published.content_dir, edition(2))
            ingest(published)  # the version before may write, too
            assert {shown(new, PATH)["title"]["en"]} == {"Edition 2 of 0"}


def test_the_version_before_is_away_beside_one_that_changes(
    published: Settings, tmp_path: Path
) -> None:
    env = newer(tmp_path, published.database_url, CHANGING)
    with running("--no-ingest", env=environment(published), log=tmp_path / "old.txt") as old:
        assert statuses(old) == {200}
        with running("--no-ingest", env=env, log=tmp_path / "new.txt") as new:
            assert statuses(new) == {200}
            until_away(old)
            status, headers, body = get(old, "/readyz")

    assert status == 503
    assert "retry-after" in headers
    error = json.loads(body)["error"]
    assert error["details"]["retryable"] is True
    assert "newer version of Fixbook" in error["message"]


def test_no_command_of_the_version_before_fails_with_a_traceback(
    published: Settings, tmp_path: Path
) -> None:
    env = newer(tmp_path, published.database_url, CHANGING)
    assert command("keys", "list", env=env).returncode == 0
    sentence = "fixbook: the database is of a newer version of Fixbook"
    for arguments in (
        ["serve", "--port", "0"], ["serve", "--no-ingest", "--port", "0"], ["ingest"],
        ["search", "x"], ["show", "x"], ["keys", "list"], ["mcp"], ["export", str(tmp_path / "x")],
        ["backup", str(tmp_path / "y")],
    ):  # fmt: skip
        done = command(*arguments, env=environment(published))
        assert done.returncode == 3, (arguments, done.stderr)
        assert done.stderr.splitlines()[-1].startswith(sentence), (arguments, done.stderr)
        assert "Traceback" not in done.stderr
    doctor = command("doctor", env=environment(published))
    assert doctor.returncode == 3
    assert "bad     database  the database is of a newer version" in doctor.stdout
    assert doctor.stderr == ""
