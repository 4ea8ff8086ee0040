"""A mark at the end of what reproduces the error: with the fix, the shell has to come to it.

A fix that lets a shell end well before the command that failed resolves nothing. At the mark the
shell also says what the words of the block are: a fix may not have made one of the system's
commands a function or an alias.
"""

import re
import secrets
from collections.abc import Collection, Iterator
from dataclasses import replace

from corpus.checks.checks import Block, Check
from corpus.document.fences import Language, Step
from verify.fixes.ablation import SHELL_LANGUAGES, is_complete, shell_commands
from verify.isolation.tracer import Trace

_MARK = f"fixbook-end-{secrets.token_hex(8)}"
"""Nothing that a check can know beforehand, and print itself."""
_ENDS = re.compile(r"\b(?:exit|exec|return)\b")
_WORD = re.compile(r"(?<![\w./$-])[a-zA-Z][\w.+-]*")
_DEFINITION = r"(?<![\w-]){name}\s*\(\)|\bfunction\s+{name}\b|\balias\s+{name}="
_NOT_FOUND = "command_not_found_handle"
"""A function that bash calls where there is no command."""
_REDEFINED = re.compile(
    r"^(?:declare -f (?P<function>\S+)|alias (?P<alias>[^=\s]+)=.*"
    r"|(?P<name>\S+) is (?:a shell function|an alias for).*)$",
    re.MULTILINE,
)
_LISTED = "command declare -F; command alias"
"""How bash says its functions and its aliases."""
_BUILTINS = frozenset(
    ". [ break cd command continue echo eval exec exit export printf pwd read readonly return set"
    " shift source test trap type ulimit umask unset wait".split()
)
"""What a shell does itself."""


def with_end_marked(check: Check) -> Check:
    """The check with a last command in the shell block that reproduces the error; before a last
    one that ends the shell."""
    return replace(check, blocks=tuple(map(_marked, check.blocks)))


def is_at_end(check: Check, trace: Trace) -> bool:
    """Whether what was marked came to its end; True of what has no mark, or was not traced."""
    is_marked = any(_MARK in block.content for block in check.of(Step.REPRODUCE))
    return not is_marked or not trace.processes or any(_MARK in text for text in trace.written())


def redefined(check: Check, trace: Trace, commands: Collection[str]) -> Iterator[str]:
    """The names of commands of the system that were functions or aliases at the mark, and that the
    check does not make so itself; `commands` are those that ran without the fix."""
    before = "\n".join(b.content for b in (*check.of(Step.SETUP), *check.of(Step.REPRODUCE)))
    system = {*_BUILTINS, *commands, _NOT_FOUND}
    for listed in (text.partition(_MARK)[2] for text in trace.written()):
        for name in (found[found.lastgroup or 0] for found in _REDEFINED.finditer(listed)):
            if name in system and not re.search(_DEFINITION.format(name=re.escape(name)), before):
                yield name


def before_mark(text: str) -> str:
    """What was written but for what the mark says."""
    return text.partition(_MARK)[0]


def _marked(block: Block) -> Block:
    is_script = block.step is Step.REPRODUCE and block.language in SHELL_LANGUAGES
    if not is_script or not is_complete(block.content):
        return block
    mark = _command(block)
    *before, last = [*shell_commands(block.content)] or [""]
    if _ENDS.search(last):
        return replace(block, content="".join([*before, f"{mark}\n", last]))
    end = "" if block.content.endswith("\n") else "\n"
    kept = f"{{ fixbook_status=$?; {mark}; (exit $fixbook_status); }}\n"
    return replace(block, content=f"{block.content}{end}{kept}")


def _command(block: Block) -> str:
    """What is seen by who traces what is written, and needs no process: there may be no more to be
    had."""
    words = " ".join(dict.fromkeys(_WORD.findall(block.content)))
    listed = _LISTED if block.language is Language.BASH else f"command type {words}"
    return f"{{ printf '%s\\n' {_MARK}; {listed}; }} > /dev/null 2>&1 || :"
