"""Changing a text where it is no code."""

import re
from collections.abc import Callable
from itertools import accumulate

from corpus.document.code_spans import code_spans, fenced_lines, holds

Change = Callable[[re.Match[str]], str]
_NEAR = 200
"""Characters in which a line has to begin and end, for one may be as long as a file."""


def code_in(text: str) -> list[tuple[int, int]]:
    """The fenced blocks and the spans of code of a text, in order."""
    lines = text.split("\n")
    starts = [0, *accumulate(len(line) + 1 for line in lines)]
    fenced = fenced_lines(lines)
    blocks = [
        (starts[at], starts[at] + len(line)) for at, line in enumerate(lines) if fenced[at] and line
    ]
    spans = [span for span in code_spans(text) if not holds(blocks, span[0])]
    return sorted([*blocks, *spans])


def substitute(pattern: re.Pattern[str], change: Change, text: str) -> str:
    """The text with each match outside of code changed; lines stay as many as they are."""
    if pattern.search(text) is None:
        return text
    code = code_in(text)

    def changed(match: re.Match[str]) -> str:
        if holds(code, match.start()):
            return match[0]
        new = change(match)
        return new + "\n" * (match[0].count("\n") - new.count("\n"))

    return pattern.sub(changed, text)


def is_alone(text: str, start: int, end: int) -> bool:
    """Whether nothing else is on the lines of a part of a text."""
    before, after = text[max(start - _NEAR, 0) : start], text[end : end + _NEAR]
    begins = start <= _NEAR or "\n" in before
    ends = end + _NEAR >= len(text) or "\n" in after
    left, right = before.rpartition("\n")[2], after.partition("\n")[0]
    return begins and ends and not left.strip() and not right.strip()
