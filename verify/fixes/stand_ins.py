"""What the blocks of a fix put in the place of a command that a check runs, or make silent.

This is found in their text: a shell keeps aliases and functions in no file of their own.
"""

import re

from corpus.checks.checks import Check
from corpus.document.fences import Step
from verify.fixes.work_files import is_named

_STAND_IN = re.compile(
    r"\balias\s+(?:-\w\s+)?['\"]?(?P<alias>[\w.-]+)=|\bhash\s+-p\s+\S+\s+(?P<hash>[\w.-]+)"
    r"|(?:^|[;{\n'\"])\s*(?:function\s+)?(?P<function>[\w.-]+)\s*\(\)"
    r"|\bfunction\s+(?P<word>[\w.-]+)\s*\{"
)
_SILENCE = re.compile(
    r"\bexec\s+(?:[12]?|&)>{1,2}\s*/dev/null|\bexec\s+[12]?>&-"
    r"|\bcommand_not_found_handle\b|\bsys\.excepthook\s*=|\bos\._exit\(0?\)"
    r"|\buncaughtException\b|\bprint_exc\(\s*file\b|\bsuppress\(\s*(?:Base)?Exception\b"
    r"|\btrap\s+(?:--\s+)?['\"\\]*[^'\"\n]*\bexit 0\b[^\n]*\b(?:EXIT|ERR|0)\b"
)


def renaming(check: Check) -> set[str]:
    """The commands of `reproduce` for which the fix defines an alias, a function or a path."""
    runs = _text(check, Step.REPRODUCE)
    found = (match[match.lastgroup or 0] for match in _STAND_IN.finditer(_text(check, Step.FIX)))
    before = _text(check, Step.SETUP)
    return {name for name in found if is_named(name, runs) and not is_named(name, before)}


def silencing(check: Check) -> str:
    """How the fix makes errors silent, or turns them into success; "" if it does not."""
    found = _SILENCE.search(_text(check, Step.FIX))
    return found.group() if found else ""


def _text(check: Check, step: Step) -> str:
    return "\n".join(block.content for block in check.of(step))
