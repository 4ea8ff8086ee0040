"""The clock of the machine jumps while it serves: nobody is kept out, and nothing old is shown.

libfaketime (Debian: libfaketime) tells the server another time whenever the test wants; what
only ever goes on, the monotonic clock, it leaves alone, as a jump of a real clock does.
"""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.api.process import PATH, get
from tests.conftest import settings_in
from tests.faults.reader import asking, until
from tests.faults.service import Service, serving

LIBRARY = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
DAY = 86_400
JUMPS = (-30, DAY, -400 * DAY, 400 * DAY, 0)
"""Seconds from the right time."""

pytestmark = pytest.mark.skipif(LIBRARY is None, reason="libfaketime is not installed")


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file that says how wrong the clock of the server is."""
    file = tmp_path_factory.mktemp("clock") / "offset"
    file.write_text("+0")
    return file


@pytest.fixture(scope="module")
def service(clock: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A server with a limit that is far from reached, if time goes on."""
    more = {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "NO_FAKE_STAT": "1",
        "FIXBOOK_RATE_LIMIT": "1000/second",
    }
    settings = settings_in(tmp_path_factory.mktemp("service"))
    with serving(settings, ingest=True, **more) as started:
        yield started


def jump(clock: Path, seconds: int) -> None:
    aside = clock.with_name("aside")
    aside.write_text(f"{seconds:+d}")
    aside.replace(clock)


def shown_time(service: Service) -> float:
    """Seconds from the right time, by what the server says."""
    stamp = json.loads(get(service.port, "/api/health")[2])["timestamp"]
    moment = time.strptime(stamp[:19], "%Y-%m-%dT%H:%M:%S")
    return time.mktime(moment) - time.mktime(time.gmtime())


def test_the_clock_jumps(service: Service, clock: Path) -> None:
    reader, other = service.reader(), service.reader()
    with asking(other):
        for edition, seconds in enumerate(JUMPS, start=2):
            jump(clock, seconds)
            until(lambda: abs(shown_time(service) - seconds) < 5)  # noqa: B023
            assert reader.well()
            reader.editions = [edition - 1, edition]
            other.editions = reader.editions
            service.publish(edition)  # by that clock
            reader.editions = [edition]
            assert reader.well()
    assert reader.wrong + other.wrong == []
    assert set(other.statuses) == {200}


def test_what_was_kept_is_good_after_a_jump(service: Service, clock: Path) -> None:
    jump(clock, 0)
    until(lambda: abs(shown_time(service)) < 5)
    _, headers, _ = get(service.port, PATH)
    for seconds in (-DAY, DAY):
        jump(clock, seconds)
        until(lambda: abs(shown_time(service) - seconds) < 5)  # noqa: B023
        assert get(service.port, PATH, If_None_Match=headers["etag"])[0] == 304
    jump(clock, 0)
