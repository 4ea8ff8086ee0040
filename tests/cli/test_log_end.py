"""The end of a long log."""

import pytest

from cli.failures.streams import Tail
from corpus.text.log_end import last_lines


def _kept(content: bytes, size: int, *, chunk: int) -> bytes:
    """What a tail keeps of a text that arrives in chunks."""
    tail = Tail(size)
    for start in range(0, len(content), chunk):
        tail.add(content[start : start + chunk])
    return tail.content()


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (b"", b""),
        (b"a\nbcd\nef", b"a\nbcd\nef"),
        (b"0a\nbcd\nef", b"bcd\nef"),
        (b"0123456789", b"23456789"),
        (b"01\n23456789", b"23456789"),
        (b"01234567\n", b"1234567\n"),
        (b"a\n0123456\n", b"0123456\n"),
    ],
)
def test_whole_lines_of_eight_bytes_at_most(content: bytes, end: bytes) -> None:
    assert last_lines(content, 8) == end
    assert {_kept(content, 8, chunk=chunk) for chunk in (1, 3, 8, 65_536)} == {end}


def test_a_long_file_is_read_to_its_end() -> None:
    lines = b"".join(b"%07d\n" % number for number in range(100_000))

    assert _kept(lines, 20, chunk=65_536) == b"0099998\n0099999\n"
