"""Diffs: unified ones, also without their beginning, and those that `diff` prints by default."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile

_HUNK = re.compile(r"^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", re.MULTILINE)
"""How the lines of a unified diff begin; how many there are of the old file and of the new one."""
_AFTER_HUNK = re.compile(r"diff --git |@@ -\d|--- ")
_SHORTEST_CUT_HUNK = 20
"""Lines by which a hunk is known whose beginning and end were cut off."""
_EDIT = re.compile(r"^\d+(?:,\d+)?[acd]\d+(?:,\d+)?$", re.MULTILINE)
_EDITED_LINE = re.compile("^[<>].*", re.MULTILINE)


def without_hunks(text: str) -> str:
    """The text, the lines of unified diffs empty."""
    lines = text.split("\n")
    if (cut := _cut_hunk(lines)) or _HUNK.search(text):
        return "\n".join([*[""] * cut, *_without_hunks(lines[cut:])])
    return text


def without_edits(text: str) -> str:
    """The text, the lines empty that `diff` quotes with `<` and `>`."""
    return _EDITED_LINE.sub("", text) if _EDIT.search(text) else text


def _without_hunks(lines: Iterable[str]) -> Iterator[str]:
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
    is_whole = not follows and len(rest) >= _SHORTEST_CUT_HUNK and 2 * changed >= len(rest)
    return end if is_whole or _AFTER_HUNK.match(follows) else 0
