"""What somebody else wrote, so that it can do nothing to the terminal or the line."""

import re

_TERMINAL_CODE = re.compile(
    r"\x1b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)?|[()][0B])"
)
"""Colours, links and character sets (ECMA-48)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_terminal_codes(text: str) -> str:
    """The text as a terminal would show it, without its colours."""
    return _TERMINAL_CODE.sub("", text)


def one_line(text: str) -> str:
    """The text, so that nothing in it breaks the line, colours it or turns it round."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def harmless(text: str) -> str:
    """A text of many lines without raw control characters: `ESC` is printed as `\\x1b`."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
