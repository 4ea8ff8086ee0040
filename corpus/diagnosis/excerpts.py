"""What a log quotes and does not report: excerpts of files (diffs, histories, programs, manuals,
what a search found), tests that pass, traces of system calls, tables of error codes, and errors
that were handled.

Their lines become empty, so that the others keep their numbers.
"""

import errno
import os
import re
from collections.abc import Iterable, Iterator, Sequence
from http import HTTPStatus
from itertools import groupby, takewhile
from typing import NamedTuple

from corpus.diagnosis.programs import program_lines, setting_lines
from languages.loader import alternatives, pattern

_HUNK = re.compile(r"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", re.MULTILINE)
"""How the lines of a unified diff begin; how many there are of the old file and of the new one."""
_FILE = re.compile(r"diff --git |@@ -\d|--- ")
"""What follows a hunk."""
_SHORTEST_HUNK = 20
"""Lines by which a hunk is known whose beginning and end were cut off."""
_EDIT = re.compile(r"^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$", re.MULTILINE)
_EDITED = re.compile("^[<>].*", re.MULTILINE)
_DOCTEST = re.compile(
    r"^([ \t]{0,20})>>> .*\n(?:\1\.\.\. .*\n){0,20}\1Traceback \(most recent call last\):\n"
    r"[ \t]{0,20}\.\.\.\n.*",
    re.MULTILINE,
)
"""An expected traceback; a real one has frames."""
_TRAILER = re.compile(r"[A-Z][a-z]{1,20}(?:-[a-z]{1,20}){0,2}-by: .{1,100}<\S{1,100}>$")
"""How the message of a commit ends."""


class _Journal(NamedTuple):
    """How the entries of a history are written."""

    heading: re.Pattern[str]
    entry: re.Pattern[str]
    """How each line below begins."""


_GRAPH = r"[*|\\/_ ]{0,24}"
"""What `git log --graph` draws before a line."""
_HASH = rf"{_GRAPH}(?!\d+ )[0-9a-f]{{7,40}} "
_HASHED = rf"{_HASH}(?!\()"
_JOURNALS = (
    _Journal(  # git log
        re.compile(rf"^{_GRAPH}commit [0-9a-f]{{7,64}}(?: \(.{{1,200}}\))?$", re.MULTILINE),
        re.compile(rf"{_GRAPH}(?: {{4}}|(?:Author|AuthorDate|Commit|CommitDate|Date|Merge): |$)"),
    ),
    _Journal(  # git log --oneline, git reflog
        re.compile(rf"^{_HASHED}.{{1,300}}\n{_HASHED}", re.MULTILINE),
        re.compile(_HASHED),
    ),
    _Journal(  # git blame
        re.compile(
            r"^\^?[0-9a-f]{7,40} (?:\S{1,200} +)?\(.{1,80} \d{4}-\d\d-\d\d .{1,40}\)", re.MULTILINE
        ),
        re.compile(r"\^?[0-9a-f]{7,40} |$"),
    ),
    _Journal(  # hg log
        re.compile(r"^changeset: +\d{1,9}:[0-9a-f]{6,40}$", re.MULTILINE),
        re.compile(r"[a-z]{3,12}: +|$"),
    ),
    _Journal(  # the changelog of an RPM
        re.compile(
            r"^\* [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{4} .{1,200}<\S{1,100}>", re.MULTILINE
        ),
        re.compile(r"- |  |$"),
    ),
    _Journal(  # https://keepachangelog.com
        re.compile(
            rf"^#{{2,5}} \W{{0,4}}(?:{alternatives('logs', 'changelog_headings')})\W*$",
            re.MULTILINE,
        ),
        re.compile(r"\s*[-*+] |  |$"),
    ),
    _Journal(  # Debian Policy, 4.4
        re.compile(
            r"^[a-z0-9][a-z0-9.+-]{1,60} \(\S{1,80}\) [\w -]{1,80}; ?urgency=", re.MULTILINE
        ),
        re.compile(r"  | -- |$"),
    ),
    _Journal(  # GNU Coding Standards, 6.8
        re.compile(r"^\d{4}-\d\d-\d\d  \S.{1,100}<\S{1,100}>$", re.MULTILINE),
        re.compile(r"\t| {8}|$"),
    ),
)


