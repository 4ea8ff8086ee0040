"""Files that a fix changes: the author's programs that it edits, and names that it takes over.

The confirmation has to show what the author's program does that failed, also where the fix edits
it: an emptied one would be silent too. A fix may not put a program or a module of its own in the
place of one that is part of the system.
"""

import base64
import binascii
import difflib
import re
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath
from shlex import quote

from corpus.checks.checks import Check
from corpus.checks.utilities import INTERPRETERS, SHELLS
from corpus.document.fences import Step
from verify.isolation.sandbox import HOME
from verify.isolation.session import Session
from verify.masking import printable

_MOST = 500
"""Files that are looked at."""
_LISTING = (
    # Without a sandbox `/tmp` is the machine's, and what is found may be emptied.
    f'/usr/bin/find "$HOME" $([ "$HOME" = {HOME} ] && echo /tmp /dev/shm) -xdev -maxdepth 7'
    " '(' -name .git -o -name '*.pyc' -o -path /tmp/postgresql ')' -prune"
    " -o '(' -type f -o -type l ')' -size -512k -print0 2>/dev/null"
    f" | /usr/bin/head -z -n {_MOST}"
)
_LOOK = (
    f"{_LISTING} | /usr/bin/xargs -0r /usr/bin/sha256sum 2>/dev/null; "
    f"{_LISTING} | /usr/bin/xargs -0r /usr/bin/stat -c '%a %F|%n' 2>/dev/null"
)
_HASH = re.compile(r"(?P<hash>[0-9a-f]{64})  (?P<path>.+)")
_MODE = re.compile(r"(?P<mode>[0-7]+) (?P<kind>[^|]+)\|(?P<path>.+)")
_MOST_TEXTS = 4
_LARGEST_TEXT = 8_000
"""Bytes; together they have to fit into what a session keeps of an output."""
_TEXT = re.compile(r"text (?P<number>\d) (?P<base64>[A-Za-z0-9+/]*={0,2})")
_DIFF_LINES = 40
_SOURCES = (".c", ".cc", ".cpp", ".go", ".h", ".hpp", ".java", ".rs")
"""Endings of what a compiler reads."""
_PROGRAMS = (".php", ".py", ".js", ".mjs", ".cjs", ".ts", ".sh", ".bash", ".pl", ".rb", ".sql")
_STUBS = {
    ".py": "raise SystemExit(0)",
    **dict.fromkeys((".js", ".mjs", ".cjs"), "process.exit(0);"),
    **dict.fromkeys((".pl", ".rb"), "exit 0;"),
    **dict.fromkeys((".sh", ".bash", ""), "return 0 2>/dev/null || exit 0"),
}
"""The line that ends a program well, by its ending; without one it is a shell script, if any."""
_STUB = """\
stub() {
  { head -n 1 "$1" | grep '^#!'; printf '%s\\n' "$2"; sed '1{/^#!/d}' "$1"; } > /dev/shm/stub &&
  cat /dev/shm/stub > "$1" && rm /dev/shm/stub
}; true"""
_INTERPRETED = re.compile(
    rf"(?<![\w.-])(?:{'|'.join(sorted(INTERPRETERS | SHELLS))})[\d.]*(?:\s+-\w+)*\s+([\w.~/-]+)"
)
"""What a shell has an interpreter run, whatever its ending."""
_WORD = re.compile(r"[\w.+@/-]+")
_LINK = "symbolic link"
_ENTRIES = ("__init__.py", "__main__.py")
_COMMENT = r"(?:#|//|/\*).*"
_SAYS = re.compile(
    rf"{_COMMENT}|<\?php|\?>|import [\w., ]+|pass|:|true|(?:exit|return)(?: 0)?"
    r"|(?:sys\.)?exit\(0?\);?|process\.exit\(0?\);?"
    r"|(?:print|console\.log)\((?:'[^']*'|\"[^\"]*\"|[\d, ])*\);?"
    r"|(?:echo|printf)(?: (?:[\w.,:=%/\\-]+|'[^']*'|\"[^\"$`]*\"))*;?"
)
"""A line of a program that says something, or nothing, whatever else there is."""
_FIND_MODULES = """\
import sys
from importlib.util import find_spec
for name in sys.argv[1:]:
    if name.isidentifier() and find_spec(name) is not None:
        print(name)
"""
_HOOKS = frozenset({"sitecustomize", "usercustomize"})
"""Modules that Python runs before any program."""


