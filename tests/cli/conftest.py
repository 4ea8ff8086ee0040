"""A small corpus for commands that ask one."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.terminals import environment
from tests.conftest import write_files

ARTICLE = """\
# Quota of segments

Shared segments have a quota.

## Errors

| Error | Cause | Solution |
|---|---|---|
| `Error: cannot attach shared segment 77: tenant quota exceeded [E4711]` | Too many | Remove |
"""


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder with a data folder and a bundle."""

    folder: Path

    def env(self, **more: str) -> dict[str, str]:
        return environment(self.folder, **more)

    @property
    def local(self) -> dict[str, str]:
        """An environment in which the corpus is the local one."""
        return self.env(FIXBOOK_DATA_DIR=str(self.folder / "data"))


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    made = Corpus(folder)
    write_files(folder / "content", {"quota.md": ARTICLE, "other.md": "# Other\n\nText.\n"})
    for command in (["ingest"], ["export", "--bundle", "a.fixbook"]):
        subprocess.run(
            [sys.executable, "-m", "cli", *command],
            cwd=folder, env=made.local, check=True, capture_output=True,
        )  # fmt: skip
    return made
