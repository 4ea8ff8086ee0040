"""Second readings: what parts of a log's lines say, and lines that tell nothing."""

import pytest

from corpus.diagnosis.candidates import (
    closes_every_log,
    observe,
    second_readings,
    wraps_another,
)


def _again(log: str) -> list[str]:
    return [seen.signature.text for seen in second_readings(observe(log))]


def test_lines_that_a_narrow_window_broke_are_read_as_one() -> None:
    whole = "cannot find the valve at position 4 of 9"
    assert whole in _again("error: cannot find\nthe valve at position\n4 of 9\n")


def test_the_end_of_a_message_longer_than_its_signature_is_read() -> None:
    log = f"error: cannot mount {'/a' * 250}: flags: not a directory"
    assert _again(log)[-1] == "not a directory"


def test_what_an_older_runc_quotes_as_the_cause_is_read() -> None:
    log = r'error: init "mounting \\\"/a\\\" caused \\\"not a directory\\\"\""'
    assert _again(log)[-1] == "not a directory"


@pytest.mark.parametrize(
    "line",
    [
        "exit code: 1",
        ", error: exit status 1",
        "errno 1",
        "errno: -13,",
        "*** [2.7] Error 2",
        "failed to push some refs to 'x'",
    ],
)
def test_any_log_may_end_so(line: str) -> None:
    assert closes_every_log(line)


@pytest.mark.parametrize("line", ["exit code: 137", "*** [all] Error 127", "Killed"])
def test_these_lines_tell_something(line: str) -> None:
    assert not closes_every_log(line)


@pytest.mark.parametrize(
    "line",
    [
        'failed to solve: process "/bin/sh -c make" did not complete successfully: exit code: 2',
        "Could not read from remote repository.",
        "throw er; // Unhandled 'error' event",
        "subprocess-exited-with-error",
    ],
)
def test_what_failed_has_said_why_in_another_line(line: str) -> None:
    assert wraps_another(line)
    assert not closes_every_log(line)
