"""Where code stands in Markdown as it is written: spans of a line, and fenced lines."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

_LINE = re.compile(r"[^\r\n]+")
_BACKTICKS = re.compile("`+")
_FENCE = re.compile(r"[ \t>]*(?:(?:[-*+]|\d{1,3}[.)])[ \t]+)?(?P<mark>`{3,}+|~{3,}+)(?P<info>.*)")


def code_spans(text: str) -> Iterator[tuple[int, int]]:
    """From backticks to as many backticks on the same line.

    One pattern for that would go to the end of the line for each that is not closed.
    """
    for line in _LINE.finditer(text):
        runs = [run.span() for run in _BACKTICKS.finditer(text, *line.span())]
        closing = _next_of_the_same_length(runs)
        at = 0
        while at < len(runs):
            last = closing[at]
            if last is not None:
                yield runs[at][0], runs[last][1]
            at = at + 1 if last is None else last + 1


def _next_of_the_same_length(runs: Sequence[tuple[int, int]]) -> dict[int, int | None]:
    closing: dict[int, int | None] = {}
    following: dict[int, int] = {}
    for at in reversed(range(len(runs))):
        length = runs[at][1] - runs[at][0]
        closing[at] = following.get(length)
        following[length] = at
    return closing


def holds(spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether a place is in one of some spans, which are in order."""
    before = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return before >= 0 and at < spans[before][1]


def fenced_lines(lines: Sequence[str]) -> list[bool]:
    """Which lines are fences or between them, however far they are indented or quoted."""
    fenced, mark = [], ""
    for line in lines:
        match = _FENCE.fullmatch(line)
        was_open = bool(mark)
        if match and not mark and not (match["mark"][0] == "`" and "`" in match["info"]):
            mark = match["mark"]
        elif match and mark and match["mark"].startswith(mark) and not match["info"].strip():
            mark = ""
        fenced.append(was_open or bool(mark))
    return fenced
