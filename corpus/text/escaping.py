"""Escapes untrusted text for terminals and logs."""

import re

_TERMINAL_CODE = re.compile(
    r"\x1b(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\)?|[()][0B])"
)
"""Colours, links and character sets (ECMA-48)."""
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def without_terminal_codes(text: str) -> str:
    """The text without terminal control sequences."""
    return _TERMINAL_CODE.sub("", text)


def one_line(text: str) -> str:
    """The text with unprintable characters escaped, bidirectional controls included."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def harmless(text: str) -> str:
    """A text of several lines with control characters escaped: `ESC` becomes `\\x1b`."""
    return _CONTROL.sub(lambda match: f"\\x{ord(match[0]):02x}", text)
