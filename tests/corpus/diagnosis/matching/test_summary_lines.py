"""Summary lines: what tells nothing by itself."""

import pytest

from corpus.diagnosis.matching.summary_lines import closes_every_log, wraps_another


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
