"""Embeds text of articles in generated Markdown."""

import re

_LONGEST = 300
"""Characters of a title, a cause or a solution in a list."""


def one_line(text: str, *, most: int = _LONGEST) -> str:
    """Text without line breaks, cut to `most` characters, between words if possible."""
    flat = " ".join(text.split())
    if len(flat) <= most:
        return flat
    return flat[: most - 1].rsplit(" ", 1)[0] + "…"


def link_text(text: str) -> str:
    """Text escaped for the brackets of a Markdown link."""
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def code_span(text: str) -> str:
    """A code span, with enough backticks around it (CommonMark 0.31, section 6.1)."""
    if "`" not in text:
        return f"`{text}`"
    marks = "``"
    while marks in text:
        marks += "`"
    return f"{marks} {text} {marks}"
