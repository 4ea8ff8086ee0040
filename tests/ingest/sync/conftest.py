"""A real git repository of content, and somebody who commits to it."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import write_files


@dataclass(frozen=True, slots=True)
class Origin:
    """A bare repository with the branch `main`, and a work tree to commit from."""

    folder: Path

    @property
    def address(self) -> str:
        """Where to fetch it."""
        return f"file://{self.folder / 'origin.git'}"

    @property
    def work(self) -> Path:
        """The work tree."""
        return self.folder / "work"

    def git(self, *arguments: str) -> str:
        """Runs git in the work tree, by nobody's configuration."""
        nobody = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        identity = ("-c", "user.name=Fixbook", "-c", "user.email=fixbook@example.org")
        command = ["git", "-C", str(self.work), *identity, *arguments]
        done = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, **nobody}
        )
        return done.stdout.strip()

    def push(
        self, files: Mapping[str, str | bytes], *, remove: str = "", options: tuple[str, ...] = ()
    ) -> str:
        """Commits files and pushes them; returns the commit."""
        write_files(self.work, files)
        if remove:
            (self.work / remove).unlink()
        self.git("add", "--all")
        self.git(*options, "commit", "--quiet", "--allow-empty", "--message", "Change")
        self.git("push", "--quiet", "--force", "origin", "HEAD:main")
        return self.git("rev-parse", "HEAD")


@pytest.fixture
def origin(tmp_path: Path) -> Origin:
    """A repository without a commit."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    made = Origin(tmp_path / "git")
    made.work.mkdir(parents=True)
    made.git("init", "--quiet", "--initial-branch=main")
    made.git("init", "--quiet", "--bare", "--initial-branch=main", str(made.folder / "origin.git"))
    made.git("remote", "add", "origin", made.address)
    return made
