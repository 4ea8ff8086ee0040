"""Interpreters: what runs a block, and which version of it is there."""

import re
import shlex
from collections.abc import Iterable, Mapping

from corpus.checks.checks import Block, Check
from corpus.document.fences import Language
from corpus.document.requirements import ToolRequirement, read_requirement
from verify.fixes.ablation import shell_commands
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Sandbox
from verify.isolation.session import Session

_SQLITE = """
import re, sqlite3, sys
connection = sqlite3.connect("check.db", isolation_level=None)
statement = ""
for piece in re.split("(?<=;)", sys.argv[1]):
    statement += piece
    if sqlite3.complete_statement(statement):
        for row in connection.execute(statement):
            print(*("NULL" if value is None else value for value in row), sep="|")
        statement = ""
if statement.strip():
    connection.execute(statement)
"""
"""Runs its argument statement by statement; errors look as they do in Python."""

_POSTGRESQL = 'printf %s "$1" | psql -X -q -A -t -v ON_ERROR_STOP=1 -h /tmp -U user postgres'
"""From standard input, because with `-f` each message would begin with a file name."""

_START_POSTGRESQL = """
PATH="$PATH:$(ls -d /usr/lib/postgresql/*/bin /usr/pgsql-*/bin 2>/dev/null | sort -V | tail -1)"
initdb -D /tmp/postgresql -A trust -U user -E UTF8 --no-locale --no-sync --wal-segsize=1 &&
pg_ctl -D /tmp/postgresql -w -t 20 -l /tmp/postgresql.log start -o "-c fsync=off \\
-c listen_addresses= -c unix_socket_directories=/tmp -c shared_buffers=16MB \\
-c max_wal_size=16MB -c min_wal_size=2MB"
"""
"""A server of its own in each sandbox: no database of this machine is ever touched."""

_COMMANDS: Mapping[Language, tuple[str, ...]] = {
    Language.SH: ("sh", "-e", "-c"),
    Language.BASH: ("bash", "-e", "-o", "pipefail", "-c"),
    Language.PYTHON: ("python3", "-c"),
    Language.NODE: ("node", "-e"),
    Language.SQLITE: ("python3", "-c", _SQLITE),
    Language.POSTGRESQL: ("sh", "-c", _POSTGRESQL, "sh"),
}
_VERSIONS: Mapping[str, str] = {
    "postgresql": "PATH=$PATH:$(echo /usr/lib/postgresql/*/bin /usr/pgsql-*/bin | tr ' ' :); "
    "command -v initdb >/dev/null && command -v psql >/dev/null && postgres --version",
    "sqlite": "python3 -c 'import sqlite3; print(sqlite3.sqlite_version)'",
    "sh": 'basename "$(readlink -f "$(command -v sh)")"',
    "go": "go version",
    "kubectl": "kubectl version --client",
    "nginx": "nginx -v",
    "openssl": "openssl version",
    "pip": "pip3 --version",
    "python": "python3 --version",
    **dict.fromkeys(("ssh", "ssh-add", "ssh-agent", "ssh-keygen", "ssh-keyscan"), "ssh -V"),
}
"""How to ask for a version where `NAME --version` is not the way."""
_MODULE = "python3-"
"""How the names of Python modules begin, as Debian calls their packages."""
_PIPE = re.compile(r"(?<!\|)\|(?!\|)")
_FOLDERS = "PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin"
"""Steps may name these, though they are in nobody's PATH."""
_CANONICAL = re.compile(r"(?P<name>python|pip)3?(?:\.\d+)?")
"""Names under which the system has one program more than once."""
_VERSION = re.compile(r"(?<!\d)\d++(?:\.\d++)++[\w.+-]*+")


class Runtimes:
    """The programs of a place and their versions, each asked for in a sandbox of its own: one that
    hangs or is killed makes only itself missing."""

    def __init__(self, sandbox: Sandbox, limits: ResourceLimits) -> None:
        self._sandbox = sandbox
        self._limits = limits
        self._versions: dict[str, str | None] = {}

    def version(self, name: str) -> str | None:
        """The version of an interpreter or a program, `unknown` if it does not tell; None where it
        is not there."""
        if name not in self._versions:
            with self._sandbox.shell() as shell:
                told = Session(shell, self._limits).run(_question(name), seconds=10)
            self._versions[name] = _version(told.output) if told.status == 0 else None
        return self._versions[name]

    def of(self, check: Check, commands: Iterable[str]) -> dict[str, str]:
        """The versions of what a check asks for and of the programs that it executed, by name."""
        needed = (each.program for each in _needed(check).values())
        names = {canonical(name) for name in (*check.languages, *needed, *commands)}
        found = {name: self.version(name) for name in sorted(names)}
        return {name: version for name, version in found.items() if version is not None}

    def missing(self, check: Check) -> list[str]:
        """What a check needs and is not there."""
        unmet = [name for name, needed in _needed(check).items() if not self._has(needed)]
        absent = [str(language) for language in check.languages if not self.version(language)]
        return sorted({*absent, *unmet})

    def _has(self, needed: ToolRequirement) -> bool:
        version = self.version(needed.program)
        return version is not None and needed.is_met_by(version)


def _needed(check: Check) -> dict[str, ToolRequirement]:
    """The programs that a check asks for, by its words for them."""
    read = {text: read_requirement(text) for text in check.needs}
    return {text: needed for text, needed in read.items() if needed}


def command(block: Block) -> str:
    """The shell command that runs a block, or writes its file."""
    if block.language is not None:
        return shlex.join([*_COMMANDS[block.language], block.content])
    path = shlex.quote(f"./{block.file}")
    return f'mkdir -p "$(dirname {path})" && printf %s {shlex.quote(block.content)} > {path}'


def ends_in_pipe(block: Block) -> bool:
    """Whether the one pipe of a block in bash is its end, so that its readers tell how it went."""
    *_, last = [*shell_commands(block.content)] or [""]
    is_only = len(_PIPE.findall(block.content)) == 1
    return block.language is Language.BASH and is_only and _PIPE.search(last) is not None


def preparation(check: Check) -> str | None:
    """What must be running before the first step, as a shell command."""
    return _START_POSTGRESQL if Language.POSTGRESQL in check.languages else None


def canonical(name: str) -> str:
    """The name under which versions are kept: `python` for `python3.11`."""
    found = _CANONICAL.fullmatch(name)
    return found["name"] if found else name


def _question(name: str) -> str:
    """The shell command that succeeds where a program, a Python module or a Debian package is
    there, and may print its version."""
    known = _VERSIONS.get(name)
    if name.startswith(_MODULE):
        module = name.removeprefix(_MODULE)
        show = "import importlib, sys; print(importlib.import_module(sys.argv[1]).__version__)"
        known = f"python3 -c {shlex.quote(show)} {shlex.quote(module)}"
    program = shlex.quote(name)
    asked = known or (
        f"if command -v {program} >/dev/null; then {program} --version 2>&1 || true; "
        f"else {_package(name)}; fi"
    )
    return f"{_FOLDERS}\n{asked}"


def _package(name: str) -> str:
    """The shell command that succeeds where a Debian package is installed, which need not have a
    program, and prints its version. Nothing else of the database of packages is there to be read.
    """
    folder = shlex.quote(f"/usr/share/doc/{name}")
    return (
        f"test -e {folder} && {{ zcat -f {folder}/changelog.Debian.gz 2>/dev/null"
        " | head -n 1 || true; }"
    )


def _version(output: str) -> str:
    found = _VERSION.search(output)
    words = output.split()
    return found.group() if found else words[0] if len(words) == 1 else "unknown"
