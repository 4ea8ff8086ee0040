"""Dates of all kinds become ISO 8601."""

import pytest

from corpus.text.dates import AmbiguousDateError, iso_time


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-12", "2026-03-12T00:00:00.000Z"),
        ("20260312", "2026-03-12T00:00:00.000Z"),
        ("2026-03-12T07:04:44.744Z", "2026-03-12T07:04:44.744Z"),
        ("2026-03-12 07:04", "2026-03-12T07:04:00.000Z"),
        ("2026-03-12T07:04:44+08:00", "2026-03-12T07:04:44.000+08:00"),
        ("2026-03-12 07:04:44 +0800", "2026-03-12T07:04:44.000+08:00"),
        ("2026-03-12 07:04:44 Z", "2026-03-12T07:04:44.000Z"),
        ("11/24/2016", "2016-11-24T00:00:00.000Z"),
        ("1/1/2016", "2016-01-01T00:00:00.000Z"),
        ("1.2.2016", "2016-02-01T00:00:00.000Z"),
        ("25/12/2016", "2016-12-25T00:00:00.000Z"),
        ("2026/3/2", "2026-03-02T00:00:00.000Z"),
        ("2026.03.12", "2026-03-12T00:00:00.000Z"),
        ("25.12.2016", "2016-12-25T00:00:00.000Z"),
        ("2026年3月12日", "2026-03-12T00:00:00.000Z"),
        ("March 12, 2026", "2026-03-12T00:00:00.000Z"),
        ("12 Mar 2026", "2026-03-12T00:00:00.000Z"),
        ("Thu, 12 Mar 2026 07:04:44 GMT", "2026-03-12T07:04:44.000Z"),
        ("Thu, 12 Mar 2026 07:04:44 -0000", "2026-03-12T07:04:44.000Z"),
    ],
)
def test_a_date_is_understood(text: str, expected: str) -> None:
    assert iso_time(text) == expected


@pytest.mark.parametrize(
    "text",
    ["soon", "", "2026", "2026-02-30", "31/31/2020", "13/2026", "0/0/2020", "12:30", "1.2.3"],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the caller says what is wrong
        iso_time(text)


def test_a_date_that_may_be_two_is_not_guessed() -> None:
    with pytest.raises(AmbiguousDateError):
        iso_time("11/04/2016")
    assert iso_time("11/04/2016", month_first=True) == "2016-11-04T00:00:00.000Z"
