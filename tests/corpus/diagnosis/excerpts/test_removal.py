"""What a log quotes and does not report: nothing of it is a message."""

from http import HTTPStatus

import pytest

from corpus.diagnosis.excerpts.removal import without_excerpts
from corpus.diagnosis.logs import log_parser
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
        pytest.param('  "tags": ["ECONNREFUSED", "cannot open the valve"],', id="tags"),
        pytest.param("HEAD is now at 3f2a1bc Fix Error: cannot open the valve", id="reset"),
        pytest.param("[topic 3f2a1bc] Catch KeyError: 'valve'", id="commit"),
        pytest.param("* Catch KeyError: 'valve' by @ann in https://a.test/b/pull/4", id="release"),
        pytest.param("- Error: cannot open the valve (#411)", id="change"),
        pytest.param("# TODO: catch Error: cannot open the valve", id="todo"),
        pytest.param(" docs/exit-code-137.md |  4 ++--", id="stat"),
        pytest.param("ERRNO(2)          Commands          ERRNO(2)", id="page"),
        pytest.param("echo 'valve: command not found' >&2", id="echo"),
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
        "[  PASSED  ] 4 tests.",
        "OK (skipped=1)",
        "ℹ fail 0",
        '{"Time":"2026-11-02T10:11:12Z","Action":"pass","Package":"acme.test/valve","Elapsed":0.01}',
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


@pytest.mark.parametrize("error", [ERROR, "Traceback (most recent call last):"])
def test_what_tests_print_that_pass_is_no_failure(error: str) -> None:
    assert _texts(f"{error}\nb\n3 passed in 0.4 s\n") == set()
    assert _texts(f"{error}\nb\n1 failed, 2 passed in 0.4 s\n") != set()


def test_an_error_beside_another_success_counts() -> None:
    assert ERROR in _texts(f"{ERROR}\nb\nBUILD SUCCESS\n")


def test_what_follows_a_success_is_read() -> None:
    assert _texts(f"3 passed\na\nb\n{ERROR}\n") == {ERROR}
    arguments = "ArgumentCountError: Too few arguments to function f(), 1 passed in /srv/a.php"
    assert _texts(arguments) == {arguments}


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


def test_a_table_of_statuses_reports_none_of_them() -> None:
    statuses = [f"{status.value}: {status.phrase}" for status in HTTPStatus if status >= 500]
    assert _texts("\n".join(statuses[:6])) == set()
    assert "500: Internal Server Error" in _texts("\n".join(statuses[:4]))


@pytest.mark.parametrize(
    "excerpt",
    [
        pytest.param(f"3f2a1bc Add a valve\n4a5b6c7 Fix {ERROR}\n", id="git log --oneline"),
        pytest.param(
            f"3f2a1bc HEAD@{{0}}: commit: a\n4a5b6c7 HEAD@{{1}}: commit: {ERROR}\n", id="reflog"
        ),
        pytest.param(
            f"changeset:   4:3f2a1bc4d5e6\nuser:   Ann\nsummary:     {ERROR}\n", id="hg log"
        ),
        pytest.param(
            f"* Mon Nov 02 2026 Ann <ann@a.test> - 1.2-1\n- Say {ERROR}\n- Say no more\n", id="rpm"
        ),
        pytest.param(f"### Fixed\n- {ERROR}\n* and more\n", id="keep a changelog"),
        pytest.param(f"a.py:4:def f():\na.py:9:    '{ERROR}'\nb.md:2:{ERROR}\n", id="grep"),
        pytest.param(
            f"Valves\n======\n\nTwo kinds::\n\n    {ERROR}\n\nUses\n----\n\nOpen it.\n", id="titles"
        ),
        pytest.param(
            f"Usage: valve\nIt opens.\n -h  Help\n -s  Shut\n -e  {ERROR}\n     SIGKILL\n",
            id="help",
        ),
        pytest.param(f"SYNOPSIS\n     valve\nDIAGNOSTICS\n     {ERROR}\n", id="manual"),
        pytest.param(f"[Valve]\nOpen=yes\n[Error]\nText={ERROR}\n", id="ini"),
        pytest.param(
            f"Open\n\n    {ERROR}\n\nonce.\n\nReviewed-by: Ann <ann@a.test>\n", id="commit"
        ),
    ],
)
def test_what_is_listed_is_no_message(excerpt: str) -> None:
    assert _texts(excerpt) == set()


def test_examples_in_a_long_document_are_no_messages() -> None:
    fence = f"```\n{ERROR}\n```\n"
    document = "\n".join(f"# Valve {n}\n" + "It opens.\n" * 20 + fence for n in range(6))
    assert _texts(document) == set()
    report = f"### Describe the bug\nIt shuts.\n### Logs\n{fence}"
    assert _texts(report) == {ERROR}


def test_what_make_ignores_is_no_message() -> None:
    log = "rm valve\nrm: cannot remove 'valve': No such file\nmake: [Makefile:4: a] Error 1{}\nb\n"
    assert not any("cannot remove" in text for text in _texts(log.format(" (ignored)")))
    assert any("cannot remove" in text for text in _texts(log.format("")))


@pytest.mark.parametrize(
    "unit",
    [
        "PASSED (",
        "1a2b3c4 x\n",
        "a (",
        "...... ",
        "DEBUG ",
        "| * ",
        "a1b2c3d \n",
        "a:1:b\n",
        "=====\n",
    ],
)
def test_time_is_linear_in_the_text(unit: str) -> None:
    assert is_linear(without_excerpts, unit)
