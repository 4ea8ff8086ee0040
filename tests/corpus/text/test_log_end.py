"""The end of a long log."""

import io

import pytest

from corpus.text.log_end import last_lines, read_last_lines


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
    assert read_last_lines(io.BytesIO(content), 8) == end


def test_a_long_file_is_read_to_its_end() -> None:
    lines = b"".join(b"%07d\n" % number for number in range(100_000))

    assert read_last_lines(io.BytesIO(lines), 20) == b"0099998\n0099999\n"
