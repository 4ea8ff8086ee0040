"""Traces: the right line of a log is the message, without its dress, in linear time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import traces
from corpus.traces import Message
from tests.corpus.growth import is_linear
from tests.corpus.pairs import pairs


@pytest.mark.parametrize(
    ("log", "expected"),
    [pytest.param(log, want, id=name) for name, log, want in pairs("traces", "log")],
)
def test_best_messages(log: str, expected: list[str]) -> None:
    """Each expected line is the number of the line, its shape and the message."""
    found = [f"{item.line} {item.shape} {item.text}" for item in traces.messages(log)]
    assert found[: len(expected)] == expected


def test_the_root_of_a_chain_weighs_most() -> None:
    log = (
        "java.lang.RuntimeException: outer\n\tat a.B.c(B.java:1)\n"
        "Caused by: java.io.IOException: inner\n\tat a.B.d(B.java:2)\n"
    )
    assert traces.messages(log)[0] == Message(
        line=3, text="java.io.IOException: inner", shape="java", weight=1.0
    )


def test_a_text_is_told_once() -> None:
    assert len(traces.messages("error: no\n" * 50)) == 1


def test_the_limit_holds() -> None:
    log = "\n".join(f"error: number {number} failed" for number in range(50))
    assert [item.line for item in traces.messages(log, 3)] == [1, 2, 3]


def test_nothing_says_nothing() -> None:
    assert traces.messages("") == traces.messages(" \n\n\t\n") == []


def test_the_message_of_a_line() -> None:
    assert traces.message_of("2026-11-22 10:00:00 ERROR main.c:3:4: error: no") == "no"
    assert traces.message_of("") == ""


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for item in traces.messages(text):
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
    assert is_linear(traces.messages, unit)


def test_of_a_long_log_the_end_and_what_looks_like_errors_are_read() -> None:
    lines = [f"step {number}" for number in range(1, 5_001)]
    lines[99] = "Error: the first"
    lines[4_989] = "Error: the last"
    found = {message.line: message.text for message in traces.messages("\n".join(lines), 5_000)}

    assert len(found) == traces.LINES
    assert (found[100], found[4_990]) == ("Error: the first", "Error: the last")
    assert sorted(found) == [100, *range(4_002, 5_001)]
    assert traces.lines_read("\n".join(lines)) == (traces.LINES, 5_000)


def test_lines_that_were_left_out_end_a_traceback() -> None:
    lines = ["Traceback (most recent call last): Error", *["  x"] * 2_000, "plain"]

    assert [message.shape for message in traces.messages("\n".join(lines))] == ["plain", "plain"]


def test_all_lines_of_an_ordinary_log_are_read() -> None:
    assert traces.lines_read("a\nb\n\n") == (2, 2)
    assert traces.lines_read("a\n" * traces.LINES) == (traces.LINES, traces.LINES)
