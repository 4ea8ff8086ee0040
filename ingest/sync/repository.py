"""A local copy of the content's git repository. The `git` program does the work, without a shell.

Whoever can push to the repository decides what is in it, but not where git writes or what it
runs: there are no hooks, no submodules, and only keys of the operator's file count as signatures.
"""

import logging
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import CommitRefused, RemoteUnreachable, Unavailable
from corpus.text.escaping import one_line
from corpus.text.redaction import without_secrets

_LOG = logging.getLogger(__name__)
_SECONDS = 900
"""How long one git command may take; a dead connection is given up earlier."""
_NO_SUCH_REF = 2
"""How `ls-remote --exit-code` ends if the remote has no ref of the name."""
_CONFIG = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.autocrlf=false",
    "gc.autoDetach=false",  # nothing of ours runs on
    "maintenance.autoDetach=false",
    "protocol.ext.allow=never",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    # Any OpenPGP key on the keyring would do; what counts is the file of allowed signers.
    "gpg.program=false",
    "gpg.x509.program=false",
)
_REF = "refs/fixbook/head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A branch of a repository: its address as git takes it, and the name ("": its default)."""

    address: str
    branch: str = ""

    @property
    def ref(self) -> str:
        """The name of the branch as the remote has it."""
        return f"refs/heads/{self.branch}" if self.branch else "HEAD"


class GitError(Unavailable):
    """A git command failed; what it said is in the log."""

    def __init__(self, action: str, *, status: int | None) -> None:
        super().__init__(f"git {action} failed")
        self.exit_status = status


class Repository:
    """A bare copy in a folder, which is made on the first fetch.

    `lock` is a file descriptor that all git commands inherit. Who holds it alone also knows that
    no command of a killed process still writes into the folder.
    """

    def __init__(self, folder: Path, *, lock: int) -> None:
        self._folder = folder
        self._lock = lock

    def fetch(self, remote: Remote) -> str:
        """The newest commit of the branch, after fetching it.

        Raises RemoteUnreachable, or Unavailable if the copy cannot be written.
        """
        newest = self._newest(remote)
        try:
            return self._update(remote, newest)
        except GitError:  # a copy that was damaged, by a lost disk or power, is made anew
            shutil.rmtree(self._folder, ignore_errors=True)
            return self._update(remote, newest)

    def _newest(self, remote: Remote) -> str:
        try:
            told = _git(
                "ls-remote", "--exit-code", "--", remote.address, remote.ref, lock=self._lock
            )
        except GitError as error:
            if error.exit_status == _NO_SUCH_REF:
                named = f"has no branch {remote.branch}" if remote.branch else "is empty"
                raise RemoteUnreachable(f"the content's git repository {named}") from error
            raise RemoteUnreachable("the content's git repository cannot be reached") from error
        return told.split()[0]

    def _update(self, remote: Remote, newest: str) -> str:
        for left in self._folder.rglob("*.lock"):  # by a git that was killed
            left.unlink()
        self._git("init", "--quiet", "--bare", "--", str(self._folder))
        if self._has(newest):
            return newest
        self._git(
            "fetch", "--quiet", "--force", "--depth=1", "--no-tags", "--no-write-fetch-head",
            "--no-recurse-submodules", "--", remote.address, f"+{remote.ref}:{_REF}",
        )  # fmt: skip
        return self._git("rev-parse", "--verify", f"{_REF}^{{commit}}").strip()

    def _has(self, commit: str) -> bool:
        try:
            return self._git("rev-parse", "--verify", "--quiet", _REF).strip() == commit
        except GitError:
            return False

    def verify(self, commit: str, signers: Path) -> None:
        """Raises CommitRefused unless one of the allowed signers has signed the commit."""
        try:
            self._git(
                "-c", "gpg.format=ssh", "-c", f"gpg.ssh.allowedSignersFile={signers.resolve()}",
                "verify-commit", commit,
            )  # fmt: skip
        except GitError as error:
            raise CommitRefused(f"commit {commit[:12]} is not signed by an allowed key") from error

    @contextmanager
    def checked_out(self, commit: str, folder: Path) -> Iterator[Path]:
        """The files of a commit, in a folder that is made for them and removed afterwards."""
        shutil.rmtree(folder, ignore_errors=True)  # of a process that was killed
        files = folder / "content"
        files.mkdir(parents=True)
        try:
            self._write(commit, files.resolve(), index=folder.resolve() / "index")
            yield files
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _write(self, commit: str, files: Path, *, index: Path) -> None:
        try:
            self._git(
                f"--work-tree={files}", "read-tree", "--reset", "-u", commit,
                environment={"GIT_INDEX_FILE": str(index)},
            )  # fmt: skip
        except GitError:
            shutil.rmtree(self._folder, ignore_errors=True)  # the next sync makes it anew
            raise

    def _git(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        place = f"--git-dir={self._folder.resolve()}"
        return _git(place, *arguments, lock=self._lock, environment=environment)


def _git(*arguments: str, lock: int, environment: Mapping[str, str] | None = None) -> str:
    """What a git command prints. Raises GitError."""
    settings = (part for each in _CONFIG for part in ("-c", each))
    action = next(each for each in arguments if not each.startswith("-") and "=" not in each)
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and addresses stand behind `--`
            ["git", *settings, *arguments],  # noqa: S607 - whichever git the operator has
            check=False,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_SECONDS,
            env={**_environment(), **(environment or {})},
            pass_fds=(lock,),
        )
    except FileNotFoundError as error:
        raise Unavailable("git is not installed") from error
    except subprocess.TimeoutExpired as error:
        _LOG.error("git %s took longer than %d seconds", action, _SECONDS)
        raise GitError(action, status=None) from error
    if done.returncode:
        if message := done.stderr.strip():
            _LOG.error("git %s: %s", action, one_line(_without_secrets(message)))
        raise GitError(action, status=done.returncode)
    return done.stdout


def _environment() -> dict[str, str]:
    """That of this process, in which git must not ask anybody anything."""
    changed = {
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
        "GIT_SSH_COMMAND": os.environ.get(
            "GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=20"
        ),
    }
    own = {name: value for name, value in os.environ.items() if name not in _OF_OTHERS}
    return {**own, **changed}


_OF_OTHERS = frozenset(
    ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR")
)
"""Variables by which a git hook that runs us would point our git at its own repository."""


def _without_secrets(message: str) -> str:
    """A message of git without the users and passwords in addresses."""
    return " ".join(without_secrets(word) if "://" in word else word for word in message.split())
