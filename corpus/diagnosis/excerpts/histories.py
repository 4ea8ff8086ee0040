"""Histories: logs of version control, and lists of changes."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

from languages.loader import alternatives

GRAPH = r"[*|\\/_ ]{0,24}"
"""What `git log --graph` draws before a line."""
COMMIT_HASH = rf"{GRAPH}(?!\d+ )[0-9a-f]{{7,40}} "


class _History(NamedTuple):
    """How the entries of a history are written."""

    heading: re.Pattern[str]
    entry: re.Pattern[str]
    """How each line below a heading begins."""


_HISTORIES = tuple(
    _History(re.compile(rf"^{heading}", re.MULTILINE), re.compile(entry))
    for heading, entry in (
        (  # git log
            rf"{GRAPH}commit [0-9a-f]{{7,64}}(?: \(.{{1,200}}\))?$",
            rf"{GRAPH}(?: {{4}}|(?:Author|AuthorDate|Commit|CommitDate|Date|Merge): |$)",
        ),
        (  # git blame
            r"\^?[0-9a-f]{7,40} (?:\S{1,200} +)?\(.{1,80} \d{4}-\d\d-\d\d .{1,40}\)",
            r"\^?[0-9a-f]{7,40} |$",
        ),
        # hg log
        (r"changeset: +\d{1,9}:[0-9a-f]{6,40}$", r"[a-z]{3,12}: +|$"),
        # the changelog of an RPM
        (r"\* [A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{4} .{1,200}<\S{1,100}>", r"- |  |$"),
        (  # https://keepachangelog.com
            rf"#{{2,5}} \W{{0,4}}(?:{alternatives('logs', 'changelog_headings')})\W*$",
            r"\s*[-*+] |  |$",
        ),
        # Debian Policy, 4.4
        (r"[a-z0-9][a-z0-9.+-]{1,60} \(\S{1,80}\) [\w -]{1,80}; ?urgency=", r"  | -- |$"),
        # GNU Coding Standards, 6.8
        (r"\d{4}-\d\d-\d\d  \S.{1,100}<\S{1,100}>$", r"\t| {8}|$"),
    )
)


def without_histories(text: str) -> str:
    """The text, the lines of histories empty."""
    for history in _HISTORIES:
        if history.heading.search(text):
            text = "\n".join(_without_entries(text.split("\n"), *history))
    return text


def _without_entries(
    lines: Sequence[str], heading: re.Pattern[str], entry: re.Pattern[str]
) -> Iterator[str]:
    """The lines, those of a history empty, also if it began before the first of them."""
    before = [*takewhile(lambda line: not heading.match(line), lines)]
    inside = all(map(entry.match, before[1:]))
    for line in lines:
        inside = bool(heading.match(line) or (inside and entry.match(line)))
        yield "" if inside else line
