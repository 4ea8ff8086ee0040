"""Ablation: which parts of a fix are needed, found out by leaving each of them out.

A part is a command of a shell block, with all its lines, or a whole block in another language.
What waits for another program is none: whether that was needed is a matter of luck.
"""

import re
import subprocess
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from corpus.checks.checks import Block, Check
from corpus.document.fences import Language, Step

_WAITS = re.compile(r"\b(?:sleep|wait)\b")
_LOOKING = frozenset(
    "cat column cut df diff du echo file free getfacl grep head id ls lsof namei pgrep printf ps"
    " pwd readlink realpath ss stat tail type uname wc which whoami".split()
)
"""Programs that print what there is or what they are given, and change nothing."""
_LOOKING_VERBS = frozenset("blame diff list log logs ls ps show status".split())
"""The same, of programs whose second word says what they do."""
_WITH_VERB = frozenset("docker git kubectl npm pip systemctl".split())
_ENDS = re.compile(r"\|\|?|&&|[;\n]")
_TO_NOWHERE = re.compile(r"\d?>{1,2}\s*(?:&\d|/dev/null)")
_GOES_ON = re.compile(r"[<>`&]|\$\(")
"""What writes a file, or runs something else besides."""
_SEQUENCE = re.compile(r"(?<=[^;];)|(?<=&&)")
_NO_SEQUENCE = re.compile(r"\A\s*#|\s#|<<|\n.*\n")
"""What stands in a command with a comment, a here-document or several lines."""
SHELL_LANGUAGES = (Language.SH, Language.BASH)


@dataclass(frozen=True, slots=True, kw_only=True)
class FixPart:
    """A part of a fix, and the check as it is without it."""

    text: str
    rest: Check


def unneeded(check: Check, is_fixed: Callable[[Check], bool]) -> tuple[str, ...]:
    """The parts without which it is fixed all the same, twice: once could be chance. Those that
    only look are left aside: they are there for who reads them."""
    parts = (part for part in fix_parts(check) if not only_looks(part.text))
    found = [p.text for p in parts if is_fixed(p.rest) and is_fixed(p.rest)]
    return tuple(dict.fromkeys(found))


def fix_parts(check: Check, *, in_lines: bool = False) -> Iterator[FixPart]:
    """The parts of the fix, also those `in_lines` of several commands; none where it is a single
    one, without which there would be no fix."""
    split = _in_lines if in_lines else list
    commands = {number: split(_commands(block)) for number, block in enumerate(check.blocks)}
    if sum(map(len, commands.values())) < 2:
        return
    for number, parts in commands.items():
        for part, text in enumerate(parts):
            if _WAITS.search(text):
                continue
            left = re.sub(r"&&\s*\Z", "", "".join(parts[:part] + parts[part + 1 :]))
            yield FixPart(text=text.strip(), rest=_with(check, number, left))


def _with(check: Check, number: int, content: str) -> Check:
    """The check with another content of a block, or without the block if nothing is left."""
    block = replace(check.blocks[number], content=content)
    blocks = (*check.blocks[:number], *((block,) if content else ()), *check.blocks[number + 1 :])
    return replace(check, blocks=blocks)


def _commands(block: Block) -> list[str]:
    """The parts of a block of the fix; of other blocks none."""
    if block.step is not Step.FIX:
        return []
    return (
        [*shell_commands(block.content)] if block.language in SHELL_LANGUAGES else [block.content]
    )


def shell_commands(script: str) -> Iterator[str]:
    """The commands of a script, each with all its lines; comments belong to what follows."""
    command = ""
    for line in script.splitlines(keepends=True):
        command += line
        if _is_blank(command):
            continue
        if is_complete(command):
            yield command
            command = ""
    if not _is_blank(command):
        yield command


def _in_lines(commands: Iterable[str]) -> list[str]:
    """Commands, of which those in one line stand alone where a shell takes them so."""
    parts: list[str] = []
    for command in commands:
        part = ""
        for piece in [command] if _NO_SEQUENCE.search(command) else _SEQUENCE.split(command):
            part += piece
            if is_complete(part.strip().removesuffix("&&")):
                parts.append(part)
                part = ""
        if part:
            parts.append(part)
    return parts


def only_looks(command: str) -> bool:
    """Whether a command of a fix only prints something, as `git status` does."""
    lines = (line for line in command.splitlines() if not line.lstrip().startswith("#"))
    text = _TO_NOWHERE.sub("", "\n".join(lines))
    pieces = [words for piece in _ENDS.split(text) if (words := piece.split())]
    return not _GOES_ON.search(_ENDS.sub("", text)) and all(map(_is_look, pieces))


def _is_look(words: Sequence[str]) -> bool:
    name, *arguments = words
    verb = next((word for word in arguments if not word.startswith("-")), "")
    return name in _LOOKING or (name in _WITH_VERB and verb in _LOOKING_VERBS)


def _is_blank(text: str) -> bool:
    lines = (line.strip() for line in text.splitlines())
    return all(not line or line.startswith("#") for line in lines)


def is_complete(command: str) -> bool:
    """Whether the shell reads it to its end without wanting more; it runs nothing of it."""
    if command.rstrip("\n").endswith("\\"):
        return False
    read = subprocess.run(
        ["/bin/bash", "-n"],
        input=command.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=False,
    )
    return read.returncode == 0 and not read.stderr