@dataclass(frozen=True, slots=True)
class WorkFile:
    """A file as it is at one moment."""

    content: str
    """A hash; "" for a link that leads nowhere."""
    is_program: bool
    is_link: bool
    text: str | None = None
    """That of a program, or of what one is compiled from; None if it is large or one of many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixChanges:
    """What a fix did to files that matter for what it proves."""

    edited: tuple[str, ...] = ()
    """Programs of the author that were there before and are other ones now."""
    diffs: Mapping[str, str] = field(default_factory=dict)
    """How they differ, where both texts are known."""
    run: tuple[str, ...] = ()
    """Programs of the author that reproducing the error runs."""
    removed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    """Programs of the author that are nowhere any more, but for what hid a module of Python's."""
    new: tuple[str, ...] = ()
    """Files that were not there before."""
    altered: tuple[str, ...] = ()
    """Files that are other ones now."""
    kept: frozenset[str] = frozenset()
    """The names of the files that were there before, and still are."""
    made: tuple[str, ...] = ()
    """New programs that reproducing the error names."""
    replaced: tuple[str, ...] = ()
    """Programs that now say something, and do no more, unlike before."""
    taken: tuple[str, ...] = ()
    """Names of the system's programs and modules that new files have."""

    @property
    def programs(self) -> tuple[str, ...]:
        """The author's programs on which the confirmation has to depend."""
        return tuple(dict.fromkeys((*self.edited, *self.run, *self.made)))


def look(check: Check, session: Session, *, seconds: float) -> Mapping[str, WorkFile]:
    """The files in the home of a sandbox, by path; nothing where a limit ended it."""
    output = session.run(_LOOK, seconds=seconds).output
    lines = output.split("\n")
    hashes = {m["path"]: m["hash"] for m in map(_HASH.fullmatch, lines) if m}
    modes = {m["path"]: m for m in map(_MODE.fullmatch, lines) if m}
    files = {
        path: WorkFile(
            content=hashes.get(path, ""),
            is_program=path.endswith(_PROGRAMS) or _is_executable(found),
            is_link=found["kind"] == _LINK,
        )
        for path, found in modes.items()
    }
    code = _interpreted(check)
    readable = [
        path
        for path, file in files.items()
        if file.is_program or path.endswith(_SOURCES) or _name(path) in code
    ]
    readable = sorted(readable, key=lambda path: (path.count("/"), path))
    texts = _texts(readable[:_MOST_TEXTS], session, seconds=seconds)
    return {path: replace(file, text=texts.get(path)) for path, file in files.items()}


def _texts(paths: list[str], session: Session, *, seconds: float) -> Mapping[str, str]:
    """The texts of files, but for those that are too large or no text."""
    if not paths:
        return {}
    asked = "; ".join(
        f'printf "text %s %s\\n" {number} "$(/usr/bin/head -c {_LARGEST_TEXT} {quote(path)}'
        ' | /usr/bin/base64 -w 0)"'
        for number, path in enumerate(paths)
    )
    found = map(_TEXT.fullmatch, session.run(asked, seconds=seconds).output.split("\n"))
    texts = {paths[int(each["number"])]: _decoded(each["base64"]) for each in found if each}
    return {path: text for path, text in texts.items() if text is not None}


def _decoded(encoded: str) -> str | None:
    try:
        content = base64.b64decode(encoded, validate=True)
        return content.decode() if len(content) < _LARGEST_TEXT else None
    except (binascii.Error, UnicodeDecodeError):
        return None


def _diff(before: str, after: str) -> str:
    """The lines that differ, each with one before and after it; at most some of them."""
    old, new = (printable(text).splitlines() for text in (before, after))
    lines = [*difflib.unified_diff(old, new, n=1, lineterm="")][2:]  # without the names
    more = [f"[{len(lines) - _DIFF_LINES} lines]"] if len(lines) > _DIFF_LINES else []
    return "\n".join([*lines[:_DIFF_LINES], *more])


def _is_executable(found: re.Match[str]) -> bool:
    """Of links, whose mode says nothing, never."""
    return found["kind"] != _LINK and int(found["mode"], 8) & 0o111 != 0


def changes(
    before: Mapping[str, WorkFile],
    after: Mapping[str, WorkFile],
    check: Check,
    session: Session,
    *,
    seconds: float,
) -> FixChanges:
    """What became of the files while the fix ran."""
    run = _text(check, Step.REPRODUCE)
    programs = [path for path, file in before.items() if file.is_program]
    code = _interpreted(check)
    runnable = [path for path, file in before.items() if file.is_program or _name(path) in code]
    new = [path for path in after if path not in before]
    altered = [p for p in after if p in before and after[p].content != before[p].content]
    edited = [path for path in altered if before[path].is_program]
    contents = {file.content for file in after.values()}
    texts = ((path, before[path].text, after[path].text) for path in edited)
    return FixChanges(
        edited=tuple(edited),
        new=tuple(new),
        altered=tuple(altered),
        kept=frozenset(_name(path) for path in before if path in after),
        made=tuple(p for p in new if after[p].is_program and is_named(_name(p), run)),
        replaced=tuple(p for p in altered if _is_replaced(before[p].text, after[p].text)),
        diffs={
            p: _diff(old, new_) for p, old, new_ in texts if old is not None and new_ is not None
        },
        run=tuple(path for path in runnable if path in after and _is_run(path, run)),
        gone=tuple(
            path
            for path in programs
            if path not in after
            and before[path].content not in contents
            and PurePosixPath(path).stem not in sys.stdlib_module_names
        ),
        removed=tuple(path for path in programs if path not in after and _is_run(path, run)),
        taken=(
            *_modules(new, before),
            *_installed(new, session=session, seconds=seconds),
            *_commands(new, after, check, session=session, seconds=seconds),
        ),
    )


