"""Errors that were handled: what ended well, what Make ignores, and records for developers."""

import re
from collections.abc import Iterator, Sequence

from languages.loader import pattern

_LAST_LINES = 40
"""Lines at the end of a text that may call it a success."""
_LONGEST_SUMMARY = 300
"""Characters of a line that may say so."""
_ENDS_WELL = pattern("logs", "success_summaries", flags=re.MULTILINE)
_TESTS_PASSED = pattern("logs", "passed_tests", flags=re.MULTILINE)
"""The summaries of tests that passed: what they test may have printed errors."""
_ENDS_BADLY = pattern("logs", "failure_summaries", flags=re.MULTILINE)
_TELLS_ERROR = pattern("logs", "failure_lines", flags=re.MULTILINE)
_TRAILER = re.compile(r"[A-Z][a-z]{1,20}(?:-[a-z]{1,20}){0,2}-by: .{1,100}<\S{1,100}>$")
"""How the message of a commit ends."""
_IGNORED = re.compile(r"\S{0,100}make(?:\[\d+\])?: \[.{1,300}\] Error \d+ \(ignored\)$")
_DEBUG_LEVELS = ("DEBUG", "TRACE", "VERBOSE", "debug", "trace")
_DEBUG = re.compile(
    r"[^a-zA-Z]{0,40}(?:\S{1,40} {1,3}){0,2}?\[?(?:DEBUG|TRACE|VERBOSE)\b|debug\d: "
    r"|.{0,80}\[debug\]"
    r'|.{0,120}"level": ?"(?:debug|trace)"'
)
_RECORD = re.compile(r"\W{0,3}\d{2,4}[-/:.]\d\d\b|\W?(?:INFO|WARN|WARNING|ERROR|FATAL|CRITICAL)\b")
"""How a line of a log begins, which ends what belongs to the one before."""


def lines_that_ended_well(text: str, lines: Sequence[str]) -> range:
    """The places of the first lines that belong to what the text's last lines call a success: none
    where any line tells of a failure."""
    end = len(lines)
    for place in range(end - 1, max(-1, end - _LAST_LINES), -1):
        line = lines[place]
        if len(line) > _LONGEST_SUMMARY:
            continue
        if _TRAILER.match(line) and not any(lines[place + 1 :]):
            return range(end)
        tests = _TESTS_PASSED.search(line)
        if tests or _ENDS_WELL.search(line):
            is_told = _ENDS_BADLY.search(text) or (not tests and _TELLS_ERROR.search(text))
            return range(0 if is_told else place + 1)
    return range(0)


def ignored_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of what Make ignores, as it says in the next line."""
    ignored = (n for n, line in enumerate(lines) if line[-9:] == "(ignored)" and n)
    yield from (n - 1 for n in ignored if _IGNORED.match(lines[n]))


def debug_lines(text: str, lines: Sequence[str]) -> Iterator[int]:
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
