"""Excerpts of files in a log, which report nothing: of diffs, of changelogs and histories, and the
expected tracebacks of doctests.

Their lines become empty, so that the others keep their numbers.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

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


class _Journal(NamedTuple):
    """How the entries of a history are written."""

    heading: re.Pattern[str]
    entry: re.Pattern[str]
    """How each line below begins."""


_JOURNALS = (
    _Journal(  # git log
        re.compile(r"^commit [0-9a-f]{7,64}(?: \(.{1,200}\))?$", re.MULTILINE),
        re.compile(r" {4}|(?:Author|AuthorDate|Commit|CommitDate|Date|Merge): |$"),
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


def without_excerpts(text: str) -> str:
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
