"""Times: what a text means, and how a moment is written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from corpus.text.timestamps import instant, iso_text, milliseconds

MOMENT = datetime(2026, 3, 12, 7, 4, 44, 744_000, tzinfo=UTC)


def test_times_become_milliseconds() -> None:
    assert milliseconds("2026-03-12T07:04:44.744Z") == 1773299084744
    assert milliseconds("2026-03-12T09:04:44.744+02:00") == 1773299084744
    assert milliseconds("1970-01-02") == 86_400_000
    assert milliseconds(None) == 0


def test_a_text_without_a_zone_is_utc() -> None:
    assert instant("2026-03-12T07:04:44.744") == MOMENT


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", " "])
def test_anything_else_is_no_time(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|month"):
        milliseconds(text)


def test_a_moment_is_written_as_documents_write_it() -> None:
    assert iso_text(MOMENT) == "2026-03-12T07:04:44.744Z"
    assert iso_text(MOMENT.replace(microsecond=0)) == "2026-03-12T07:04:44.000Z"
    there = MOMENT.astimezone(timezone(timedelta(hours=2)))
    assert iso_text(there) == "2026-03-12T09:04:44.744+02:00"