def _interpreted(check: Check) -> set[str]:
    """The names of the files that the error is reproduced with by giving them to an interpreter,
    whatever their ending."""
    return {_name(path) for path in _INTERPRETED.findall(_text(check, Step.REPRODUCE))}


def stubbing(paths: tuple[str, ...]) -> str:
    """The shell command after which programs keep their text, and do nothing; "" if none can.

    It fails where a program cannot be written.
    """
    endings = ((path, PurePosixPath(path).suffix) for path in paths)
    stubs = [f"stub {quote(path)} {quote(_STUBS[end])}" for path, end in endings if end in _STUBS]
    return " && ".join([_STUB, *stubs]) if stubs else ""


def emptying(paths: tuple[str, ...]) -> str:
    """The shell command that leaves nothing in programs, but that they can be run; "" for none."""
    return f"/usr/bin/truncate -s 0 {' '.join(map(quote, paths))}" if paths else ""


def shown(path: str) -> str:
    """A path as the author knows it: below the work folder."""
    return path.partition("/work/")[2] or path


def _is_replaced(before: str | None, after: str | None) -> bool:
    """Whether a program has nothing left but lines that say something, and few of its words."""
    if before is None or after is None:
        return False
    old, left = ([*filter(None, map(str.strip, text.splitlines()))] for text in (before, after))
    if all(map(_SAYS.fullmatch, old)) or not all(map(_SAYS.fullmatch, left)):
        return False
    if len(left) == len(old) and all(map(_is_shortened, old, left)):
        return False
    code = "\n".join(line for line in left if not re.fullmatch(_COMMENT, line))
    words, kept = (Counter(re.findall(r"\w+", text)) for text in (before, code))
    return (words & kept).total() < words.total() / 2


def _is_shortened(line: str, rest: str) -> bool:
    """Whether a line is another one of which something was taken away, or that line itself."""
    letters = iter(line)
    return all(letter in letters for letter in rest)


def _modules(new: list[str], before: Collection[str]) -> Iterator[str]:
    """New files that Python takes for one of its own modules, or for one of the author's."""
    for path in new:
        folder = PurePosixPath(path).parent
        if _name(path) in _ENTRIES and f"{folder}.py" in before:
            yield folder.name
        if path.endswith(".pth") and "/.local/lib/" in path:
            yield _name(path)
        if (name := _module(path)) in {*sys.stdlib_module_names, *_HOOKS}:
            yield name
        if PurePosixPath(path).stem in _HOOKS:
            yield PurePosixPath(path).stem


def _module(path: str) -> str:
    """The name of a module that lies in the work folder itself; "" for any other file."""
    parts = PurePosixPath(shown(path)).parts
    is_file = len(parts) == 1 and path.endswith(".py")
    is_package = len(parts) > 1 and parts[1] == "__init__.py"
    return parts[0].removesuffix(".py") if is_file or is_package else ""


def _installed(new: list[str], *, session: Session, seconds: float) -> list[str]:
    """New modules of the work folder under the names of some that are installed."""
    names = sorted({*filter(None, map(_module, new))})
    asked = f"cd / && python3 -I -c {quote(_FIND_MODULES)} {' '.join(map(quote, names))}"
    return session.run(asked, seconds=seconds).output.split("\n")[:-1] if names else []


def _commands(
    new: list[str],
    after: Mapping[str, WorkFile],
    check: Check,
    *,
    session: Session,
    seconds: float,
) -> list[str]:
    """New programs with the name of one of the system's that the check runs."""
    text = _text(check, Step.REPRODUCE) + _text(check, Step.CONFIRM)
    names = [_name(path) for path in new if after[path].is_program or after[path].is_link]
    used = [name for name in dict.fromkeys(names) if is_named(name, text)]
    asked = "; ".join(f"test -e /usr/bin/{quote(n)} && echo {quote(n)}" for n in used)
    return session.run(asked, seconds=seconds).output.split("\n")[:-1] if used else []


def _name(path: str) -> str:
    return PurePosixPath(path).name


def _text(check: Check, step: Step) -> str:
    return "\n".join(block.content for block in check.of(step) if block.file is None)


def _is_run(path: str, text: str) -> bool:
    """Whether a path stands in a text, from the work folder or from a folder in it."""
    own = f"/{shown(path)}"
    written = (f"/{word.lstrip('./')}" for word in _WORD.findall(text))
    return any(own.endswith(word) or word.endswith(own) for word in written if word != "/")


def is_named(name: str, text: str) -> bool:
    """Whether a text has a name as a word of its own."""
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) is not None
