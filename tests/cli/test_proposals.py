"""`fixbook proposals`, with checks that run in the real sandbox."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.corpus.proposals.documents import ERROR, proposal_body, proposed
from tests.factories import make_document

pytestmark = pytest.mark.slow
Run = Callable[..., subprocess.CompletedProcess[str]]
HOSTILE = {
    "fixes something else": proposal_body(fix="touch other.txt"),
    "confirms nothing": proposal_body(fix="touch other.txt", confirm="true"),
    "stages the error": proposal_body(
        reproduce=f"test -e fixed || {{ echo '{ERROR}' >&2; exit 1; }}",
        fix="touch fixed",
        confirm="test -e fixed",
    ),
    "has no error": proposal_body(reproduce="true"),
    "changes the program instead": proposal_body(
        reproduce="sh run.sh", fix="echo true > run.sh", confirm="sh run.sh"
    ),
}


@pytest.fixture
def fixbook(tmp_path: Path) -> Run:
    """The command over a corpus of one article."""
    write_files(tmp_path / "content", {"connection-refused.md": make_document()})
    variables = {
        "FIXBOOK_CONTENT_DIR": str(tmp_path / "content"),
        "FIXBOOK_DATA_DIR": str(tmp_path / "data"),
        "PATH": "/usr/local/bin:/usr/bin:/bin",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "cli", *arguments],
            env=variables, capture_output=True, text=True, check=False, cwd=Path.cwd(),
        )  # fmt: skip

    assert run("ingest").returncode == 0
    return run


def added(fixbook: Run, folder: Path, document: str) -> str:
    file = folder / "proposal.md"
    file.write_text(document, "utf-8")
    done = fixbook("proposals", "add", str(file), "--json")
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["id"])


def test_from_a_file_to_an_article(fixbook: Run, tmp_path: Path) -> None:
    id_ = added(fixbook, tmp_path, proposed())
    early = fixbook("proposals", "accept", id_)
    assert (early.returncode, early.stderr.splitlines()[0]) == (
        3, f"fixbook: it cannot be accepted: its checks have not run: fixbook proposals run {id_}",
    )  # fmt: skip

    ran = fixbook("proposals", "run")

    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.splitlines()[0] == f"{id_} cat-notes-missing: waiting"
    shown = fixbook("proposals", "show", id_).stdout
    assert "): fixed: the error appeared" in shown
    done = fixbook("proposals", "accept", id_)
    assert done.returncode == 0
    assert "Commit it, then fixbook ingest" in done.stdout
    assert fixbook("ingest", "--strict").returncode == 0
    assert "executed" in fixbook("show", "cat-notes-missing", "--format", "json").stdout
    assert fixbook("proposals", "list").stdout == "there are no proposals\n"
    [listed] = json.loads(fixbook("proposals", "list", "--all", "--json").stdout)["proposals"]
    assert (listed["id"], listed["status"]) == (id_, "accepted")


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_the_sandbox_finds_out(fixbook: Run, tmp_path: Path, body: str) -> None:
    id_ = added(fixbook, tmp_path, proposed(body=body))
    ran = fixbook("proposals", "run", id_, "--json")
    assert ran.returncode == 1
    [found] = json.loads(ran.stdout)["proposals"]
    assert found["status"] == "run"
    assert found["results"][0]["outcome"] != "fixed"
    refused = fixbook("proposals", "accept", id_)
    assert refused.returncode == 3
    assert "it cannot be accepted: its check notes came to:" in refused.stderr
    assert [path.name for path in (tmp_path / "content").iterdir()] == ["connection-refused.md"]


def test_what_is_wrong_is_said_by_line(fixbook: Run, tmp_path: Path) -> None:
    file = tmp_path / "proposal.md"
    file.write_text(proposed(body=proposal_body(more="TODO: more")), "utf-8")
    done = fixbook("proposals", "add", str(file))
    assert done.returncode == 1
    assert done.stderr == "document:14: still to be written: 'TODO'\n"


def test_a_rejection_needs_a_reason(fixbook: Run, tmp_path: Path) -> None:
    id_ = added(fixbook, tmp_path, proposed())
    assert fixbook("proposals", "reject", id_).returncode == 2
    assert fixbook("proposals", "reject", id_, "--reason", "No need").returncode == 0
    [listed] = json.loads(fixbook("proposals", "list", "--all", "--json").stdout)["proposals"]
    assert listed["reason"] == "No need"


@pytest.mark.parametrize(
    "arguments", [["list", "x"], ["show"], ["accept"], ["add", "a", "b"], ["reject", "prp_none"]]
)
def test_what_it_cannot_do(fixbook: Run, arguments: list[str]) -> None:
    assert fixbook("proposals", *arguments).returncode == 2
