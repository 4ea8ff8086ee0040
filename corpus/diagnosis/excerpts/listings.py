"""Listings: one-line histories, what a search in files found, and tables of error codes."""

import errno
import os
import re
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from itertools import groupby
from typing import NamedTuple

from corpus.diagnosis.excerpts.histories import COMMIT_HASH


class _Listing(NamedTuple):
    """What lists the lines of files or histories: several that follow each other."""

    item: re.Pattern[str]
    fewest: int


_LISTINGS = (
    _Listing(re.compile(rf"{COMMIT_HASH}(?=\S)"), 2),  # git log --oneline
    # grep -n: what a compiler says has a space before it, or a column
    _Listing(re.compile(r"[^\s:]{1,200}:\d{1,7}:(?!\d| \S|in )."), 3),
)
_ERRNO = re.compile(r"E(?<!\wE)[A-Z0-9]{3,14}\b")
_ERRNO_NAMES = frozenset(errno.errorcode.values())
_ERRNO_TEXTS = frozenset(map(os.strerror, errno.errorcode))
_AROUND = " \t0123456789:,;|\"'"
"""What stands around an error in a table."""
_STATUS = re.compile(
    rf"[45](?<!\w\d)\d\d\b\W{{1,8}}(?:{'|'.join(status.phrase for status in HTTPStatus)})\b",
    re.IGNORECASE,
)
_FEWEST_ERRORS = 6
"""Different errors of the operating system or of HTTP, from which on a text is a table of them."""


def listed_lines(lines: Sequence[str]) -> Iterator[int]:
    """The places of the items of listings."""
    for item, fewest in _LISTINGS:
        is_item = [item.match(line) is not None for line in lines]
        for matches, run in groupby(range(len(lines)), key=is_item.__getitem__):
            if matches and len(places := [*run]) >= fewest:
                yield from places


def error_table_lines(text: str, lines: Sequence[str]) -> Iterator[int]:
    """The places of the lines of a table of errors of the operating system, or of HTTP."""
    if len({status.casefold() for status in _STATUS.findall(text)}) >= _FEWEST_ERRORS:
        yield from (place for place, line in enumerate(lines) if _STATUS.search(line))
    bare = [line.strip(_AROUND) for line in lines]
    names = _ERRNO_NAMES.intersection(_ERRNO.findall(text))
    if len(names) + len(_ERRNO_TEXTS.intersection(bare)) < _FEWEST_ERRORS:
        return
    for place, line in enumerate(lines):
        if bare[place] in _ERRNO_TEXTS or not names.isdisjoint(_ERRNO.findall(line)):
            yield place
