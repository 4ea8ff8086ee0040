"""Quiet lines: those that by themselves report no error in a longer text, whatever they name."""

import re

from languages.loader import pattern

_PASSED = re.compile(
    r"\s*+(?:[✓✔√] |ok \d+\b|not ok \d+ .*# (?:TODO|SKIP)\b|- \[[ x]\] |--- (?:PASS|SKIP): )"
    r"|.*(?:\b(?:PASSED|XFAIL|SKIPPED)\b(?: +\[ *\d+%\]| \(.*\))?|\.\.\. ?(?:ok|OK|skipped.*)"
    r"| \.{3,} *Passed +[\d.]+ sec)$"
)
"""A test that passes, an item of a list of tasks."""
_CODE = re.compile(
    r"\S{1,200}:\d{1,7}:\s*+raise |\s*+(?:\S{1,200}:\d{1,7}:\s*+)?"
    r"(?:(?:throw new|return|except|catch|\}? ?else|\}? ?catch|elif|if|for|while|assert|let|const|"
    r"var|def|class|echo|printf?|console\.\w+|log(?:ger)?\.\w+)\b(?=.*[(){};=])(?!.*: .*: )"
    r"|#define |[/ ]?\*+ @|\*+/|-- |command -v |\[ -|echo ([\"']).*\1(?: >&2)?$"
    r"|set [-+]\w{1,10} \w+$"
    r"|(?:#|//|/?\*|--|;) ?(?:TODO|FIXME|XXX)\b)"
)
"""A line of a program: a keyword, and the signs that sentences do not have."""
_COMMIT = re.compile(
    r"(?:HEAD is now at|Previous HEAD position was|.{0,40}\bWIP on [^:]{1,200}:|[*+ ] .{1,200}"
    r"|pick|reword|edit|squash|fixup|drop) [0-9a-f]{7,40} |\[.{1,200} [0-9a-f]{7,40}\] |Applying: "
    r"| \S.{0,300} \| +(?:\d+ [+-]*|Bin .*)$"
    r"|\s*[-*+] .{1,400}"
    r"(?: in https://\S{1,200}/\d{1,9}|\(#\d{1,9}\)|\(\[?[0-9a-f]{7,40}\b\S*\))$"
)
"""What Git prints of a commit, what a commit changes, and an item of a list of changes."""
_SYSTEM_CALL = re.compile(r"(?:\[pid +\d+\] |\d{1,7} +)?\w{2,20}\(.*\) += -?\d+ ?(?:[A-Z]|$)")
"""As strace prints it: most that fail are tried for."""
_MEMBER = re.compile(
    r'\s+"(?!\w*(?:err|msg|message|detail|reason|stack|trace|exception|cause|output|std|log|text|title)'
    r'\w*")[\w.-]{1,80}": ?(?:".*"|\[".*"\]),?$|\s+[\w-]{1,80}: \{[\w-]{1,80}: ".*"\}$',
    re.IGNORECASE,
)
"""A member of a JSON object that is not told by its name to tell an error, or a setting in YAML."""
_HANDLED = pattern("logs", "handled_errors", flags=re.IGNORECASE)


def is_quiet(line: str) -> bool:
    """Whether a line of a longer text reports no error, whatever it names: a test that passes, a
    line of a program, a system call, an error that was handled."""
    return bool(
        _PASSED.match(line)
        or _CODE.match(line)
        or _COMMIT.match(line)
        or _MEMBER.match(line)
        or _SYSTEM_CALL.match(line)
        or _HANDLED.search(line)
    )
