"""`fixbook run --report`: what came of a fix is noticed, and nothing else ever is."""

import json
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.failures.outcomes import observe
from corpus.library import Library
from corpus.settings import load_settings
from corpus.store import api_keys
from corpus.store.api_keys import Scope
from tests.api.process import get, running
from tests.cli.conftest import Corpus
from tests.cli.terminals import RUN, in_pipes

pytestmark = pytest.mark.sqlite("starts servers over a database of their own")

SCRIPT = """\
import pathlib, sys
if pathlib.Path("fixed").exists():
    sys.exit(0)
print("Error: cannot attach shared segment 9041: tenant quota exceeded [E4711]")
sys.exit(9)
"""
COMMAND = [*RUN[:-1], "--report", "--", sys.executable, "-c", SCRIPT]
FOUND = {
    "outcome": "exact",
    "environment": {"python": "3.13"},
    "matches": [{"slug": "quota", "error": {"anchor": "error-a"}}],
}


@pytest.fixture(scope="module")
def server(corpus: Corpus) -> Iterator[tuple[int, str]]:
    """Port and key of a server over the corpus."""
    library = Library(load_settings(data_dir=corpus.folder / "data", database_url=""))
    with library.database.recording() as connection:
        key = api_keys.add(connection, "runner", [Scope.REPORT])
    library.close()
    with running("--no-ingest", env=corpus.local, log=corpus.folder / "log.txt") as port:
        yield port, key


def test_a_later_success_is_reported_and_a_failure_again(
    server: tuple[int, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port, key = server
    variables = {
        "FIXBOOK_URL": f"http://127.0.0.1:{port}",
        "FIXBOOK_API_KEY": key,
        "XDG_STATE_HOME": str(tmp_path / "state"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    state = tmp_path / "state" / "fixbook" / "failures.json"

    def reported() -> tuple[int, int]:
        counts = json.loads(get(port, "/api/v1/articles/quota/reports")[2])["data"]["current"]
        return counts["worked"], counts["didNotWork"]

    [row] = json.loads(get(port, "/api/v1/articles/quota.json")[2])["errors"]
    found: dict[str, Any] = {**FOUND, "matches": [{"slug": "quota", "error": row}]}
    observe(["make"], found, has_succeeded=False, patience=60)
    assert reported() == (0, 0)
    assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert stat.S_IMODE(state.parent.stat().st_mode) == 0o700
    assert "make" not in state.read_text()

    observe(["other"], None, has_succeeded=True, patience=60)
    observe(["make"], None, has_succeeded=False, patience=60)  # another failure: nothing is known
    assert reported() == (0, 0)
    observe(["make"], found, has_succeeded=False, patience=60)
    assert reported() == (0, 1)
    observe(["make"], None, has_succeeded=True, patience=60)
    assert reported() == (1, 0)
    observe(["make"], None, has_succeeded=True, patience=60)
    assert json.loads(state.read_text()) == {}


def test_it_is_silent_without_a_server_or_a_key(corpus: Corpus, tmp_path: Path) -> None:
    state = tmp_path / "state"
    for more in (
        {}, {"FIXBOOK_URL": "http://127.0.0.1:9"}, {"FIXBOOK_URL": "nonsense"},
        {"FIXBOOK_URL": "http://127.0.0.1:9", "FIXBOOK_API_KEY": "fb_x"},
    ):  # fmt: skip
        env = corpus.env(XDG_STATE_HOME=str(state), **more)
        status, _, err = in_pipes(COMMAND, folder=tmp_path, env=env)
        assert (status, err) == (9, b""), more
    state.mkdir(exist_ok=True)
    (state / "fixbook").write_text("in the way") if not (state / "fixbook").exists() else None
    (tmp_path / "fixed").touch()
    status, _, err = in_pipes(COMMAND, folder=tmp_path, env=env)
    assert (status, err) == (0, b"")


def test_a_broken_memory_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FIXBOOK_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("FIXBOOK_API_KEY", "fb_x")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    file = tmp_path / "fixbook" / "failures.json"
    file.parent.mkdir()
    for broken in ("", "[]", "{", '{"a": 1}', '{"a": {"at": "x"}}', "\x00"):
        file.write_text(broken)
        observe(["make"], FOUND, has_succeeded=False, patience=1)
        [known] = json.loads(file.read_text()).values()
        assert (known["slug"], known["anchor"]) == ("quota", "error-a")
    for number in range(60):
        observe([f"make {number}"], FOUND, has_succeeded=False, patience=1)
    assert len(json.loads(file.read_text())) == 50
    assert capfd.readouterr() == ("", "")
