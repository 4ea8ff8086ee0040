"""Traces: the right line of a log is the message, without its dress, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.diagnosis.logs import log_parser
from corpus.diagnosis.logs.message import Message
from tests.corpus.growth import is_linear
from tests.pairs import pairs


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param(log, want, id=name)
        for name, log, want in pairs("corpus/diagnosis/logs/log_parser", "log")
    ],
)
def test_best_messages(log: str, expected: list[str]) -> None:
    """Each expected line is the number of the line, its shape and the message."""
    found = [f"{item.line} {item.shape} {item.text}" for item in log_parser.messages(log)]
    assert found[: len(expected)] == expected


def test_the_root_of_a_chain_weighs_most() -> None:
    log = (
        "java.lang.RuntimeException: outer\n\tat a.B.c(B.java:1)\n"
        "Caused by: java.io.IOException: inner\n\tat a.B.d(B.java:2)\n"
    )
    assert log_parser.messages(log)[0] == Message(
        line=3, text="java.io.IOException: inner", shape="java", weight=1.0
    )


@pytest.mark.parametrize(
    ("diff", "left"),
    [
        (
            '@@ -3,2 +3,2 @@ Error: above\n-Error: old\n+Error: new\n {"error": "Error: same"}\n',
            set(),
        ),
        ("@@ -3 +3 @@\n-Error: old\n\\ No newline at end of file\n+Error: new\n", set()),
        ("3c3\n< Error: left\n---\n> Error: right\n", {"3c3"}),
    ],
)
def test_the_lines_of_a_diff_report_nothing(diff: str, left: set[str]) -> None:
    texts = {found.text for found in log_parser.messages(f"{diff}Error: own\n")}
    assert texts == {"Error: own", *left}


@pytest.mark.parametrize(
    "excerpt",
    [
        pytest.param("or: cut\n+Error: new\n Error: same\n@@ -9 +9 @@\n-a\n+b\n", id="cut diff"),
        pytest.param("commit 1a2b3c4d\nAuthor: A <a@b>\n\n    Error: fixed\n\n", id="git log"),
        pytest.param("    Error: fixed\n\ncommit 1a2b3c4d\nDate: today\n\n", id="cut git log"),
        pytest.param(
            "sed (4.9-1) unstable; urgency=low\n\n  * Error: fixed\n\n -- A <a@b>  Mon\n", id="deb"
        ),
        pytest.param("2020-01-02  A B  <a@b.example>\n\n\t* a.c: Error: fixed\n", id="GNU"),
        pytest.param(
            ">>> int('x')\nTraceback (most recent call last):\n  ...\nValueError: bad\n",
            id="doctest",
        ),
    ],
)
def test_excerpts_of_files_report_nothing(excerpt: str) -> None:
    [found] = log_parser.messages(f"{excerpt}Error: own\n")
    assert (found.line, found.text) == (excerpt.count("\n") + 1, "Error: own")


def test_a_long_hunk_without_an_end_reports_nothing() -> None:
    assert log_parser.messages("Err\n" + "+Error: new\n" * 30 + "+Error: last")[1:] == []


@pytest.mark.parametrize(
    "text",
    [
        "Error: own\n- Error: in a list\n",
        "make\n+ cc a.c\n+ ld a.o\nError: no\nError: own\n",
        '>>> 1/0\nTraceback (most recent call last):\n  File "<stdin>"\nZeroDivisionError: x\na\n',
        "Error: own\n\ncommit 1a2b3c4d\nDate: today\nError: other\n",
    ],
)
def test_what_is_no_excerpt(text: str) -> None:
    assert log_parser.messages(text)[1:]


def test_a_text_is_told_once() -> None:
    assert len(log_parser.messages("error: no\n" * 50)) == 1


def test_the_limit_holds() -> None:
    log = "\n".join(f"error: number {number} failed" for number in range(50))
    assert [item.line for item in log_parser.messages(log, 3)] == [1, 2, 3]


def test_nothing_says_nothing() -> None:
    assert log_parser.messages("") == log_parser.messages(" \n\n\t\n") == []


def test_the_message_of_a_line() -> None:
    assert log_parser.message_of("2026-11-22 10:00:00 ERROR main.c:3:4: error: no") == "no"
    assert log_parser.message_of("") == ""


@pytest.mark.parametrize(
    "line",
    ["zipfile.BadZipFile: File is not a zip file", "re.error: bad escape", "socket.gaierror: no"],
)
def test_the_name_of_an_exception_is_no_program(line: str) -> None:
    traceback = f'Traceback (most recent call last):\n  File "a.py", line 1\n{line}\n'
    assert log_parser.message_of(line) == log_parser.messages(traceback)[0].text == line


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for item in log_parser.messages(text):
        assert 1 <= item.line <= text.count("\n") + 1
        assert 0.0 <= item.weight <= 1.0
        assert item.text == item.text.strip() != ""


@pytest.mark.parametrize(
    "unit",
    [
        "a", " ", "\n", ":", "'", '"', "error ", "error:", "a.b.", "A", "at ", "[", "1:", "(", "\\",
        '{"code":', '"message":"', "npm ERR! ", "Caused by: ", "\x1b[", "::error", "x | ", "/a",
        "error=", 'msg="\\', "a::", "=-", "2026-11-22T10:00:00", "Error: Error: ", "错误", "\r",
    ],
)  # fmt: skip
def test_time_is_linear(unit: str) -> None:
    assert is_linear(log_parser.messages, unit)
