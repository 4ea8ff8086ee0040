"""What openapi-typescript generates compiles strictly, and its client is answered."""

import json
import shutil
import subprocess
from pathlib import Path

from tests.clients.tools import HERE, NODE_TOOLS
from tests.test_openapi import SPECIFICATION


def run(*command: str | Path, folder: Path) -> str:
    """What a command prints."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_generated_types_hold_for_what_is_answered(port: int, key: str, tmp_path: Path) -> None:
    for name in ("client.ts", "package.json", "tsconfig.json"):
        shutil.copy(HERE / name, tmp_path)
    (tmp_path / "node_modules").symlink_to(NODE_TOOLS.parent)
    run(NODE_TOOLS / "openapi-typescript", SPECIFICATION, "-o", "specification.ts", folder=tmp_path)
    run(NODE_TOOLS / "tsc", folder=tmp_path)

    printed = run("node", "client.js", f"http://127.0.0.1:{port}", key, folder=tmp_path)

    assert json.loads(printed) == {
        "article": "connection-refused",
        "summary": True,
        "found": ["connection-refused"],
        "outcome": "exact",
        "match": "connection-refused",
        "missing": "NOT_FOUND",
        "worked": 1,
        "refused": "UNAUTHORIZED",
    }


def test_redocly_finds_no_fault(tmp_path: Path) -> None:
    run(NODE_TOOLS / "redocly", "lint", "--max-problems=0", SPECIFICATION, folder=tmp_path)
