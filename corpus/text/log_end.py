"""The end of a long log, where the error is."""


def last_lines(content: bytes, size: int) -> bytes:
    """The last whole lines, `size` bytes at most; of a line that is longer, its end."""
    if len(content) <= size:
        return content
    end = content[-size:]
    return end.partition(b"\n")[2] or end
