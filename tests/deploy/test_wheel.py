"""Two builds of one commit are the same wheel, byte for byte."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent


def test_the_wheel_is_reproducible(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git repository")
    wheels = []
    for umask in (0o022, 0o077):
        folder = tmp_path / f"{umask:o}"
        subprocess.run(
            [str(ROOT / "deploy" / "build-wheel.sh"), sys.executable, str(folder)],
            check=True,
            cwd=ROOT,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1764374400"},
            umask=umask,
        )
        wheels.append(next(folder.glob("fixbook-*.whl")).read_bytes())
    assert wheels[0] == wheels[1]
