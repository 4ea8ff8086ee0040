"""`fixbook sync` as it is run: what it prints, how it ends, what a server makes of it."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.settings import Settings
from tests.api.process import environment, get, running
from tests.conftest import settings_in, write_files
from tests.factories import numbered_document
from tests.faults.reader import until
from tests.ingest.sync.conftest import Origin


@pytest.fixture
def ours(tmp_path: Path, origin: Origin) -> dict[str, str]:
    """The environment of a mirror of the repository."""
    return environment(settings_in(tmp_path), FIXBOOK_SYNC_REPOSITORY=origin.address)


def fixbook(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cli", "sync", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, env=env)


def push(origin: Origin, number: int) -> str:
    return origin.push({f"{number}.md": numbered_document(number)})


def test_it_says_what_it_did_and_by_its_exit_code(origin: Origin, ours: dict[str, str]) -> None:
    commit = push(origin, 1)
    good = fixbook(ours)
    assert (good.returncode, good.stderr) == (0, "")
    assert good.stdout.startswith(f"published, commit {commit}: 1 articles in generation 1: 1 add")

    bad = origin.push({"bad.md": b"\xff"})
    refused = fixbook(ours, "--strict")
    assert refused.returncode == 1
    assert refused.stderr.startswith("bad.md:1: ")
    assert f"sync: commit {bad[:12]} was not published: articles have errors" in refused.stderr

    shutil.rmtree(origin.folder / "origin.git")
    away = fixbook(ours, "--json")
    assert away.returncode == 3
    assert json.loads(away.stdout)["outcome"] == "unreachable"
    assert "sync: the content's git repository cannot be reached" in away.stderr
    assert str(origin.folder) in away.stderr  # git's own words


def test_without_a_repository_it_is_a_matter_of_usage(settings: Settings) -> None:
    ended = fixbook(environment(settings))

    assert ended.returncode == 2
    assert ended.stderr == (
        "fixbook: FIXBOOK_SYNC_REPOSITORY: may be the address of a git repository\n"
    )


def test_passwords_in_addresses_are_not_logged(ours: dict[str, str]) -> None:
    address = "http://editor:t0ken@127.0.0.1:9/content.git"
    ended = fixbook(ours | {"FIXBOOK_SYNC_REPOSITORY": address})

    assert ended.returncode == 3
    assert "127.0.0.1:9" in ended.stderr
    assert "t0ken" not in ended.stderr


@pytest.mark.slow
def test_a_server_beside_it_serves_each_commit(
    origin: Origin, ours: dict[str, str], tmp_path: Path
) -> None:
    """The server ingests nothing itself: it would remove what the content folder lacks."""
    commit = push(origin, 1)
    fixbook(ours)
    write_files(tmp_path / "content", {"other.md": numbered_document(9)})
    command = [sys.executable, "-m", "cli", "sync", "--watch", "1"]
    watch = subprocess.Popen(command, env=ours, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        with running(env=ours, log=tmp_path / "log.txt") as port:

            def served() -> tuple[str, int]:
                health = json.loads(get(port, "/api/health")[2])
                articles = json.loads(get(port, "/api/v1/stats")[2])["data"]["articles"]["total"]
                return health["content"]["commit"], articles

            assert served() == (commit, 1)
            for number in (2, 3):
                commit = push(origin, number)
                until(lambda: served() == (commit, number))  # noqa: B023 - called at once
    finally:
        watch.send_signal(signal.SIGTERM)
        output, _ = watch.communicate()
    assert (watch.returncode, output.count(b"published, commit")) == (0, 2)
