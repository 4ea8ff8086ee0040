"""Masks what differs from run to run in the output that receipts keep."""

import re

from corpus.text.escaping import without_terminal_codes

_LINES = 12
_LONGEST = 200

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
_VALUES = re.compile(
    r"(?P<time>\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z| UTC|[+-]\d\d:?\d\d)?)?"
    r"|\b\d\d:\d\d:\d\d(?:[.,]\d+)?\b)"
    r"|(?P<uuid>\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b)"
    r"|(?P<address>\b0x[0-9a-fA-F]{6,16}\b)"
    r"|(?P<hash>\b(?=[0-9a-f]{0,63}[0-9])(?=[0-9]{0,63}[a-f])[0-9a-f]{7,64}\b)"
    r"|(?P<duration>\b\d+(?:\.\d+)? ?(?:ms|milliseconds|µs|us|ns|s|sec|seconds?)\b)"
    r"|(?P<rate>\b\d+(?:\.\d+)? ?[kMG]?B/s)"
    r"|(?P<pid>(?<=\w\[)\d{2,7}(?=\]:)|(?<=\bpid[ =:])\d+|(?<=\(pid )\d+)"
    r"|(?P<port>(?<=:)(?:3[3-9]|[45]\d|6[0-5])\d{3}\b)",
    re.IGNORECASE,
)
"""Times, addresses, durations, process ids, and ephemeral ports."""


def printable(text: str) -> str:
    """A text without what terminals obey and databases refuse, its lines of some length."""
    text = _CONTROL.sub("�", without_terminal_codes(text).replace("\r\n", "\n"))
    return "\n".join(
        line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…" for line in text.split("\n")
    )


def masked(output: str) -> str:
    """The last lines of an output, with values replaced by placeholders: `after <duration>`."""
    text = _CONTROL.sub("�", without_terminal_codes(output).replace("\r\n", "\n"))
    lines = text.rstrip("\n").split("\n")
    shown = [_shortened(line) for line in lines[-_LINES:]]
    left_out = len(lines) - len(shown)
    return "\n".join([f"[{left_out} lines]", *shown] if left_out else shown)


def _shortened(line: str) -> str:
    text = _VALUES.sub(lambda match: f"<{match.lastgroup}>", line[: 4 * _LONGEST]).rstrip()
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
