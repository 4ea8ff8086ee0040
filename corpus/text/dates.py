"""Converts dates in the formats that people use to ISO 8601."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from corpus.text.timestamps import LONGEST, instant, iso_text
from languages.loader import words

_YEAR_FIRST = re.compile(r"(\d{4})[./-](\d{1,2})[./-](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})")
_SPACED_ZONE = re.compile(r" (?=[+-]\d\d:?\d\d$|Z$)")
_IN_WORDS = words("documents", "dates")


class AmbiguousDateError(ValueError):
    """A date such as `05/03/2024`, which is May here and March there."""


def iso_time(text: str, *, month_first: bool = False) -> str:
    """ISO 8601 in milliseconds; without a time midnight, without a zone UTC.

    Raises AmbiguousDateError for what may be two days unless it is known that the month comes
    first, ValueError for what is no date.
    """
    if len(text) > LONGEST:
        raise ValueError("longer than a date is")
    moment = _iso(text) or _numbers(text, month_first=month_first) or _in_words(text) or _mail(text)
    if moment is None:
        raise ValueError(text)
    return iso_text(moment)


def _iso(text: str) -> datetime | None:
    try:
        return instant(_SPACED_ZONE.sub("", text))
    except ValueError:
        return None


def _numbers(text: str, *, month_first: bool) -> datetime | None:
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _YEAR_LAST.fullmatch(text):
        month, day, year = map(int, match.groups())
        if month > 12 or "." in text:  # nobody writes points with the month first
            month, day = day, month
        elif day <= 12 and month != day and not month_first:
            raise AmbiguousDateError(text)
    else:
        return None
    return datetime(year, month, day, tzinfo=UTC)


def _in_words(text: str) -> datetime | None:
    for form in _IN_WORDS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    return None


def _mail(text: str) -> datetime | None:
    """RFC 5322, as in feeds: `Tue, 12 Mar 2024 07:04:44 GMT`."""
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
