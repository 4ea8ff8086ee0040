"""A mark at the end of what reproduces the error: with the fix, the shell has to come to it.

A fix that lets a shell end well before the command that failed resolves nothing.
"""

import re
from dataclasses import replace

from corpus.checks.checks import Block, Check
from corpus.document.fences import Language, Step
from verify.fixes.ablation import shell_commands
from verify.isolation.tracer import Trace

_MARK = "fixbook-end-of-reproduce"
_COMMAND = f"printf '%s\\n' {_MARK} > /dev/null || :\n"
"""Seen by who traces what is written, and needs no process: there may be no more to be had."""
_KEEPING_STATUS = f"{{ fixbook_status=$?; {_COMMAND.strip()}; (exit $fixbook_status); }}\n"
_ENDS = re.compile(r"\b(?:exit|exec|return)\b")
_SHELLS = (Language.SH, Language.BASH)


def with_end_marked(check: Check) -> Check:
    """The check with a last command in the shell block that reproduces the error; before a last
    one that ends the shell."""
    return replace(check, blocks=tuple(map(_marked, check.blocks)))


def is_at_end(check: Check, trace: Trace) -> bool:
    """Whether what was marked came to its end; True of what has no mark, or was not traced."""
    is_marked = any(_MARK in block.content for block in check.of(Step.REPRODUCE))
    return not is_marked or not trace.processes or any(_MARK in text for text in trace.written())


def _marked(block: Block) -> Block:
    if block.step is not Step.REPRODUCE or block.language not in _SHELLS:
        return block
    *before, last = [*shell_commands(block.content)] or [""]
    if _ENDS.search(last):
        return replace(block, content="".join([*before, _COMMAND, last]))
    end = "" if block.content.endswith("\n") else "\n"
    return replace(block, content=f"{block.content}{end}{_KEEPING_STATUS}")