class _List(NamedTuple):
    """What lists the lines of files or histories: several that follow each other."""

    item: re.Pattern[str]
    fewest: int


_LISTS = (
    _List(re.compile(rf"{_HASH}(?=\S)"), 2),  # git log --oneline
    # grep -n: what a compiler says has a space before it, or a column
    _List(re.compile(r"[^\s:]{1,200}:\d{1,7}:(?!\d| \S|in )."), 3),
)
_SIGNS = "=-~^*+#\"'"
"""What titles are underlined with."""
_DRAWN = frozenset(sign * 4 for sign in _SIGNS)
_UNDERLINE = re.compile(rf"([{re.escape(_SIGNS)}])\1{{3,100}}")
_INDENTED = re.compile(r"[ \t]+\S")
_MANUAL = re.compile(r"[A-Z][A-Z ]{2,40}")
_PAGE = re.compile(r"\S.{0,200} {4}\S{2,60}\(\d[a-zA-Z]{0,6}\)$")
"""The first and the last line of the page of a manual."""
_MANUAL_SECTIONS = frozenset(
    ("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "DIAGNOSTICS", "EXIT STATUS", "SEE ALSO")
)
"""Headings that only manuals have: man-pages(7)."""
_USAGE = re.compile(r"\s*usage:", re.IGNORECASE)
_OPTION = re.compile(r"\s+-{1,2}[A-Za-z]")
_FEWEST_OPTIONS = 3
"""Options that help explains, at least."""
_FENCES = ("```", "~~~")
_HEADING = re.compile(r"#{1,6} \S")
_LONG_DOCUMENT = 100
"""Lines outside of the fences of a Markdown document, from which on it is no report of an error."""

_PASSED = re.compile(
    r"\s*+(?:[✓✔√] |ok \d+\b|not ok \d+ .*# (?:TODO|SKIP)\b|- \[[ x]\] |--- (?:PASS|SKIP): )"
    r"|.*(?:\b(?:PASSED|XFAIL|SKIPPED)\b(?: +\[ *\d+%\]| \(.*\))?|\.\.\. ?(?:ok|OK|skipped.*)"
    r"| \.{3,} *Passed +[\d.]+ sec)$"
)
"""A test that passes, an item of a list of tasks."""
_CODE = re.compile(
    r"\S{1,200}:\d{1,7}:\s*+raise |\s*+(?:\S{1,200}:\d{1,7}:\s*+)?"
    r"(?:(?:throw new|return|except|catch|\}? ?else|\}? ?catch|elif|if|for|while|assert|let|const|"
    r"var|def|class|echo|printf?|console\.\w+|log(?:ger)?\.\w+)\b(?=.*[(){};=])(?!.*: .*: )"
    r"|#define |[/ ]?\*+ @|\*+/|-- |command -v |\[ -|echo ([\"']).*\1(?: >&2)?$"
    r"|set [-+]\w{1,10} \w+$"
    r"|(?:#|//|/?\*|--|;) ?(?:TODO|FIXME|XXX)\b)"
)
"""A line of a program: a keyword, and the signs that sentences do not have."""
_COMMIT = re.compile(
    r"(?:HEAD is now at|Previous HEAD position was|.{0,40}\bWIP on [^:]{1,200}:|[*+ ] .{1,200}"
    r"|pick|reword|edit|squash|fixup|drop) [0-9a-f]{7,40} |\[.{1,200} [0-9a-f]{7,40}\] |Applying: "
    r"| \S.{0,300} \| +(?:\d+ [+-]*|Bin .*)$"
    r"|\s*[-*+] .{1,400}"
    r"(?: in https://\S{1,200}/\d{1,9}|\(#\d{1,9}\)|\(\[?[0-9a-f]{7,40}\b\S*\))$"
)
"""What Git prints of a commit, what a commit changes, and an item of a list of changes."""
_IGNORED = re.compile(r"\S{0,100}make(?:\[\d+\])?: \[.{1,300}\] Error \d+ \(ignored\)$")
_SYSTEM_CALL = re.compile(r"(?:\[pid +\d+\] |\d{1,7} +)?\w{2,20}\(.*\) += -?\d+ ?(?:[A-Z]|$)")
"""As strace prints it: most that fail are tried for."""
_MEMBER = re.compile(
    r'\s+"(?!\w*(?:err|msg|message|detail|reason|stack|trace|exception|cause|output|std|log|text|title)'
    r'\w*")[\w.-]{1,80}": ?(?:".*"|\[".*"\]),?$|\s+[\w-]{1,80}: \{[\w-]{1,80}: ".*"\}$',
    re.IGNORECASE,
)
"""A member of a JSON object that is not told by its name to tell an error, or a setting in YAML."""
_ERRNO = re.compile(r"E(?<!\wE)[A-Z0-9]{3,14}\b")
_ERRNO_NAMES = frozenset(errno.errorcode.values())
_ERRNO_TEXTS = frozenset(map(os.strerror, errno.errorcode))
_STATUS = re.compile(
    rf"[45](?<!\w\d)\d\d\b\W{{1,8}}(?:{'|'.join(status.phrase for status in HTTPStatus)})\b",
    re.IGNORECASE,
)
_TABLE_OF_ERRORS = 6
"""Different errors of the operating system or of HTTP, from which on a text is a table of them."""
_DEBUG = re.compile(
    r"[^a-zA-Z]{0,40}(?:\S{1,40} {1,3}){0,2}?\[?(?:DEBUG|TRACE|VERBOSE)\b|debug\d: "
    r"|.{0,80}\[debug\]"
    r'|.{0,120}"level": ?"(?:debug|trace)"'
)
_RECORD = re.compile(r"\W{0,3}\d{2,4}[-/:.]\d\d\b|\W?(?:INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b")
"""How a line of a log begins, which ends what belongs to the one before."""
_ENDS_WELL = pattern("logs", "success_summaries", flags=re.MULTILINE)
_TESTS_PASSED = pattern("logs", "passed_tests", flags=re.MULTILINE)
"""The summaries of tests that passed: what they test may have printed errors."""
_ENDS_BADLY = pattern("logs", "failure_summaries", flags=re.MULTILINE)
_TELLS_ERROR = pattern("logs", "failure_lines", flags=re.MULTILINE)
_HANDLED = pattern("logs", "handled_errors", flags=re.IGNORECASE)


def without_excerpts(text: str) -> str:
    """The text, the lines empty that report nothing."""
    lines = (text := _without_files(text)).split("\n")
    quiet = {*_debugged(text, lines)}
    if quiet and not any(line and n not in quiet for n, line in enumerate(lines)):
        quiet.clear()
    quiet.update(_tabled(text, lines), range(_reported_well(text, lines)))
    last = lines[-_MOST_LINES:]
    start = len(lines) - len(last)
    for places in (_listed, _ignored, _documented, _fenced, program_lines, setting_lines):
        quiet.update(start + place for place in places(last))
    if not quiet:
        return text
    return "\n".join("" if place in quiet else line for place, line in enumerate(lines))


def is_quiet(line: str) -> bool:
    """Whether a line of a longer text reports no error, whatever it names: a test that passes, a
    line of a program, a system call, an error that was handled."""
    return len(line) <= _LONGEST and bool(
        _PASSED.match(line)
        or _CODE.match(line)
        or _COMMIT.match(line)
        or _MEMBER.match(line)
        or _SYSTEM_CALL.match(line)
        or _HANDLED.search(line)
    )


def _reported_well(text: str, lines: Sequence[str]) -> int:
    """How many of the first lines belong to what the text's last lines call a success: none where
    any line tells of a failure."""
    end = len(lines)
    for place in range(end - 1, max(-1, end - _LAST), -1):
        line = lines[place]
        if len(line) > _LONGEST_SUMMARY:
            continue
        if _TRAILER.match(line) and not any(lines[place + 1 :]):
            return end
        tests = _TESTS_PASSED.search(line)
        if tests or _ENDS_WELL.search(line):
            is_told = _ENDS_BADLY.search(text) or (not tests and _TELLS_ERROR.search(text))
            return 0 if is_told else place + 1
    return 0


def _listed(lines: Sequence[str]) -> Iterator[int]:
    """The places of the items of lists."""
    for item, fewest in _LISTS:
        is_item = [item.match(line) is not None for line in lines]
        for matches, run in groupby(range(len(lines)), key=is_item.__getitem__):
            if matches and len(places := [*run]) >= fewest:
                yield from places


def _ignored(lines: Sequence[str]) -> Iterator[int]:
    """The places of what Make ignores, as it says in the next line."""
    ignored = (n for n, line in enumerate(lines) if line[-9:] == "(ignored)" and n)
    yield from (n - 1 for n in ignored if _IGNORED.match(lines[n]))


def _documented(lines: Sequence[str]) -> Iterator[int]:
    """The places of the examples of a manual, of help, or of a text with underlined titles."""
    yield from (n for n, line in enumerate(lines) if line[-1:] == ")" and _PAGE.match(line))
    for headings in (_manual_headings, _underlined_titles, _usages):
        if places := headings(lines):
            yield from (n for n in range(places[0], len(lines)) if _INDENTED.match(lines[n]))
            return


def _manual_headings(lines: Sequence[str]) -> Sequence[int]:
    if _MANUAL_SECTIONS.isdisjoint(lines):
        return ()
    found = [n for n, line in enumerate(lines) if line[:1].isupper() and _MANUAL.fullmatch(line)]
    return found if len(found) > 1 else ()


def _underlined_titles(lines: Sequence[str]) -> Sequence[int]:
    drawn = (n for n, line in enumerate(lines) if n and line[:4] in _DRAWN)
    found = [n - 1 for n in drawn if _is_underlined(lines[n - 1], lines[n])]
    return found if len(found) > 1 else ()


def _usages(lines: Sequence[str]) -> Sequence[int]:
    found = [n for n, line in enumerate(lines) if "sage:" in line and _USAGE.match(line)]
    options = sum(map(bool, map(_OPTION.match, lines))) if found else 0
    return found if options >= _FEWEST_OPTIONS else ()


def _fenced(lines: Sequence[str]) -> Iterator[int]:
    """The places of what stands in the fences of a long Markdown document."""
    fences = [n for n, line in enumerate(lines) if line.lstrip(" ")[:3] in _FENCES]
    if not fences:
        return
    pairs = zip(fences[::2], fences[1::2], strict=False)
    inside = {place for first, last in pairs for place in range(first, last)}
    outside = [line for place, line in enumerate(lines) if line and place not in inside]
    headings = sum(_HEADING.match(line) is not None for line in outside)
    if headings > 4 and len(outside) >= _LONG_DOCUMENT:
        yield from inside


def _is_underlined(title: str, line: str) -> bool:
    """Whether a line underlines a title."""
    is_title = bool(title[:1].strip()) and len(title.rstrip()) == len(line.rstrip())
    return is_title and bool(_UNDERLINE.fullmatch(line.rstrip()) and not _UNDERLINE.match(title))


def _debugged(text: str, lines: Sequence[str]) -> Iterator[int]:
    """The places of records for developers, with the traces in them that others follow."""
    if not any(level in text for level in _DEBUG_LEVELS):
        return
    trace: list[int] | None = None
    for place, line in enumerate(lines):
        if _DEBUG.match(line):
            yield place
            yield from trace or ()
            trace = []
        elif trace is not None and _RECORD.match(line):
            yield from trace
            trace = None
        elif trace is not None:
            trace.append(place)


def _tabled(text: str, lines: Sequence[str]) -> Iterator[int]:
    """The places of the lines of a table of errors of the operating system, or of HTTP."""
    if len({status.casefold() for status in _STATUS.findall(text)}) >= _TABLE_OF_ERRORS:
        yield from (place for place, line in enumerate(lines) if _STATUS.search(line))
    bare = [line.strip(_AROUND) for line in lines]
    names = _ERRNO_NAMES.intersection(_ERRNO.findall(text))
    if len(names) + len(_ERRNO_TEXTS.intersection(bare)) < _TABLE_OF_ERRORS:
        return
    for place, line in enumerate(lines):
        if bare[place] in _ERRNO_TEXTS or not names.isdisjoint(_ERRNO.findall(line)):
            yield place


_MOST_LINES = 2_000
"""Lines at the end of a text in which lists, documents and programs are looked for."""
_LAST = 40
"""Lines at the end of a text that may call it a success."""
_LONGEST_SUMMARY = 300
"""Characters of a line that may say so."""
_DEBUG_LEVELS = ("DEBUG", "TRACE", "VERBOSE", "debug", "trace")
_LONGEST = 1_000
"""Characters of a line that may be quiet."""
_AROUND = " \t0123456789:,;|\"'"
"""What stands around an error in a table."""


def _without_files(text: str) -> str:
    """The text, the lines of files empty."""
    lines = text.split("\n")
    if (cut := _cut_hunk(lines)) or _HUNK.search(text):
        text = "\n".join([*[""] * cut, *_without_hunks(lines[cut:])])
    for journal in _JOURNALS:
        if journal.heading.search(text):
            text = "\n".join(_without_entries(text.split("\n"), journal))
    if _EDIT.search(text):
        text = _EDITED.sub("", text)
    if ">>> " in text:
        text = _DOCTEST.sub(lambda match: "\n" * match[0].count("\n"), text)
    return text


def _without_hunks(lines: Iterable[str]) -> Iterator[str]:
    """The lines, those of unified diffs empty."""
    old = new = 0
    for line in lines:
        if header := _HUNK.match(line):
            old, new = (int(number or 1) for number in header.groups())
            yield ""
        elif (old > 0 or new > 0) and line[:1] in " +-\\":
            old -= line[:1] in " -"
            new -= line[:1] in " +"
            yield ""
        else:
            old = new = 0
            yield line


def _cut_hunk(lines: Sequence[str]) -> int:
    """How many of the first lines are those of a hunk whose header was cut off, as in the end of
    a long diff; the first line may have lost its beginning."""
    if len(lines) < 2 or lines[1][:1] not in (" ", "+", "-"):
        return 0
    rest = [*takewhile(lambda line: line[:1] in (" ", "+", "-", "\\"), lines[1:])]
    end = 1 + len(rest)
    follows = next((line for line in lines[end:] if line), "")
    changed = sum(line[0] in "+-" for line in rest)
    is_whole = not follows and len(rest) >= _SHORTEST_HUNK and 2 * changed >= len(rest)
    return end if is_whole or _FILE.match(follows) else 0


def _without_entries(lines: Sequence[str], journal: _Journal) -> Iterator[str]:
    """The lines, those of a history empty, also if it began before the first of them."""
    before = [*takewhile(lambda line: not journal.heading.match(line), lines)]
    inside = all(journal.entry.match(line) for line in before[1:])
    for line in lines:
        inside = journal.heading.match(line) is not None or (
            inside and journal.entry.match(line) is not None
        )
        yield "" if inside else line
