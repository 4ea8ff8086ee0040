"""The end of a long log, where the error is."""

from typing import IO

_CHUNK = 64 * 1024


def last_lines(content: bytes, size: int) -> bytes:
    """The last whole lines, `size` bytes at most; of a line that is longer, its end."""
    if len(content) <= size:
        return content
    end = content[-size:]
    return end.partition(b"\n")[2] or end


def read_last_lines(source: IO[bytes], size: int) -> bytes:
    """The same of a file that is read to its end, whatever its length.

    Raises OSError where it cannot be read.
    """
    kept = b""
    while chunk := source.read(_CHUNK):
        kept = (kept + chunk)[-size - 1 :]
    return last_lines(kept, size)
