"""Texts in which nothing failed: `python -m tests.cli.healthy [NUMBER [KIND…]]` prints of which
`fixbook run` would speak. NUMBER of texts of all kinds together: 1,000 if absent.

They are what any Debian machine has: what its programs say for `--help` (in a sandbox of
bubblewrap), its documentation, sources and logs; and what this repository has: sources, diffs, and
runs that end well. Each kind has its share, taken evenly from all that there is. Left out is what
explains errors: the articles, tests and documentation of this repository, with its examples; and
help and logs that tell of a failure.
"""

import gzip
import re
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, TypeVar

import pytest

from cli.failures.advice import advice
from cli.failures.diagnosis import local_diagnosis
from cli.failures.streams import CHUNK
from corpus.text.log_end import last_lines
from tests.cli.terminals import ROOT
from tests.relevance.measure import opened

Diagnosed = Callable[[str], dict[str, Any]]
Item = TypeVar("Item")

_SANDBOX = (
    "bwrap", "--unshare-all", "--cap-drop", "ALL", "--die-with-parent", "--new-session",
    "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run",
    "--tmpfs", str(Path.home()), "--chdir", str(Path.home()), "--setenv", "LANG", "C.UTF-8", "--",
)  # fmt: skip
_PYTHON = sys.executable
_RUNS = (
    ["git", "status"], ["git", "branch", "-av"], ["git", "shortlog", "-sn", "HEAD"],
    ["git", "log", "--stat", "-60"], ["git", "log", "--oneline", "-300"], ["git", "ls-files"],
    ["git", "fsck"], ["git", "gc", "--auto"], ["git", "diff", "--stat", "HEAD~20"],
    ["git", "check-ignore", "-v", ".venv"], ["git", "remote", "-v"], ["git", "config", "-l"],
    [_PYTHON, "-m", "pip", "list"], [_PYTHON, "-m", "pip", "check"],
    [_PYTHON, "-m", "pip", "show", "-f", "msgspec"], [_PYTHON, "-m", "pip", "debug"],
    [_PYTHON, "-m", "site"], [_PYTHON, "-m", "sysconfig"], [_PYTHON, "-m", "platform"],
    [_PYTHON, "-v", "-c", "import json"], [_PYTHON, "-m", "dis", "cli/__main__.py"],
    [_PYTHON, "-m", "ast", "cli/exit_codes.py"], [_PYTHON, "-m", "tokenize", "cli/exit_codes.py"],
    [_PYTHON, "-m", "timeit", "-v", "-n", "9", "sum(range(9))"],
    [_PYTHON, "-X", "importtime", "-c", "import email"],
    [_PYTHON, "-m", "unittest", "-v", "test.test_bool", "test.test_json"],
    [_PYTHON, "-m", "doctest", "-v", "cli/exit_codes.py"], [_PYTHON, "-m", "mypy", "--version"],
    [_PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-v", "tests/corpus/text"],
    [_PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-v", "tests/corpus/document"],
    [_PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-q", "tests/corpus/diagnosis"],
    [_PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "--fixtures", "tests/cli"],
    [_PYTHON, "-m", "ruff", "check", "--no-cache", "cli"],
    [_PYTHON, "-m", "ruff", "format", "--check", "--no-cache", "cli"],
    [_PYTHON, "-m", "ruff", "linter"],
    [_PYTHON, "-m", "cli", "check", "--strict", "content"],
    ["make", "help"], ["make", "-n", "setup"], ["make", "--version"], ["ls", "-lR", "cli"],
    ["ls", "-l", "/usr/bin"], ["find", "/etc/apt", "-ls"], ["du", "-a", "cli"], ["df", "-a"],
    ["mount"], ["ps", "-eo", "pid,stat,time,comm"], ["uname", "-a"], ["locale", "-a"], ["free"],
    ["apt-cache", "policy"], ["apt-config", "dump"], ["dpkg", "-l"], ["dpkg", "-S", "/usr/bin/env"],
    ["apt-cache", "show", "bash", "coreutils", "git"], ["apt-get", "-s", "check"],
    ["ldconfig", "-p"],
    ["cat", "/proc/cpuinfo"], ["cat", "/proc/meminfo"], ["cat", "/proc/self/status"],
    ["id"], ["strace", "ls", "/"], ["strace", "-f", "-tt", "bash", "-c", "ls / | head -3"],
    ["strace", "-c", "ls", "/"], ["git", "reflog", "-300"], ["git", "blame", "cli/exit_codes.py"],
    ["git", "grep", "-n", "No such file", ":!tests"], ["git", "grep", "-n", "errno", "corpus"],
    ["git", "help", "-a"], ["man", "bash"], ["man", "errno"], ["man", "curl"],
    [_PYTHON, "-m", "pydoc", "EXCEPTIONS"], [_PYTHON, "-m", "pydoc", "TRACEBACKS"],
    [_PYTHON, "-m", "pydoc", "CLASSES"], [_PYTHON, "-m", "pydoc", "socket"],
    [_PYTHON, "-m", "pydoc", "subprocess"], [_PYTHON, "-m", "pydoc", "errno"],
    [_PYTHON, "-m", "unittest", "-v", "test.test_exceptions", "test.test_errno"],
    [_PYTHON, "-m", "unittest", "-v", "test.test_raise", "test.test_warnings"],
    [_PYTHON, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-s", "tests/corpus/store"],
    ["grep", "-rn", "Error(", "corpus", "--include=*.py"], ["openssl", "version", "-a"],
    ["openssl", "list", "-commands"], ["gcc", "--help=warnings"], ["rustc", "--explain", "E0382"],
    ["rustc", "--explain", "E0277"], ["go", "help", "build"], ["go", "env"], ["java", "--help"],
    ["npm", "help", "install"], ["kubectl", "options"],
)  # fmt: skip


_EXPLAINS = ("content", "tests", "docs", "*.md", "*/examples.json")
"""What of this repository explains errors."""


class Text(NamedTuple):
    """What somebody sees, and where."""

    name: str
    content: bytes


def spread(items: Sequence[Item], number: int) -> list[Item]:
    """So many of them, as far apart as they can be; or all, if there are fewer."""
    number = min(number, len(items))
    return [items[at * len(items) // number] for at in range(number)]


def _output(command: Sequence[str], **options: Any) -> Text:
    """What a command writes; nothing where it does not end well, or at all."""
    try:
        ran = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            check=False, **options,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return Text(" ".join(command), b"")
    return Text(" ".join(command), b"" if ran.returncode else ran.stdout)


def _has_failed(text: Text) -> bool:
    """Whether it says that something failed: apt's history or log of a run, a program that takes
    `--help` for a file."""
    failed = rb"^(?:Error: |dpkg: error |Errors were encountered )"
    return re.search(failed, text.content, re.MULTILINE) is not None


def _runs(number: int) -> Iterator[Text]:
    for command in spread(_RUNS, number):
        yield _output(command, cwd=ROOT, timeout=300)


def _help(number: int) -> Iterator[Text]:
    """Of programs that know the option."""
    programs = sorted(file for file in Path("/usr/bin").iterdir() if file.is_file())

    def asked(program: Path) -> Text:
        said = _output([*_SANDBOX, str(program), "--help"], timeout=4)
        return Text(f"{program.name} --help", b"" if _has_failed(said) else said.content)

    with ThreadPoolExecutor(2) as threads:
        said = threads.map(asked, spread(programs, 2 * number))
        yield from spread([each for each in said if each.content.count(b"\n") > 1], number)


def _read(file: Path) -> bytes:
    """The text of a file, compressed or not; nothing where it may not be read."""
    try:
        return gzip.open(file).read() if file.suffix == ".gz" else file.read_bytes()
    except (OSError, EOFError):
        return b""


def _files(folder: Path, *patterns: str) -> list[Path]:
    found = (file for pattern in patterns for file in folder.rglob(pattern))
    return sorted({file for file in found if file.is_file()})


def _read_spread(number: int, files: Sequence[Path]) -> Iterator[Text]:
    for file in spread(files, number):
        yield Text(str(file), _read(file))


def _documentation(number: int) -> Iterator[Text]:
    """Notes, changes and licences, as the packages have them."""
    yield from _read_spread(
        number, _files(Path("/usr/share/doc"), "README*", "*.gz", "*.txt", "copyright", "NEWS*")
    )


def _library(number: int) -> Iterator[Text]:
    yield from _read_spread(number, _files(Path(sysconfig.get_path("stdlib")), "*.py"))


def _sources(number: int) -> Iterator[Text]:
    listed = _output(["git", "ls-files", *(f":!{each}" for each in _EXPLAINS)], cwd=ROOT)
    yield from _read_spread(number, [ROOT / name for name in listed.content.decode().splitlines()])


def _diffs(number: int) -> Iterator[Text]:
    """Commits, with their messages."""
    listed = subprocess.run(
        ["git", "log", "--no-merges", "--format=%h"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    for commit in spread(listed.stdout.split(), number):
        yield _output(["git", "show", commit], cwd=ROOT)


def _logs(number: int) -> Iterator[Text]:
    """Two hundred lines each: of packages, of the system, and of commits."""
    commits = _output(["git", "log", "--format=%h %an%n%B"], cwd=ROOT)
    states = [Text(str(file), _read(file)) for file in _files(Path("/var/log"), "*.log", "*.log.*")]
    packages = Text("dpkg's status", _read(Path("/var/lib/dpkg/status")))
    pieces = [
        piece
        for text in (commits, packages, *states)
        for lines in [text.content.split(b"\n")]
        for start in range(0, len(lines), 200)
        for piece in [Text(f"{text.name}:{start}", b"\n".join(lines[start : start + 200]))]
        if text is commits or not _has_failed(piece)
    ]
    yield from spread(pieces, number)


KINDS: Mapping[str, tuple[float, Callable[[int], Iterator[Text]]]] = {
    "help": (0.25, _help),
    "documentation": (0.19, _documentation),
    "library": (0.14, _library),
    "diffs": (0.13, _diffs),
    "sources": (0.10, _sources),
    "logs": (0.10, _logs),
    "runs": (0.09, _runs),
}
"""By kind: its share, and where so many come from."""


def healthy_texts(number: int, kinds: Collection[str] = KINDS) -> Iterator[tuple[str, Text]]:
    """Texts of these kinds, of all together at most so many, as `fixbook run` has them: their last
    64 KiB."""
    for kind in kinds:
        share, collected = KINDS[kind]
        for text in collected(round(share * number)):
            if text.content.strip():
                yield kind, Text(text.name, last_lines(text.content, CHUNK))


@contextmanager
def local_corpus(folder: Path) -> Iterator[Diagnosed]:
    """Asks the corpus of a data folder that was made for Tantivy, as `fixbook run` does where there
    is no server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIXBOOK_DATA_DIR", str(folder))
        patch.setenv("FIXBOOK_SEARCH_URL", "tantivy")
        yield local_diagnosis


def main(number: int, kinds: Collection[str]) -> None:
    """Prints of which texts it speaks, and how many there were."""
    asked, spoken = Counter[str](), Counter[str]()
    with (
        TemporaryDirectory() as folder,
        opened("tantivy", Path(folder)),
        local_corpus(Path(folder)) as diagnosed,
    ):
        for kind, text in healthy_texts(number, kinds):
            asked[kind] += 1
            found = diagnosed(text.content.decode("utf-8", "replace"))
            if lines := advice(found):
                spoken[kind] += 1
                match = found["matches"][0]
                at = f"{found['outcome']} {match['slug']} by line {match['line']}"
                print(f"{kind}: {text.name}: {at}\n  {lines[0]}", flush=True)
    for kind, count in asked.items():
        print(f"{kind}: speaks of {spoken[kind]} of {count}")
    print(f"all: speaks of {spoken.total()} of {asked.total()} texts in which nothing failed")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1_000, sys.argv[2:] or KINDS)
