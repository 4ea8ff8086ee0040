"""What a question of 64 KiB costs, whatever it holds, and which lines of a long log are read."""

import time
from collections.abc import Callable, Iterator

import pytest

from corpus.diagnosis.logs.log_parser import messages
from corpus.diagnosis.logs.readable_log import unread
from corpus.diagnosis.matching.observed_line import observe
from corpus.diagnosis.tuning import LINES_READ
from corpus.library import Library
from corpus.search.diagnosis import diagnose
from corpus.search.query import read_query
from corpus.search.reading import Reading
from corpus.store.filters import Filters
from tests.factories import make_document

SIZE = 65_536
LIMIT = 0.2
"""Seconds of CPU: four times what is promised, for slow machines."""
LINES = (
    "12:34:56", "12:34:56 error: a{}", "[[[[ {}", "\"'\"' {}", "1", "a", "{} 0xdeadbeef12 error",
    "a.b.c{}.d error", "错误失败 {}", '{{"message":"error {}"}}',
    '{{"code":-{},"message":"error"}}',
    '{{\\"error\\":\\"x{}', "\x1b[31merror {}\x1b[0m", "Traceback (most recent call last)",
    "error: {}", "error https://a.example/{}?q", "/a/b/c{}: error: x", "error TS{}: x", "E{}: a",
    "x err=y{}", "a:{}:c error", "thread 'a' panicked at a{}:", "at a.b(c:{})", "\r{}", "",
)  # fmt: skip
"""Lines that a text is filled with, each with its number."""
CHARACTERS = (
    "a", "[", '"', "1", ".", "错", "{", "\x1b[", " ", "\r", "a.", "a/", "1 ", "a:", "<", "'a' ",
    "not ",
)  # fmt: skip
"""What a text is filled with, on one line and on lines of 1,000 characters."""


def _texts() -> Iterator[tuple[str, str]]:
    for line in LINES:
        filled = "\n".join(line.format(number) for number in range(SIZE // max(len(line), 1) + 1))
        yield f"lines of {line!r}", filled[:SIZE]
    for part in CHARACTERS:
        yield f"one line of {part!r}", (part * SIZE)[:SIZE]
        row = (part * 1_000)[:980]
        lines = "\n".join(f"{row} {number} error" for number in range(66))
        yield f"long lines of {part!r}", lines[:SIZE]


TEXTS = dict(_texts())


@pytest.fixture
def reading(ingested: Callable[..., Library]) -> Iterator[Reading]:
    with ingested({"a.md": make_document()}).reading() as reading:
        yield reading


def test_a_question_has_a_bounded_cost(reading: Reading) -> None:
    acts: dict[str, Callable[[str], object]] = {
        "observe": observe,
        "read_query": lambda text: read_query(text, Filters()),
        "diagnose": lambda text: diagnose(reading, text, filters=Filters(), limit=5),
    }
    slow = {
        (name, what): cost
        for name, act in acts.items()
        for what, text in TEXTS.items()
        if (cost := least(act, text)) > LIMIT
    }
    assert slow == {}


def least(act: Callable[[str], object], text: str) -> float:
    """Seconds of CPU: the first of three that is within the limit, or the least."""
    costs = []
    for _ in range(3):
        start = time.process_time()
        act(text)
        costs.append(time.process_time() - start)
        if costs[-1] <= LIMIT:
            break
    return min(costs)


def test_of_a_long_log_the_end_and_the_errors_are_read() -> None:
    log = ["tick of the clock"] * (3 * LINES_READ)
    log[5], log[-5] = "error: disk is full", "quota is not enough"
    text = "\n".join(log)

    assert {"disk is full", "quota is not enough"} <= {seen.text for seen in messages(text)}
    assert unread(text) == 2 * LINES_READ


def test_lines_beyond_the_budget_are_left_unread() -> None:
    log = ["tick of the clock"] * (3 * LINES_READ)
    log[5] = "quota is not enough"

    assert "quota is not enough" not in {seen.text for seen in messages("\n".join(log))}


def test_a_log_within_the_budget_is_read_whole() -> None:
    text = "\n\n".join(["quota is not enough", *["tick of the clock"] * (LINES_READ - 1)])

    assert "quota is not enough" in {seen.text for seen in messages(text)}
    assert unread(text) == 0
