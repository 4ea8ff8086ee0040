"""What a log quotes and does not report: nothing of it is a message."""

import pytest

from corpus.diagnosis import log_parser
from corpus.diagnosis.excerpts import without_excerpts
from tests.corpus.growth import is_linear

ERROR = "Error: connect ECONNREFUSED 127.0.0.1:5432"


def _texts(log: str) -> set[str]:
    return {found.text for found in log_parser.messages(log) if found.weight > 0.2}


@pytest.mark.parametrize(
    "quiet",
    [
        pytest.param("  ✓ rejects with ECONNREFUSED: not open (3 ms)", id="jest"),
        pytest.param("ok 3 - fails with ENOENT: no such file", id="tap"),
        pytest.param("tests/test_io.py::test_not_found[no such file] PASSED   [ 50%]", id="pytest"),
        pytest.param("test io::cannot_open ... ok", id="cargo"),
        pytest.param("- [x] ImportError: attempted relative import", id="task"),
        pytest.param("src/a.py:9:    raise OSError('no such file')", id="grep"),
        pytest.param("  throw new TypeError('cannot read');", id="throw"),
        pytest.param(" * @throws {Error} ENOENT: no such file or directory", id="jsdoc"),
        pytest.param("#define EPERM 1 /* Operation not permitted */", id="header"),
        pytest.param('open("/a", O_RDONLY) = -1 ENOENT (No such file or directory)', id="strace"),
        pytest.param("expected: No such file or directory", id="expected"),
        pytest.param("recovered: cannot open the valve", id="recovered"),
        pytest.param("optional config not loaded: cannot open the valve", id="optional"),
        pytest.param("If you see `Error: no valve`, another copy is running.", id="if you see"),
        pytest.param('  "errors.network": "TypeError: Failed to fetch",', id="translation"),
    ],
)
def test_a_line_that_reports_nothing_is_no_message(quiet: str) -> None:
    assert _texts(f"first\n{quiet}\n{ERROR}\nlast\n") == {ERROR}


@pytest.mark.parametrize(
    "summary",
    [
        "Tests:       3 passed, 3 total",
        "test result: ok. 3 passed; 0 failed; 0 ignored",
        "[INFO] BUILD SUCCESS",
        "11 examples, 0 failures, 1 pending",
        "ok  \tacme.test/shop/internal\t0.014s",
        "done, 0 errors",
    ],
)
def test_what_ended_well_reported_no_error(summary: str) -> None:
    assert ERROR not in _texts(f"a\n    {ERROR}\nb\n{summary}\nc\n")


@pytest.mark.parametrize(
    "failure",
    ["1 failed, 2 passed", "BUILD FAILURE", "make: *** [all] Error 2", "npm error code 1"],
)
def test_a_failure_beside_a_success_counts(failure: str) -> None:
    assert ERROR in _texts(f"a\n    {ERROR}\n{failure}\n0 errors\n")


def test_what_follows_a_success_is_read() -> None:
    assert _texts(f"3 passed\na\nb\n{ERROR}\n") == {ERROR}


TRACE = "Traceback (most recent call last):\n  File \"a.py\", line 1, in f\n    g()\nKeyError: 'k'"


def test_a_trace_in_a_record_for_developers_is_no_message_where_others_follow() -> None:
    log = f"10:11:12 DEBUG miss\n{TRACE}\n10:11:12 INFO loaded\n10:11:13 INFO done\n"
    assert _texts(log) == set()


def test_a_trace_that_ends_a_log_is_one_whatever_stands_above() -> None:
    assert _texts(f"10:11:12 DEBUG miss\n{TRACE}\n") == {"KeyError: 'k'"}


def test_a_record_for_developers_is_read_where_nothing_else_is() -> None:
    assert _texts(f"10:11:12 DEBUG {ERROR}\n") == {ERROR}


def test_a_table_of_errors_reports_none_of_them() -> None:
    names = ("ENOENT", "EACCES", "EPERM", "EEXIST", "ENOTDIR", "EISDIR")
    assert _texts("\n".join(f"{name}: cannot open" for name in names)) == set()
    assert len(_texts("\n".join(f"{name}: cannot open" for name in names[:4]))) == 4


@pytest.mark.parametrize("unit", ["PASSED (", "1a2b3c4 x\n", "a (", "...... ", "DEBUG ", "| * "])
def test_time_is_linear_in_the_text(unit: str) -> None:
    assert is_linear(without_excerpts, unit)
