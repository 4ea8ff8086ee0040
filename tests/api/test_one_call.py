"""One call is enough: four failures of real programs, each solved by what one answer says."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.conftest import site_of
from tests.api.mcp.calls import called, text
from tests.api.site import Site

pytestmark = pytest.mark.slow

CONTENT = Path(__file__).parents[2] / "content"
ABOUT = ("git-", "node", "npm-", "pip-", "python-")
MOST_TOKENS = 700
PIECE = re.compile(r"\w{1,6}|[^\s\w]")
"""Language models' tokenizers make fewer of these texts: o200k of OpenAI 8 to 17 % fewer, that of
Claude 2 to 11 %."""
FAILURES = {
    "python": ("python3 app.py", "python-no-module-named", "-m pip install"),
    "node": ("node app.js", "nodejs-environment-problems-for-tool-servers", "npm ci"),
    "git": ("git push origin HEAD", "git-push-rejected-non-fast-forward", "git pull --rebase"),
    "pip": (
        "python3 -m pip install --no-index quite-absent",
        "pip-install-errors",
        "Misspelt",
    ),
}
"""What fails, the article that says why, and what solves it."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    files = [file for file in CONTENT.glob("*.md") if file.name.startswith(ABOUT)]
    files += [file for file in CONTENT.glob("receipts/*.json") if file.name.startswith(ABOUT)]
    documents = {str(file.relative_to(CONTENT)): file.read_text("utf-8") for file in files}
    with site_of(tmp_path_factory.mktemp("site"), documents) as opened:
        yield opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A program in two languages that needs what is not installed, and a clone that lags behind."""
    place = tmp_path / "app"
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    commit = "git -c user.name=ann -c user.email=ann@example.org commit --quiet --allow-empty -m"
    script = f"""
        git init --quiet --bare {ours} && git clone --quiet {ours} {place} && cd {place}
        {commit} first && git push --quiet origin HEAD && git clone --quiet {ours} {theirs}
        {commit} mine && cd {theirs} && {commit} theirs && git push --quiet origin HEAD"""
    subprocess.run(["sh", "-ec", script], check=True, capture_output=True)
    (place / "app.py").write_text("import json\nimport quite_absent\n")
    (place / "app.js").write_text('const app = require("quite-absent");\n')
    return place


def failure(command: str, folder: Path) -> str:
    """What a program says when it fails."""
    if shutil.which(command.split(maxsplit=1)[0]) is None:
        pytest.skip(f"{command.split(maxsplit=1)[0]} is not installed")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": path, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    return done.stderr


@pytest.mark.parametrize("program", FAILURES)
def test_one_call_solves_it(program: str, site: Site, folder: Path) -> None:
    command, slug, solution = FAILURES[program]
    said = failure(command, folder)
    by_rest = site.post(
        "/api/v1/diagnose", said.encode(), content_type="text/plain", accept="text/markdown"
    )
    for answer in (by_rest.body.decode(), text(called(site, "diagnose_error", text=said))):
        assert f"Article `{slug}`" in answer.split("\n\n")[1]
        assert solution in answer
        assert 100 < len(PIECE.findall(answer)) < MOST_TOKENS
