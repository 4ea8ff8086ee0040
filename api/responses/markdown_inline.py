"""Text of others within a line of Markdown that we write."""

import re


def one_line(text: str, *, most: int) -> str:
    """Text without line breaks, of at most `most` characters, cut between words if it can be."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[: most - 1].rsplit(" ", 1)[0] + "…"


def link_text(text: str) -> str:
    """Text that may stand in the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]])", r"\\\1", text)
