"""Text of others within a line of Markdown that we write."""

import re

_LONGEST = 300
"""Characters of a title, a cause or a solution in a list."""


def one_line(text: str, *, most: int = _LONGEST) -> str:
    """Text without line breaks, of at most `most` characters, cut between words if it can be."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[: most - 1].rsplit(" ", 1)[0] + "…"


def link_text(text: str) -> str:
    """Text that may stand in the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def code_span(text: str) -> str:
    """A code span; text with backticks takes longer marks (CommonMark 0.31, section 6.1)."""
    if "`" not in text:
        return f"`{text}`"
    marks = "``"
    while marks in text:
        marks += "`"
    return f"{marks} {text} {marks}"
