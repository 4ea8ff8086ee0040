"""Which lines of a text are excerpts: they become empty, so that the others keep their numbers."""

from collections.abc import Sequence

from corpus.diagnosis.excerpts.diffs import without_edits, without_hunks
from corpus.diagnosis.excerpts.documents import example_lines, fenced_lines, without_doctests
from corpus.diagnosis.excerpts.handled_errors import (
    debug_lines,
    ignored_lines,
    lines_that_ended_well,
)
from corpus.diagnosis.excerpts.histories import without_histories
from corpus.diagnosis.excerpts.listings import error_table_lines, listed_lines
from corpus.diagnosis.excerpts.programs import program_lines, setting_lines

_MOST_LINES = 2_000
"""Lines at the end of a text in which listings, documents and programs are looked for."""


def without_excerpts(text: str) -> str:
    """The text, the lines empty that report nothing."""
    for without in (without_hunks, without_histories, without_edits, without_doctests):
        text = without(text)
    lines = text.split("\n")
    quiet = _quiet_lines(text, lines)
    if not quiet:
        return text
    return "\n".join("" if place in quiet else line for place, line in enumerate(lines))


def _quiet_lines(text: str, lines: Sequence[str]) -> set[int]:
    quiet = {*debug_lines(text, lines)}
    if quiet and not any(line and n not in quiet for n, line in enumerate(lines)):
        quiet.clear()  # nothing else is left to be read
    quiet.update(error_table_lines(text, lines), lines_that_ended_well(text, lines))
    last = lines[-_MOST_LINES:]
    start = len(lines) - len(last)
    for places in (
        listed_lines,
        ignored_lines,
        example_lines,
        fenced_lines,
        program_lines,
        setting_lines,
    ):
        quiet.update(start + place for place in places(last))
    return quiet
