"""Whether what printed the error runs again with the fix, as it is, and comes to something else.

A fix may edit a program of the author's. It may not make that the program is never reached, is
another one, is ended before it can fail, or fails out of sight.
"""

import re
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import PurePosixPath

from corpus.checks.utilities import INTERPRETERS, SHELLS
from verify.fixes.work_files import FixChanges
from verify.isolation.tracer import Process

_SYSTEM = ("/usr/", "/bin/", "/sbin/", "/opt/")
_PARTS = ("/usr/lib/", "/usr/libexec/", "/lib/")
"""Where a program has others that only it starts: git its `git-remote-https`, gcc its `cc1`."""
_INLINE = re.compile(r"-[a-zA-Z]*[cemp]|--eval|--print")
"""What says that code or a module follows, and no file."""
_NO_OPERATION = frozenset({"echo", "false", "printf", "true"})
_DATA = re.compile(r"\bdata:")
"""How Node.js is given code in a variable."""
_MODULES = "PYTHONPATH"


def complaint(
    failed: Iterable[Process], again: Sequence[Process], changes: FixChanges, script: str
) -> str:
    """What is wrong with how the programs that `failed` ran `again`, in words; "" if nothing is.

    What stands in the `script` that reproduces the error has to run with the same arguments.
    """
    for process in failed:
        name = process.program.name
        callers = (_same(each, again, changes) for each in _with_callers(process))
        same = next(filter(None, callers), [])
        is_language = _language(process) in INTERPRETERS
        if not same and (is_language or not changes.edited):
            return f"{name}, which failed, did not run with the fix"
        if same and (is_language or not changes.edited) and all(_fails_as(*each) for each in same):
            return f"{name}, which failed, fails with the fix as it did without"
        if _stands_in(process, script) and not _with_its_arguments(process, again):
            return f"{name}, which failed, ran with other arguments with the fix"
    return ""


def _with_callers(process: Process) -> Iterator[Process]:
    """A process and, while it is only a part of another program, what started it."""
    yield process
    while process.parent is not None and process.program.executable.startswith(_PARTS):
        process = process.parent
        yield process


def _whole(process: Process) -> Process:
    """A process, or the other program of which it is only a part."""
    whole = process
    for caller in _with_callers(process):
        if _language(caller) in INTERPRETERS | SHELLS:
            break
        whole = caller
    return whole


def _same(
    process: Process, again: Sequence[Process], changes: FixChanges
) -> list[tuple[Process, Process]]:
    """What ran the program of a process again, each with that process: with its arguments, if any
    did."""
    same = [each for each in again if _is_same(each, process, changes)]
    return [(each, process) for each in _with_its_arguments(process, same) or same]


def _with_its_arguments(process: Process, again: Iterable[Process]) -> list[Process]:
    return [each for each in again if _words(each) == _words(process)]


def _words(process: Process) -> tuple[str, ...]:
    """A process as it was called: a script, whatever its interpreter."""
    words, file = process.arguments, process.program.file
    return words[words.index(file) :] if process.program.is_script and file in words else words


def _stands_in(process: Process, script: str) -> bool:
    """Whether a shell script has the command of a process as it was called."""
    command = r"\s+".join(map(re.escape, _words(process)))
    return (
        re.search(rf"(?<![\w./-]){command}(?=\s*(?:$|[;|&)<>]|\d>))", script, re.MULTILINE)
        is not None
    )


def has_run(process: Process, processes: Iterable[Process]) -> bool:
    """Whether the program of a process was executed by one of others, and is not a server from
    before."""
    return any(_place(each) == _place(process) for each in processes)


def times_run(failed: Iterable[Process], ran: Sequence[Process], changes: FixChanges) -> int:
    """How often what `failed` is among what `ran`: with the same arguments, or from one file."""
    return max((sum(_is_one(each, one, changes) for each in ran) for one in failed), default=0)


def _is_one(process: Process, other: Process, changes: FixChanges) -> bool:
    file = _file(other, changes.kept)
    return process.arguments == other.arguments or (
        bool(file) and _file(process, changes.kept) == file
    )


def stand_ins(
    again: Iterable[Process], changes: FixChanges, commands: Collection[str]
) -> Iterator[str]:
    """The names of programs in whose place, or into which, the fix has something of its own run;
    `commands` are those of the system that ran without it."""
    new = {PurePosixPath(path).name for path in changes.new}
    for process in again:
        program = process.program
        name, executable = PurePosixPath(program.file).name, PurePosixPath(program.executable).name
        if executable in _NO_OPERATION and name != executable:
            yield name
        is_own = program.is_script or not program.executable.startswith(_SYSTEM)
        if name in new & {*commands} and is_own and not program.file.startswith(_SYSTEM):
            yield name
        for variable, value in process.loading.items():
            if _DATA.search(value) or any(
                _is_loaded(PurePosixPath(path), variable, value) for path in changes.new
            ):
                yield variable


def _is_loaded(path: PurePosixPath, variable: str, value: str) -> bool:
    """Whether a program loads a file because a variable says so."""
    if variable != _MODULES:
        return _has_name(value, path.stem)
    return path.stem in sys.stdlib_module_names and _has_name(value, path.parent.name)


def _has_name(value: str, name: str) -> bool:
    return re.search(rf"(?:(?<![\w-])|(?<=-[MIr])){re.escape(name)}(?![\w-])", value) is not None


def _is_same(process: Process, other: Process, changes: FixChanges) -> bool:
    """Whether two processes ran one program: also one file, where the fix edits no program."""
    if _place(process) != _place(other):
        return False
    wanted = "" if changes.edited else _file(other, changes.kept)
    return not wanted or _file(process, changes.kept) == wanted


def _fails_as(process: Process, other: Process) -> bool:
    """Whether a process failed like another one, or was killed before it could. How a part of
    another program ends, only that knows: apt interrupts its `https` whatever that did."""
    process, other = _whole(process), _whole(other)
    is_killed = process.status is not None and process.status < 0
    alike = process.status == other.status or (is_killed and process.seconds < other.seconds)
    return bool(other.status) and alike


def _place(process: Process) -> str:
    """Where a program is, but for its version and for folders that are new each time; one file may
    be several programs, by the names under which it is called.
    """
    path = process.program.executable.rstrip("0123456789.")
    place = path if path.startswith(_SYSTEM) else PurePosixPath(path).name
    is_language = _language(process) in INTERPRETERS | SHELLS
    return place if is_language else f"{place} {process.program.name}"


def _language(process: Process) -> str:
    """The name of the interpreter that a process is: `python3` for `python3.11`."""
    name = PurePosixPath(process.program.executable).name
    return "python3" if name.startswith("python3") else name


def _file(process: Process, kept: Collection[str]) -> str:
    """The name of the file that an interpreter runs; "" for code, and for what is not `kept`."""
    if process.program.is_script:
        return PurePosixPath(process.program.file).name
    if _language(process) not in INTERPRETERS | SHELLS:
        return ""
    for argument in process.arguments[1:]:
        if _INLINE.fullmatch(argument):
            return ""
        if (name := PurePosixPath(argument).name) in kept:
            return name
    return ""
